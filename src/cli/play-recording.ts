import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '../engine/interrupts.js';
import type { EngineEvent, UnstampedEvent } from '../engine/events.js';
import type { CommandOutcome, Session } from './session.js';

interface Recorded {
  afterMs: number;
  event: UnstampedEvent;
}

/**
 * Plays a recording of a real run through the same displays, where the tools cannot be had at all. It says that it is one: before,
 * in the tools event, and in the result.
 */
export const playRecording = async (session: Session, speed: number, why: string): Promise<CommandOutcome> => {
  const text = await readFile(join(session.packageRoot, 'presets', 'recordings', 'demo.ndjson'), 'utf8');
  const recorded = text.trim().split('\n').map((line) => JSON.parse(line) as Recorded);
  session.bus.emit({ type: 'notice', level: 'warning', message: `This is a RECORDING of a real run: ${why}. Nothing runs, and its URLs do not answer.` });
  let result: Extract<EngineEvent, { type: 'result'; ok: true }> | undefined;
  let clock = 0;
  for (const { afterMs, event } of recorded) {
    await sleep(Math.max(0, afterMs - clock) / speed, session.interrupts.signal);
    clock = afterMs;
    if (event.type === 'run') continue;
    if (event.type === 'result') result = { ...event, at: '' } as typeof result;
    else session.bus.emit(event.type === 'tools' ? { ...event, recorded: true } : event);
  }
  return {
    changed: false,
    recorded: true,
    tenant: result?.tenant,
    next: ['Install terraform and helm, then run the demo again to see it for real.'],
  };
};
