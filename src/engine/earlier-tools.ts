import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from './interrupts.js';
import { processIsAlive } from './living-process.js';
import type { ToolRecord } from './tool-process.js';

const LOOK_AGAIN_MS = 250;

/** What a tool has left in its folder that did not come to its end under our eyes: it, or the interface before it, was killed. */
export interface EarlierTool extends ToolRecord {
  file: string;
}

/** Whether the run that started it is still there, and not this one: what the tool leaves is that run's to see to. */
const isAnothers = ({ by }: ToolRecord): boolean => by !== undefined && by.pid !== process.pid && processIsAlive(by);

/**
 * Waits for tools that an earlier, killed run left running in this folder: they finish their work and save their state.
 * Returns all that were left behind, and none that ended under the eyes of a run that lives. None of them runs any more, but one that was
 * killed may have left a lock: they stay recorded until {@link forgetTools}, so that an interrupt before that is repaired is not the end of
 * the knowledge.
 */
export const awaitEarlierTools = async (outputDir: string, signal: AbortSignal, onWait: (record: ToolRecord) => void): Promise<EarlierTool[]> => {
  const earlier: EarlierTool[] = [];
  for (const name of await readdir(outputDir).catch(() => [])) {
    if (!name.endsWith('.running.json')) continue;
    const file = join(outputDir, name);
    const record = await readFile(file, 'utf8')
      .then((text) => JSON.parse(text) as ToolRecord)
      .catch(() => undefined);
    if (!record) continue;
    for (let waited = false; processIsAlive(record); waited = true) {
      if (!waited) onWait(record);
      await sleep(LOOK_AGAIN_MS, signal);
    }
    if (!isAnothers(record)) earlier.push({ ...record, file });
  }
  return earlier;
};

export const forgetTools = async (tools: readonly EarlierTool[]): Promise<void> => {
  for (const { file } of tools) await rm(file, { force: true });
};
