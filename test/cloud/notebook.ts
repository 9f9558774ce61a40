import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markOf, type ProcessMark } from '../../src/engine/living-process.js';

/** What a run is about to make, written down before it is made, so that another run can remove it. */
export interface Notes {
  platform: string;
  /** Where it is: an account, or the sandbox on this machine. */
  rehearsal: boolean;
  tenants: string[];
  bucket?: string;
  startedAt: string;
  /** The run itself, and the command that it waits for: both may live on. */
  run: ProcessMark;
  command?: ProcessMark;
}

export interface Notebook {
  readonly notes: Notes;
  write(change: Partial<Notes>): Promise<void>;
  /** Everything is removed. */
  close(): Promise<void>;
}

const folderOf = (state: string): string => join(state, 'cloud-test');

const notebookOf = (state: string, first: Notes): Notebook => {
  const file = join(folderOf(state), `${first.platform}.json`);
  let notes = first;
  return {
    get notes() {
      return notes;
    },
    async write(change) {
      notes = { ...notes, ...change };
      await mkdir(folderOf(state), { recursive: true, mode: 0o700 });
      await writeFile(`${file}.new`, JSON.stringify(notes, null, 1), { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
    close: () => rm(file, { force: true }),
  };
};

export const openNotebook = async (state: string, platform: string, rehearsal: boolean): Promise<Notebook> => {
  const book = notebookOf(state, { platform, rehearsal, tenants: [], startedAt: new Date().toISOString(), run: markOf(process.pid) });
  await book.write({});
  return book;
};

/** Notebooks of runs that did not come to the end of their tear-down. */
export const earlierNotebooks = async (state: string): Promise<Notebook[]> => {
  const files = (await readdir(folderOf(state)).catch(() => [])).filter((name) => /^ct-[a-z0-9]+\.json$/.test(name));
  return Promise.all(files.map(async (name) => notebookOf(state, JSON.parse(await readFile(join(folderOf(state), name), 'utf8')) as Notes)));
};

/** Where a run's figures go. */
export const reportFile = (state: string, platform: string): string => join(folderOf(state), `${platform}.report.json`);
