import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode, InstallerError } from '../engine/errors.js';
import type { Entry } from './keychain.js';

/** A file for machines without a keychain. It is not encrypted: whoever can read this user's files, or their backups, can read it. */
export interface SecretFile {
  path: string;
  /** Throws InstallerError `credentials-file` (exit code 4) when others may read it, or when it is not what was written. */
  read(entry: Entry): Promise<string | undefined>;
  write(entry: Entry, secret: string): Promise<void>;
  /** Whether there was one. The file goes with its last entry; one that others may read can be emptied too. */
  remove(entry: Entry): Promise<boolean>;
}

type Content = Partial<Record<Entry, string>>;

const shellWord = (text: string): string => (/^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const refused = (what: string, why: string, next: string[]): InstallerError => new InstallerError({ code: 'credentials-file', what, why, next, exitCode: ExitCode.credentials });

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Windows keeps a user's profile to that user; its modes say nothing. */
const hasModes = process.platform !== 'win32';

/** `folder` is the product's configuration folder; it is made (0700) by the first write. */
export const openSecretFile = (folder: string): SecretFile => {
  const path = join(folder, 'credentials.json');

  const requirePrivate = async (): Promise<void> => {
    if (!hasModes) return;
    const file = await stat(path);
    if ((file.mode & 0o077) !== 0) {
      throw refused(`${path} may be read by others and is not used`, `its mode is ${(file.mode & 0o777).toString(8).padStart(4, '0')}`, [`chmod 600 ${shellWord(path)}`, 'If others had access meanwhile: delete the token in the DCD and make a new one.']);
    }
    const { mode } = await stat(folder);
    if ((mode & 0o022) !== 0) throw refused(`${path} could be replaced by others and is not used`, `the mode of its folder is ${(mode & 0o777).toString(8).padStart(4, '0')}`, [`chmod 700 ${shellWord(folder)}`]);
  };

  const load = async (): Promise<Content> => {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return {};
      throw refused(`${path} cannot be read`, error instanceof Error ? error.message : String(error), [`rm ${shellWord(path)}`]);
    }
    try {
      const content = JSON.parse(text) as unknown;
      if (typeof content === 'object' && content !== null && Object.values(content).every((value) => typeof value === 'string')) return content;
    } catch {
      // Not quoted: what is wrong in it may be a token.
    }
    throw refused(`${path} is not what was written there`, 'it has to be one JSON object of texts', [`rm ${shellWord(path)}`]);
  };

  /** Aside, readable by nobody else from its first byte, and then in place: nobody ever finds half a file. */
  const replace = async (content: Content): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const fresh = `${path}.${randomBytes(6).toString('hex')}`;
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await file.sync();
      await file.close();
      await rename(fresh, path);
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(fresh, { force: true });
      throw error;
    }
  };

  return {
    path,
    async read(entry) {
      const content = await load();
      if (content[entry] === undefined) return undefined;
      await requirePrivate();
      return content[entry];
    },
    async write(entry, secret) {
      const content = await load();
      if (Object.keys(content).length > 0) await requirePrivate();
      await replace({ ...content, [entry]: secret });
    },
    async remove(entry) {
      const { [entry]: found, ...rest } = await load();
      if (found === undefined) return false;
      if (Object.keys(rest).length === 0) await rm(path, { force: true });
      else await replace(rest);
      return true;
    },
  };
};
