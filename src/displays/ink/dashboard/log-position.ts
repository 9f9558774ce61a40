import { pagedCursor, type KeyPress } from '../keys.js';

/** Where in a log one is. Lines have numbers that stay theirs, so that what is read stays in place while new lines come and old ones go. */
export interface LogPosition {
  /** Numbers of the lines that the filter lets through, in order. */
  logLines: readonly number[];
  /** Lines that are on the screen at least: the window does not scroll above them. */
  logSize: number;
  page: number;
}

/** How many of the lines are shown or above: those before number `end`; all of them when it is absent. */
export const shownLines = (lines: readonly number[], end: number | undefined, size: number): number => {
  if (end === undefined) return lines.length;
  const after = lines.findIndex((line) => line >= end);
  return Math.max(Math.min(size, lines.length), after === -1 ? lines.length : after);
};

/** The end after a key that scrolls; `follow` at the newest line; undefined: the key does not scroll. */
export const movedLog = (end: number | undefined, input: string, key: KeyPress, { logLines, logSize, page }: LogPosition): number | 'follow' | undefined => {
  const least = Math.min(logSize, logLines.length);
  const moved = pagedCursor(input, key, shownLines(logLines, end, logSize) - least, logLines.length - least + 1, page);
  if (moved === undefined) return undefined;
  return logLines[least + moved] ?? 'follow';
};
