import { openInkDisplay } from '../../../src/displays/ink/open-display.js';
import type { TypedConfirmation } from '../../../src/displays/display.js';
import type { EngineEvent, Failure } from '../../../src/engine/events.js';
import { createInterrupts } from '../../../src/engine/interrupts.js';
import type { Proposal } from '../../../src/engine/proposal.js';
import { obey, stopMotion } from './control.js';

/** The drawn display of a run, with the events that the test gives it and a clock that stands where the test puts it. */

export interface DeploymentMessage {
  events?: EngineEvent[];
  /** What the clock shows from now on; else the time of the last event. */
  clock?: string;
  approve?: Proposal;
  confirm?: TypedConfirmation;
  retry?: Failure;
  close?: true;
}

stopMotion();
let clock = 0;
const display = await openInkDisplay({ color: !process.argv.includes('--no-color'), interrupts: createInterrupts(), now: () => clock });
const keepAlive = setTimeout(() => undefined, 2 ** 30);

obey<DeploymentMessage>(async ({ events = [], clock: at, approve, confirm, retry, close }) => {
  clock = Date.parse(at ?? events.at(-1)?.at ?? new Date(clock).toISOString());
  for (const event of events) display.show(event);
  if (approve) void display.approve(approve);
  if (confirm) void display.confirmTyped(confirm);
  if (retry) void display.retry(retry);
  if (!close) return;
  await display.close();
  clearTimeout(keepAlive);
});
