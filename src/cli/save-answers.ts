import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallerError } from '../engine/errors.js';
import type { TenantDraft } from '../tenant/spec.js';
import { renderTenantDraft } from '../tenant/tenant-file.js';
import type { Session } from './session.js';

/** How many files of one name are looked at before somebody should tidy up. */
const MOST = 99;

const contentOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Writes the file as a whole, only for its owner: a reader never sees half of it. */
const replace = async (path: string, content: string): Promise<void> => {
  const half = `${path}.${randomUUID()}.part`;
  await writeFile(half, content, { mode: 0o600, flag: 'wx' });
  await rename(half, path);
};

/**
 * Saves answers as a tenant's file in the present folder: `<name>.yaml`, or `<name>-2.yaml` and so on where another file has that name.
 * A file that this run has written, and nobody changed since, is brought up to date.
 */
export const createAnswerSaver = (session: Pick<Session, 'bus'>, folder = process.cwd()): ((draft: TenantDraft) => Promise<string>) => {
  const written = new Map<string, string>();

  const write = async (name: string, content: string): Promise<string> => {
    for (let number = 1; number <= MOST; number += 1) {
      const path = number === 1 ? `${name}.yaml` : `${name}-${number}.yaml`;
      const full = join(folder, path);
      const present = await contentOf(full);
      if (present === content) return path;
      if (present === undefined) await writeFile(full, content, { mode: 0o600, flag: 'wx' });
      else if (present === written.get(path)) await replace(full, content);
      else continue;
      written.set(path, content);
      return path;
    }
    throw new Error(`there are ${MOST} files of that name`);
  };

  return async (draft) => {
    const { name } = draft;
    if (name === undefined) {
      throw new InstallerError({ code: 'name-open', what: 'nothing to save yet', why: 'a tenant\'s file needs the name of the tenant', next: ['Answer the name first.'], exitCode: 2 });
    }
    try {
      const path = await write(name, renderTenantDraft({ ...draft, name }));
      session.bus.emit({ type: 'file', purpose: 'tenant', path });
      return path;
    } catch (error) {
      throw new InstallerError({ code: 'file-unwritable', what: 'the answers were not saved', why: error instanceof Error ? error.message : String(error), next: [] });
    }
  };
};
