import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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

/** Copies the stacks into `folder` (0700). Terraform's own `.terraform` there survives, so that a repeated run need not initialise anew. */
export const openWorkspace = async (packageRoot: string, folder: string, stack: StackName): Promise<Workspace> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const source = join(folder, 'source');
  for (const part of ['modules', stack]) {
    await cp(join(packageRoot, 'terraform', part), join(source, part), {
      recursive: true,
      filter: (path) => !/[/\\](\.terraform|tests|examples)([/\\]|$)/.test(path.slice(packageRoot.length)) && !/\.tfstate/.test(path),
    });
  }
  const work = join(folder, 'work');
  await mkdir(work, { recursive: true, mode: 0o700 });
  await writeFile(join(work, 'terraform.rc'), '', { mode: 0o600 });
  return {
    stack,
    root: join(source, stack),
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
