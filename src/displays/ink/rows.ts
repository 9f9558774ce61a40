import { clip, oneLine, widthOf } from './cells.js';
import type { Tone } from './theme.js';

/** A piece of a row in one tone. */
export interface Span {
  text: string;
  tone?: Tone | undefined;
  bold?: boolean;
  inverse?: boolean;
}

/** One line of a screen. Screens are lists of rows, so that their height is known before anything is drawn. */
export type Row = readonly Span[];

/** Line ends, escape sequences, changes of direction: no row may contain one, whoever has forgotten to clean a foreign text. */
const STEERS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

export const span = (text: string, tone?: Tone, bold = false): Span => ({ text: STEERS.test(text) ? oneLine(text) : text, ...(tone === undefined ? {} : { tone }), ...(bold ? { bold } : {}) });

export const rowOf = (text: string, tone?: Tone, bold = false): Row => [span(text, tone, bold)];

export const BLANK: Row = [];

export const rowWidth = (row: Row): number => row.reduce((sum, each) => sum + widthOf(each.text), 0);

export const textOfRow = (row: Row): string => row.map((each) => each.text).join('');

/** The row in at most `width` columns. */
export const fitRow = (row: Row, width: number, ellipsis = '…'): Row => {
  if (rowWidth(row) <= width) return row;
  const fitted: Span[] = [];
  let left = width;
  for (const each of row) {
    const columns = widthOf(each.text);
    if (columns < left || (columns === left && each === row.at(-1))) {
      fitted.push(each);
      left -= columns;
      continue;
    }
    fitted.push({ ...each, text: clip(`${each.text}${' '.repeat(left + 1)}`, left, ellipsis) });
    break;
  }
  return fitted;
};

/** `left` clipped, `right` at the right margin: exactly `width` columns unless there is no right part. */
export const spread = (left: Row, right: Row, width: number, ellipsis = '…'): Row => {
  const rightWidth = rowWidth(right);
  if (rightWidth === 0) return fitRow(left, width, ellipsis);
  const fitted = fitRow(left, Math.max(0, width - rightWidth - 2), ellipsis);
  return [...fitted, span(' '.repeat(Math.max(1, width - rightWidth - rowWidth(fitted)))), ...right];
};

/** Two blocks of rows side by side. */
export const beside = (left: readonly Row[], right: readonly Row[], leftWidth: number, gap: Span): Row[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const fitted = fitRow(left[index] ?? BLANK, leftWidth);
    const other = right[index];
    if (other === undefined && right.length === 0) return fitted;
    return [...fitted, span(' '.repeat(leftWidth - rowWidth(fitted))), gap, ...(other ?? BLANK)];
  });
