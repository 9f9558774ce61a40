import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from './interrupts.js';
import type { ToolRecord } from './tool-process.js';

const LOOK_AGAIN_MS = 250;

export const processIsAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Whether a recorded tool still runs. A pid may have been given to another program since: where the system tells, its name decides. */
const stillRuns = async (record: ToolRecord): Promise<boolean> => {
  if (!processIsAlive(record.pid)) return false;
  const command = await readFile(`/proc/${record.pid}/cmdline`, 'utf8').catch(() => undefined);
  const binary = record.command.split(' ')[0] ?? '';
  return command === undefined || command === '' || command.split('\0')[0] === binary;
};

/**
 * Waits for tools that an earlier, killed run left running in this folder: they finish their work and save their state.
 * Returns true when one had been left behind dead, so that its lock may be given back.
 */
export const awaitEarlierTools = async (outputDir: string, signal: AbortSignal, onWait: (record: ToolRecord) => void): Promise<boolean> => {
  let anyDead = false;
  for (const name of await readdir(outputDir).catch(() => [])) {
    if (!name.endsWith('.running.json')) continue;
    const file = join(outputDir, name);
    const record = await readFile(file, 'utf8')
      .then((text) => JSON.parse(text) as ToolRecord)
      .catch(() => undefined);
    let waited = false;
    while (record && (await stillRuns(record))) {
      if (!waited) onWait(record);
      waited = true;
      await sleep(LOOK_AGAIN_MS, signal);
    }
    if (!waited) anyDead = true;
    await rm(file, { force: true });
  }
  return anyDead;
};
