import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const tools = fileURLToPath(new URL('../../../scripts/proxy-tools.mjs', import.meta.url));

/** The file system that all containers see, and the programs that stand for the world outside. */
type ToolPaths = Record<'root' | 'pebble' | 'pebble-challtestsrv', string>;

export const toolPaths = (): ToolPaths => JSON.parse(execFileSync(process.execPath, [tools, '--paths'], { encoding: 'utf8' })) as ToolPaths;

export interface Daemon {
  pid: number;
  /** Everything it has written so far. */
  log(): string;
  /** Fulfilled with its exit code when it has ended; null when a signal ended it. */
  ended: Promise<number | null>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a program that goes on running and does not outlive the tests. What it writes goes to a file, for nginx opens its output by
 * name, which a socket refuses; that file belongs to `owner`.
 */
export const startDaemon = (file: string, args: readonly string[], options: { logFile: string; owner?: number; env?: NodeJS.ProcessEnv }): Daemon => {
  writeFileSync(options.logFile, '', { flag: 'a' });
  if (options.owner !== undefined) chownSync(options.logFile, options.owner, options.owner);
  const output = openSync(options.logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', file, ...args], { env: options.env ?? { PATH: process.env['PATH'] }, stdio: ['ignore', output, output] });
  closeSync(output);
  if (child.pid === undefined) throw new Error(`${file} cannot be started`);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return {
    pid: child.pid,
    log: () => readFileSync(options.logFile, 'utf8'),
    ended,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await ended;
    },
  };
};
