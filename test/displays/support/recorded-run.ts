import { readFileSync } from 'node:fs';
import type { EngineEvent } from '../../../src/engine/events.js';
import { foldEvent, initialRunState, type RunState } from '../../../src/engine/run-state.js';

/** The events of a real `create` on the sandbox, in their order. */
export const recordedCreate = (): EngineEvent[] =>
  readFileSync(new URL('../fixtures/create.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as EngineEvent);

/** The state after each event, with the time of that event. */
export const recordedStates = (): { run: RunState; now: number }[] => {
  let run = initialRunState;
  return recordedCreate().map((event) => {
    run = foldEvent(run, event);
    return { run, now: Date.parse(event.at) };
  });
};
