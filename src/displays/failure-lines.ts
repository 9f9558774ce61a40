import type { Failure } from '../engine/events.js';

/** A failure as plain text: what happened, why, what to do next, where the log is. */
export const failureLines = (failure: Failure): string[] => [
  `✖ ${failure.what}`,
  ...(failure.why === undefined ? [] : [`  ${failure.why}`]),
  ...failure.next.map((line) => `  → ${line}`),
  ...(failure.log === undefined ? [] : [`  Log: ${failure.log}`]),
];
