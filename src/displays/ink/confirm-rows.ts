import type { TypedConfirmation } from '../display.js';
import { widthOf } from './cells.js';
import { factRows } from './fact-rows.js';
import { fieldRow } from './field-row.js';
import { BLANK, fitRow, rowOf, rowWidth, span, type Row } from './rows.js';
import { fieldText, type TextField } from './text-field.js';
import type { Theme } from './theme.js';
import type { BodySize } from './wizard-rows.js';

export interface ConfirmView {
  confirmation: TypedConfirmation;
  field: TextField;
  /** First row of the facts that is shown, where they do not fit. */
  scroll: number;
}

/** Title, blank, hint, question, field. */
const FIXED = 5;

const roomFor = (size: BodySize): number => Math.max(1, size.rows - FIXED);

/** How far the facts can be scrolled in this size. */
export const confirmOverflow = (view: ConfirmView, size: BodySize): number => Math.max(0, factRows(view.confirmation.facts, size.columns).length - roomFor(size));

/** What cannot be undone, and the field. Never more rows than `size.rows`. */
export const confirmRows = (view: ConfirmView, theme: Theme, size: BodySize): Row[] => {
  const { title, facts, expected } = view.confirmation;
  const rows = factRows(facts, size.columns);
  const room = roomFor(size);
  const from = Math.min(view.scroll, Math.max(0, rows.length - room));
  const shown = rows.slice(from, from + room);
  const hidden = rows.length - shown.length;
  const typed = fieldText(view.field);
  const wrong = typed !== '' && !expected.startsWith(typed);
  const question: Row = [
    span(' Type '),
    span(expected, 'accent'),
  ];
  const rest = [' to go on; anything else changes nothing.', ' to go on.'].find((words) => rowWidth(question) + widthOf(words) <= size.columns) ?? '';
  const hint = wrong ? rowOf(` ${theme.state('degraded').icon} that is not ${expected}`, 'warn') : hidden > 0 ? rowOf(` ${theme.glyph.ellipsis} ${hidden} more rows: scroll`, 'dim') : BLANK;
  return [rowOf(` ${title}`, 'bad', true), BLANK, ...shown, hint, [...question, span(rest)], fieldRow(view.field, { hint: '', secret: false }, theme, size.columns)]
    .slice(-Math.max(1, size.rows))
    .map((row) => fitRow(row, size.columns, theme.glyph.ellipsis));
};
