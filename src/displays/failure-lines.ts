import type { Failure } from '../engine/events.js';

/** A failure as plain text: what happened, why, what to do next, where the log is. */
export const failureLines = (failure: Failure): string[] => [
  `✖ ${failure.what}`,
  ...(failure.why === undefined ? [] : [`  ${failure.why}`]),
  // A command that follows a sentence stands alone on its line, so that it can be copied as it is.
  ...failure.next.map((line) => `  → ${line.replaceAll('\n', '\n    ')}`),
  ...(failure.log === undefined ? [] : [`  Log: ${failure.log}`]),
];
