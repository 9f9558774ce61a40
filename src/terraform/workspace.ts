import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

export type StackName = 'platform' | 'tenant';

/**
 * A private copy of the stacks, in which one terraform works on one stack. Never the package's own folder: that may be read-only, and
 * terraform writes plans and state with secrets in clear beside the source.
 */
export interface Workspace {
  stack: StackName;
  /** Folder of the stack's root module. */
  root: string;
  /** Output of the tool, its process records and our own inputs. */
  work: string;
  planFile: string;
  variablesFile: string;
}

/** Where the tools of a workspace leave their output and their process records. */
export const workFolder = (folder: string): string => join(folder, 'work');

/** Folder, in that of a run that only looks, for its own copy of a stack. */
export const lookFolder = (runFolder: string): string => join(runFolder, 'terraform');

/** Tests and examples are not needed; what somebody's own terraform left beside the source must not come along. */
const NOT_COPIED = /(^|[/\\])(\.terraform|tests|examples)([/\\]|$)|\.tfstate/;
/** Where terraform leaves a state that it could not save: the only place where it then stands. */
export const LEFT_STATE = 'errored.tfstate';

/** Marks, in the work folder, that a terraform could not give its lock back. */
export const LOCK_KEPT = 'lock-kept';

/** What terraform keeps in the copy. */
const TERRAFORMS_OWN = /^(\.terraform(\.lock\.hcl$|[/\\]|$)|errored\.tfstate$)/;

/** Where terraform notes which provider it has checked; it loads one that is not there once more, although its cache has it. */
const PROVIDER_LOCK = '.terraform.lock.hcl';

/** Root module of a stack in a workspace's folder. */
const rootOf = (folder: string, stack: StackName): string => join(folder, 'source', stack);

/** Spares a new workspace the loading of the provider that the one in `other` has checked. */
export const takeProviderFrom = async (other: string, { stack, root }: Workspace): Promise<void> => {
  const lock = await readFile(join(rootOf(other, stack), PROVIDER_LOCK)).catch(() => undefined);
  if (lock) await writeFile(join(root, PROVIDER_LOCK), lock, { mode: 0o600 });
};

const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));

/**
 * Makes `copy` hold the files of `original`, and no others. Contents only: a package folder may be read-only, and its copy must not be.
 * A file that an earlier version had would still be part of terraform's configuration.
 */
const synchronise = async (original: string, copy: string): Promise<void> => {
  const wanted = (await filesBelow(original)).filter((file) => !NOT_COPIED.test(file));
  for (const file of await filesBelow(copy)) if (!wanted.includes(file) && !TERRAFORMS_OWN.test(file)) await rm(join(copy, file), { force: true });
  for (const file of wanted) {
    await mkdir(dirname(join(copy, file)), { recursive: true, mode: 0o700 });
    await writeFile(join(copy, file), await readFile(join(original, file)), { mode: 0o600 });
  }
};

/** Copies the stacks into `folder` (0700). Terraform's own `.terraform` there survives, so that a repeated run need not initialise anew. */
export const openWorkspace = async (packageRoot: string, folder: string, stack: StackName): Promise<Workspace> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const source = join(folder, 'source');
  for (const part of ['modules', stack]) await synchronise(join(packageRoot, 'terraform', part), join(source, part));
  const work = workFolder(folder);
  await mkdir(work, { recursive: true, mode: 0o700 });
  await writeFile(join(work, 'terraform.rc'), '', { mode: 0o600 });
  return {
    stack,
    root: rootOf(folder, stack),
    work,
    planFile: join(work, 'saved.tfplan'),
    variablesFile: join(work, 'stack.tfvars.json'),
  };
};

/** Removes the saved plan and the variables: both may hold more than an onlooker should see. */
export const closeWorkspace = async (workspace: Workspace): Promise<void> => {
  await rm(workspace.planFile, { force: true });
  await rm(workspace.variablesFile, { force: true });
};
