import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError, UnreachableError } from '../engine/errors.js';
import type { ToolInfo } from '../engine/events.js';
import { CancelledError } from '../engine/interrupts.js';
import { runTool } from '../engine/tool-process.js';
import { DIGEST_LABEL } from '../tenant/labels.js';

/** Revisions that helm keeps of a release; each is a Secret in the tenant's namespace and counts against its quota. */
const HISTORY = 5;

export interface HelmOptions {
  tool: ToolInfo;
  env: Readonly<Record<string, string>>;
  kubeconfig: string;
  /** Folder (0700) for values and output. */
  work: string;
  /** What helm says meanwhile, and how it ended. */
  onLine?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface ReleaseInput {
  release: string;
  namespace: string;
  /** Folder of the chart. */
  chart: string;
  /** No secrets: charts take the names of existing Secrets. */
  values: Readonly<Record<string, unknown>>;
  /** Digest of chart and values; written on the release, so that an unchanged one is recognised without asking helm. */
  digest: string;
}

/** Arguments of the one helm command that we use to install and upgrade. helm never waits: readiness is our own pod watch. */
export const upgradeArguments = (tool: Pick<ToolInfo, 'version'>, input: ReleaseInput, valuesFile: string): string[] => [
  'upgrade',
  '--install',
  input.release,
  input.chart,
  `--namespace=${input.namespace}`,
  `--values=${valuesFile}`,
  // Without values of its own, helm would take those of the last revision, a failed one included.
  '--reset-values',
  `--history-max=${HISTORY}`,
  `--labels=${DIGEST_LABEL}=${input.digest}`,
  '--output=json',
  // helm 4 would apply on the server; a fleet shared with helm 3 needs one way of writing.
  ...(Number(tool.version.split('.')[0]) >= 4 ? ['--server-side=false'] : []),
];

/** Why helm failed, in its own words: what follows the last `Error:`, which may be a list (helm 3), without the log lines before it (helm 4). */
export const failureReason = (stderr: string): string => {
  const at = stderr.search(/^Error:(?![\s\S]*^Error:)/m);
  const said = (at === -1 ? stderr : stderr.slice(at)).replace(/^Error:\s*/, '').replace(/^\d+ errors? occurred:\s*\*\s*/, '');
  return said.replaceAll(/\n\s*\*\s*/g, '; ').replaceAll(/\s+/g, ' ').trim().slice(0, 600);
};

/** `wordpress: Install complete, revision 1`: of all that helm prints, values and manifests among it, only how it ended. */
export const upgradeWords = (stdout: string): string[] => {
  try {
    const { name, version, info } = JSON.parse(stdout) as { name?: string; version?: number; info?: { description?: string } };
    return name === undefined || info?.description === undefined ? [] : [`${name}: ${info.description}, revision ${version ?? '?'}`];
  } catch {
    return [];
  }
};

export class Helm {
  constructor(private readonly options: HelmOptions) {}

  /** Installs or upgrades, without waiting for pods. An interrupt reaches helm once, and is waited for. */
  async upgrade(input: ReleaseInput): Promise<void> {
    await mkdir(this.options.work, { recursive: true, mode: 0o700 });
    const valuesFile = join(this.options.work, `${input.namespace}.${input.release}.values.json`);
    // JSON, because helm reads YAML 1.1, in which an unquoted `On` or `12:30` is not a text.
    await writeFile(valuesFile, JSON.stringify(input.values), { mode: 0o600 });
    try {
      const stdout = await this.run(`${input.namespace}.${input.release}`, upgradeArguments(this.options.tool, input, valuesFile), input.release);
      if (this.options.onLine) for (const line of upgradeWords(await readFile(stdout, 'utf8'))) this.options.onLine(line);
    } finally {
      await rm(valuesFile, { force: true });
    }
  }

  async uninstall(release: string, namespace: string): Promise<void> {
    await this.run(`${namespace}.${release}.uninstall`, ['uninstall', release, `--namespace=${namespace}`, '--ignore-not-found'], release);
    this.options.onLine?.(`${release}: uninstalled`);
  }

  /** The values that a release was last given. */
  async values(release: string, namespace: string): Promise<Record<string, unknown>> {
    const stdout = await this.run(`${namespace}.${release}.values`, ['get', 'values', release, `--namespace=${namespace}`, '--output=json'], release);
    return (JSON.parse(await readFile(stdout, 'utf8')) as Record<string, unknown> | null) ?? {};
  }

  /** Runs helm, and returns the path of what it printed. */
  private async run(name: string, args: string[], release: string): Promise<string> {
    await mkdir(this.options.work, { recursive: true, mode: 0o700 });
    const outcome = await runTool({
      path: this.options.tool.path,
      args,
      cwd: this.options.work,
      env: {
        ...this.options.env,
        KUBECONFIG: this.options.kubeconfig,
        HELM_CACHE_HOME: join(this.options.work, 'helm-cache'),
        HELM_CONFIG_HOME: join(this.options.work, 'helm-config'),
        HELM_DATA_HOME: join(this.options.work, 'helm-data'),
      },
      outputDir: this.options.work,
      name,
      signal: this.options.signal,
      onLine: (line, stream) => {
        if (stream === 'stderr') this.options.onLine?.(line);
      },
    });
    if (outcome.exitCode === 0) return outcome.stdoutFile;
    if (outcome.interrupted) throw new CancelledError();
    const stderr = (await readFile(outcome.stderrFile, 'utf8')).trim();
    const reason = failureReason(stderr);
    const lost = /cluster unreachable|connection refused|connection reset|: EOF/i.test(reason);
    throw new (lost ? UnreachableError : InstallerError)({
      code: 'helm-failed',
      what: outcome.signal ? `helm ${args[0]} of release ${release} was ended by ${outcome.signal}` : `helm ${args[0]} of release ${release} failed`,
      why: reason || `it said nothing, and ended with ${outcome.exitCode}`,
      next: ['Mend the cause, then run the same command again: it continues where it stopped.'],
    });
  }
}
