import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { startTestProvider } from '../support/provider.js';
import { runTerraform } from '../support/terraform.js';

/** The repository's terraform folder, which tests only read. */
export const SOURCE = fileURLToPath(new URL('../../terraform', import.meta.url));

/** What terraform leaves behind where somebody ran it; copies go without. */
const LEFTOVERS = /\.terraform($|\/|\.)|\.tfstate|\.tfplan/;

/** Every module and both stacks, as folders below terraform/. */
export const folders = async (): Promise<string[]> => {
  const modules = await readdir(join(SOURCE, 'modules'));
  return [...modules.sort().map((name) => `modules/${name}`), 'platform', 'tenant'];
};

export interface Outcome {
  exitCode: number | null;
  stdout: string;
  /** stdout and stderr, one after the other. */
  output: string;
}

export interface Stage {
  cloud: SandboxCloud;
  /** A copy of the terraform folder that may be written to. */
  root: string;
  /** What makes a terraform that is started in another way use this cloud. */
  env: Record<string, string>;
  /** Runs terraform in a folder of the copy; never throws for an exit code. */
  terraform: (folder: string, ...args: string[]) => Promise<Outcome>;
  /** Writes a file of the copy, in a folder that may be new. */
  write: (path: string, content: string) => Promise<void>;
  close: () => Promise<void>;
}

/** The real terraform, or this binary in its place, on a copy of our modules, in front of a sandbox cloud on which nothing takes time. */
export const openStage = async (binary?: string): Promise<Stage> => {
  const home = await mkdtemp(join(tmpdir(), 'tf-'));
  const root = join(home, 'terraform');
  await cp(SOURCE, root, { recursive: true, filter: (path) => !LEFTOVERS.test(path) });
  const provider = await startTestProvider();
  return {
    cloud: provider.cloud,
    root,
    env: provider.env,
    async terraform(folder, ...args) {
      const { exitCode, stdout, stderr } = await runTerraform(args, { cwd: join(root, folder), env: provider.env, binary });
      return { exitCode, stdout, output: stdout + stderr };
    },
    async write(path, content) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    async close() {
      await provider.close();
      await rm(home, { recursive: true, force: true });
    },
  };
};
