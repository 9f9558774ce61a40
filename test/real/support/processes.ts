import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../../support/tool.js';

/** How long something that has been started may take until it is of use. Far more than it needs, even beside a build. */
const PATIENCE_MS = 120_000;
const POLL_MS = 50;

/**
 * Ends every process group that it is told of, undoes what they have left elsewhere, and removes the folder, as soon as its standard
 * input closes: when the group is stopped, and just as well when the tests were killed and nobody is left to stop it.
 */
const REAPER = 'folder=$1; shift; groups=; while read -r group; do groups="$groups -$group"; done; [ -z "$groups" ] || kill -9 $groups 2>/dev/null; [ $# = 0 ] || "$@"; rm -rf "$folder"';

/** Programs that run beside a test, with a folder of their own. */
export interface ProcessGroup {
  folder: string;
  /** Starts a program in a process group of its own; its output goes to `<name>.log` in the folder. */
  start(name: string, file: string, args: readonly string[]): void;
  /**
   * Waits until `look` returns something, asking again and again; what it throws is only the reason why it is not so yet.
   * @throws Error with that reason and the last lines of all logs when a program has ended, or after two minutes
   */
  until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T>;
  /** Ends everything and removes the folder. */
  stop(): Promise<void>;
}

/** A group whose folder has a name that begins so. `undo` is the command, made from the folder, that takes away what is left outside of it. */
export const openProcessGroup = async (prefix: string, undo: (folder: string) => readonly string[] = () => []): Promise<ProcessGroup> => {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const reaper = spawn('/bin/sh', ['-c', REAPER, 'reaper', folder, ...undo(folder)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const running = new Map<string, ChildProcess>();
  const ended: string[] = [];
  let stopping = false;
  const logs = async (): Promise<string> =>
    (await Promise.all([...running.keys()].map(async (name) => `--- ${name}\n${(await readFile(join(folder, `${name}.log`), 'utf8').catch(() => '')).slice(-2000)}`))).join('\n');
  return {
    folder,
    start(name, file, args) {
      const child = spawn(file, args, { cwd: folder, env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      const log = createWriteStream(join(folder, `${name}.log`));
      child.stdout.pipe(log, { end: false });
      child.stderr.pipe(log, { end: false });
      child.once('error', (error) => ended.push(`${name} did not start: ${error.message}`));
      child.once('exit', (code, signal) => ended.push(`${name} ended (${signal ?? code})`));
      if (child.pid !== undefined) reaper.stdin.write(`${child.pid}\n`);
      running.set(name, child);
    },
    async until(what, look) {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        let reason: unknown;
        const found = await look().catch((error: unknown) => {
          reason = error;
          return undefined;
        });
        if (found !== undefined && found !== false) return found;
        if (ended.length > 0 || stopping || Date.now() > deadline) throw new Error(`${what}: not seen; ${ended.join(', ')}\n${await logs()}`, { cause: reason });
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    async stop() {
      if (stopping) return;
      stopping = true;
      const gone = once(reaper, 'close');
      reaper.stdin.end();
      await gone;
    },
  };
};
