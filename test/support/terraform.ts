import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** One line of terraform's `-json` output. */
export interface TerraformEvent {
  type: string;
  '@level': string;
  '@message': string;
  diagnostic?: { severity: string; summary: string; detail: string };
  hook?: { resource: { addr: string }; action: string };
  changes?: { add: number; change: number; remove: number; operation: string };
  [key: string]: unknown;
}

export interface TerraformResult {
  exitCode: number | null;
  /** The lines of stdout that are JSON: all of them with `-json`. */
  events: TerraformEvent[];
  stdout: string;
  stderr: string;
}

export interface TerraformOptions {
  cwd: string;
  /** What is run instead of the terraform of this machine: OpenTofu. */
  binary?: string | undefined;
  /** On top of an environment that has nothing of the machine's terraform settings. */
  env?: Record<string, string>;
}

export interface TerraformRun {
  child: ChildProcess;
  /** Resolves with the first event that fits; rejects when terraform ends without one. */
  until(fits: (event: TerraformEvent) => boolean): Promise<TerraformEvent>;
  finished: Promise<TerraformResult>;
}

const parse = (line: string): TerraformEvent | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as TerraformEvent;
  } catch {
    return undefined;
  }
};

/** A terraform that sees no configuration, plugins or credentials of this machine, and asks nobody for newer versions. */
const environment = (cwd: string, extra: Record<string, string>): NodeJS.ProcessEnv => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(TF_|IONOS_|KUBE)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    TF_CLI_CONFIG_FILE: join(cwd, 'empty.tfrc'),
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    ...extra,
  };
};

export const startTerraform = async (args: string[], options: TerraformOptions): Promise<TerraformRun> => {
  await writeFile(join(options.cwd, 'empty.tfrc'), '');
  const child = spawn(options.binary ?? 'terraform', args, {
    cwd: options.cwd,
    env: environment(options.cwd, options.env ?? {}),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: TerraformEvent[] = [];
  const watchers = new Set<(event: TerraformEvent) => void>();
  let stdout = '';
  let stderr = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const event of lines.map(parse)) {
      if (event === undefined) continue;
      events.push(event);
      for (const watch of watchers) watch(event);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const finished = new Promise<TerraformResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, events, stdout, stderr }));
  });
  const until = async (fits: (event: TerraformEvent) => boolean): Promise<TerraformEvent> => {
    const seen = events.find(fits);
    if (seen !== undefined) return seen;
    return Promise.race([
      new Promise<TerraformEvent>((resolve) => {
        watchers.add((event) => {
          if (fits(event)) resolve(event);
        });
      }),
      finished.then((result) => {
        throw new Error(`terraform ended without it:\n${result.stdout}\n${result.stderr}`);
      }),
    ]);
  };
  return { child, until, finished };
};

/** Runs terraform to its end. It does not throw when terraform fails: look at `exitCode`. */
export const runTerraform = async (args: string[], options: TerraformOptions): Promise<TerraformResult> =>
  (await startTerraform(args, options)).finished;

/** Runs terraform and throws with all it said unless it succeeded. */
export const mustTerraform = async (args: string[], options: TerraformOptions): Promise<TerraformResult> => {
  const result = await runTerraform(args, options);
  if (result.exitCode !== 0)
    throw new Error(`terraform ${args.join(' ')} ended with ${result.exitCode}:\n${result.stdout}\n${result.stderr}`);
  return result;
};

/** Messages of the error diagnostics of a `-json` run. */
export const errorsOf = (result: TerraformResult): string[] =>
  result.events.flatMap(({ diagnostic }) =>
    diagnostic?.severity === 'error' ? [`${diagnostic.summary}\n${diagnostic.detail}`.trim()] : [],
  );

export interface Workspace {
  cwd: string;
  /** Writes a file of the workspace, replacing what was there. */
  write(name: string, content: string): Promise<void>;
  remove(): Promise<void>;
}

/** A temporary folder with terraform files in it. */
export const makeWorkspace = async (files: Record<string, string>): Promise<Workspace> => {
  const cwd = await mkdtemp(join(tmpdir(), 'tf-'));
  const write = async (name: string, content: string): Promise<void> => {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), content);
  };
  for (const [name, content] of Object.entries(files)) await write(name, content);
  return { cwd, write, remove: () => rm(cwd, { recursive: true, force: true }) };
};

/** The blocks that every configuration in these tests starts with. */
export const PROVIDER_BLOCKS = `
terraform {
  required_providers {
    ionoscloud = {
      source  = "ionos-cloud/ionoscloud"
      version = "~> 6.7"
    }
  }
}

provider "ionoscloud" {}
`;
