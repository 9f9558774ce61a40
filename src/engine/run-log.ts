import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { EventBus } from './bus.js';

/** Logs of runs older than this are removed when a new run starts. */
const KEEP_DAYS = 30;

export interface RunLog {
  path: string;
  close(): Promise<void>;
}

/** Removes run logs that are older than {@link KEEP_DAYS}. Never fails a run. */
const removeOldLogs = async (folder: string): Promise<void> => {
  const oldest = Date.now() - KEEP_DAYS * 24 * 3600 * 1000;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.ndjson')) continue;
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (info && info.mtimeMs < oldest) await rm(path, { force: true }).catch(() => undefined);
  }
};

/** Writes every event of a run as one JSON object a line (0600). The bus has redacted them already. Throws when the file cannot be opened. */
export const startRunLog = async (bus: EventBus, options: { folder: string; file?: string; operation: string }): Promise<RunLog> => {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const path = options.file ?? join(options.folder, `${stamp}-${options.operation}-${process.pid}.ndjson`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (options.file === undefined) await removeOldLogs(options.folder);
  const file = await open(path, 'w', 0o600);
  // A file that was there keeps its mode, which may let others read it.
  if ((await file.stat()).isFile()) await file.chmod(0o600).catch(() => undefined);
  const stream = file.createWriteStream();
  // A full disk must not end an onboarding; the displays still show everything.
  stream.on('error', () => undefined);
  const unsubscribe = bus.subscribe((event) => {
    // A watched fleet is a picture of the moment, many megabytes an hour; a log is about what was done.
    if (event.type !== 'fleet') stream.write(`${JSON.stringify(event)}\n`);
  });
  return {
    path,
    async close() {
      unsubscribe();
      stream.end();
      await finished(stream).catch(() => undefined);
    },
  };
};
