import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { runTool, type ToolResult } from '../../support/tool.js';

/** Who runs the web server and the database: neither runs as root, in a pod or here. 33 is www-data, the image's own user. */
export const USER = { uid: 33, gid: 33 };

const tools = fileURLToPath(new URL('../../../scripts/wordpress-tools.mjs', import.meta.url));

/** The WordPress that the chart installs, an old one to upgrade from, the MCP inspector's program, the folder of the Python SDK. */
type ToolPaths = Record<'current' | 'old' | 'inspector' | 'python', string>;

export const toolPaths = (): ToolPaths => JSON.parse(execFileSync(process.execPath, [tools, '--paths'], { encoding: 'utf8' })) as ToolPaths;

/** Asks until the answer is something, at most a minute. @throws Error that names what did not come */
export const until = async <T>(what: string, ask: () => Promise<T | undefined | false> | T | undefined | false, seconds = 60): Promise<T> => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(50);
  }
};

export interface Daemon {
  process: ChildProcess;
  /** Everything it has written so far. */
  log(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a program that goes on running, with a file for what it writes: Apache opens its output by name, which a socket refuses. It
 * is a process group of its own, as in a container: Apache ends its whole group with itself. It does not outlive the tests, however
 * they end.
 */
export const startDaemon = (file: string, args: readonly string[], env: NodeJS.ProcessEnv, logFile: string): Daemon => {
  writeFileSync(logFile, '');
  chownSync(logFile, USER.uid, USER.gid);
  const output = openSync(logFile, 'a');
  const child = spawn('/usr/bin/setpriv', ['--pdeathsig', 'TERM', file, ...args], { ...USER, env, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  const ended = once(child, 'close').catch(() => undefined);
  return {
    process: child,
    log: () => readFileSync(logFile, 'utf8'),
    async stop(signal = 'SIGTERM') {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal);
      await ended;
    },
  };
};

/** Runs a program to its end as the pod's user, with nothing of this machine's environment. */
export const runAsUser = (file: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv; input?: string } = {}): Promise<ToolResult> => runTool(file, args, { env: {}, ...options, ...USER });
