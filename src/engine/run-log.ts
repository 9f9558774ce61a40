import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { EventBus } from './bus.js';
import { processIsAlive } from './living-process.js';

/** Logs of runs are removed when a new run starts: older than this, and beyond this many or this much, the oldest first. */
const KEEP_DAYS = 30;
const KEEP_FILES = 200;
const KEEP_BYTES = 100 * 1024 * 1024;

export interface RunLog {
  path: string;
  /** Ends the log. With `remove` nothing of it stays. */
  close(options?: { remove?: boolean }): Promise<void>;
}

/** Whether the run that writes this log goes on: its process is in the file's name. */
const isBeingWritten = (name: string): boolean => {
  const pid = Number(/-(\d+)\.ndjson$/.exec(name)?.[1]);
  return pid > 0 && processIsAlive({ pid });
};

/** Removes run logs that are too old, too many or too big together. Never fails a run. */
const removeOldLogs = async (folder: string): Promise<void> => {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.ndjson') && !isBeingWritten(name));
  const logs = await Promise.all(names.map(async (name) => ({ path: join(folder, name), info: await stat(join(folder, name)).catch(() => undefined) })));
  const oldest = Date.now() - KEEP_DAYS * 24 * 3600 * 1000;
  let [files, bytes] = [0, 0];
  for (const { path, info } of logs.sort((a, b) => (b.info?.mtimeMs ?? 0) - (a.info?.mtimeMs ?? 0))) {
    if (!info?.isFile()) continue;
    files += 1;
    bytes += info.size;
    if (info.mtimeMs < oldest || files > KEEP_FILES || bytes > KEEP_BYTES) await rm(path, { force: true }).catch(() => undefined);
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
    async close({ remove = false } = {}) {
      unsubscribe();
      stream.end();
      await finished(stream).catch(() => undefined);
      if (remove) await rm(path, { force: true }).catch(() => undefined);
    },
  };
};
