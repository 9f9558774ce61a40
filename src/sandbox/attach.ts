import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile, rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxHome, SandboxProcess } from './home.js';

/** How long a sandbox may take to open its doors. */
const START_MS = 30_000;
const POLL_MS = 40;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The process that serves the sandbox now, if one does and answers. */
export const runningSandbox = async (home: SandboxHome): Promise<SandboxProcess | undefined> => {
  try {
    const found = JSON.parse(await readFile(home.processFile, 'utf8')) as SandboxProcess;
    if (!isAlive(found.pid)) return undefined;
    const response = await fetch(`${found.apiUrl}/sandbox/faults`, { headers: { authorization: 'Bearer sandbox-token' }, signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok ? found : undefined;
  } catch {
    return undefined;
  }
};

/** Finds the sandbox's process, or starts one in the background that outlives this one. */
export const attachSandbox = async (home: SandboxHome, serve: { command: string; args: string[]; env: NodeJS.ProcessEnv }): Promise<SandboxProcess> => {
  const found = await runningSandbox(home);
  if (found) {
    await touch(home);
    return found;
  }
  const log = openSync(home.logFile, 'a', 0o600);
  const child = spawn(serve.command, serve.args, { detached: true, stdio: ['ignore', log, log], env: serve.env });
  child.unref();
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    const started = await runningSandbox(home);
    if (started) return started;
    await sleep(POLL_MS);
  }
  throw new Error(`the sandbox did not start; see ${home.logFile}`);
};

/** Tells the serving process that it is still used. */
export const touch = async (home: SandboxHome): Promise<void> => {
  const now = new Date();
  await utimes(home.processFile, now, now).catch(() => undefined);
};

/** Ends the serving process and removes everything in the sandbox. */
export const resetSandbox = async (home: SandboxHome): Promise<boolean> => {
  const found = await runningSandbox(home);
  if (found) {
    process.kill(found.pid, 'SIGTERM');
    const deadline = Date.now() + START_MS;
    while (isAlive(found.pid) && Date.now() < deadline) await sleep(POLL_MS);
  }
  const had = await readFile(home.stateFile).then(
    () => true,
    () => false,
  );
  await rm(home.folder, { recursive: true, force: true });
  await rm(dirname(home.socket), { recursive: true, force: true });
  return had || found !== undefined;
};
