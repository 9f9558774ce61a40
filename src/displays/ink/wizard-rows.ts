import type { QuestionGroup } from '../../tenant/question-types.js';
import { cardHeight, cardRows } from './card-rows.js';
import { choiceRows } from './choice-rows.js';
import { clip, oneLine, widthOf } from './cells.js';
import { consequenceRows, wrapped } from './consequence-rows.js';
import { fieldRow } from './field-row.js';
import { beside, BLANK, rowOf, rowWidth, span, type Row, type Span } from './rows.js';
import type { Theme } from './theme.js';
import { isTyped, type WizardView } from './wizard-view.js';

export interface BodySize {
  columns: number;
  /** Rows that the body may have at most. */
  rows: number;
}

const STEPS: readonly { group: QuestionGroup | 'review'; label: string }[] = [
  { group: 'where', label: 'Account' },
  { group: 'platform', label: 'Platform' },
  { group: 'tenant', label: 'Tenant' },
  { group: 'size', label: 'Size' },
  { group: 'applications', label: 'Applications' },
  { group: 'access', label: 'Access' },
  { group: 'review', label: 'Review' },
];

/** Where in the wizard we are: `✔ Account › ✔ Platform › Tenant › Size › …`. Narrow terminals lose the steps that lie behind. */
export const pathRow = (current: QuestionGroup | 'review', theme: Theme, columns: number): Row => {
  const at = STEPS.findIndex((step) => step.group === current);
  const build = (from: number): Row => [
    span(from > 0 ? ` ${theme.glyph.ellipsis} ` : ' '),
    ...STEPS.slice(from).flatMap(({ label }, index): Span[] => {
      const position = index + from;
      const gap = index === 0 ? [] : [span(` ${theme.glyph.crumb} `, 'dim')];
      if (position === at) return [...gap, span(label, 'accent')];
      if (position < at) return [...gap, span(theme.state('done').icon, 'ok'), span(` ${label}`, 'dim')];
      return [...gap, span(label, 'dim')];
    }),
  ];
  let from = 0;
  while (from < at && rowWidth(build(from)) > columns) from += 1;
  return build(from);
};

/** The answers so far as one line, the latest always in sight: `Platform main · Name acme`. */
const answeredRow = ({ answered }: WizardView, theme: Theme, columns: number): Row => {
  const parts = answered.map(({ label, text }) => `${label} ${clip(oneLine(text), 24, theme.glyph.ellipsis)}`);
  const line = (from: number): string => `${from > 0 ? `${theme.glyph.ellipsis} ` : ''}${parts.slice(from).join(` ${theme.glyph.dot} `)}`;
  let from = 0;
  while (from < parts.length - 1 && widthOf(line(from)) > columns - 2) from += 1;
  return rowOf(` ${clip(line(from), columns - 2, theme.glyph.ellipsis)}`, 'dim');
};

/** The answers so far, one a row, where there is room beside the question. */
const answeredRows = ({ answered }: WizardView, theme: Theme, width: number, most: number): Row[] => {
  const shown = answered.slice(-Math.max(0, most));
  const labelWidth = Math.max(0, ...shown.map(({ label }) => widthOf(label))) + 2;
  return shown.map(({ label, text }) => [span(` ${label}${' '.repeat(labelWidth - widthOf(label))}`, 'dim'), span(clip(oneLine(text), width - labelWidth - 2, theme.glyph.ellipsis), 'dim')]);
};

const questionFieldRow = (view: WizardView, theme: Theme, width: number): Row => {
  const secret = view.question?.kind === 'secret';
  return fieldRow(view.field, { hint: secret ? 'paste it here; it is not shown' : view.suggestion, secret }, theme, width);
};

/** From this width on the effect stands beside the question instead of below it. */
const BESIDE_COLUMNS = 110;
/** Bodies lower than this have no air. */
const TIGHT_ROWS = 12;

/** The wizard's body: path, one question, and its effect. Never more rows than `size.rows`. */
export const wizardRows = (view: WizardView, theme: Theme, size: BodySize, frame: string): Row[] => {
  const { question } = view;
  if (!question) return [BLANK, [span(` ${frame} `, 'busy'), span(`looking around${theme.glyph.ellipsis}`, 'busy')]].slice(0, size.rows);
  const tight = size.rows < TIGHT_ROWS;
  const cards = cardHeight(view, size.columns);
  const wide = size.columns >= BESIDE_COLUMNS && cards === undefined;
  const left = wide ? Math.floor(size.columns * 0.58) : size.columns;
  const right = size.columns - left - 3;
  const air: Row[] = tight ? [] : [BLANK];
  const top: Row[] = [pathRow(question.group, theme, size.columns)];
  const head: Row[] = [...air, rowOf(` ${question.prompt}`, undefined, true), ...wrapped(question.help, left - 1, ' ', 'dim', tight ? 1 : 2), ...air];
  const consequences = consequenceRows(view, theme, wide ? right : size.columns, frame);
  if (wide) {
    const body = isTyped(question) ? [questionFieldRow(view, theme, left)] : choiceRows(view, theme, left, Math.max(2, size.rows - 1 - head.length));
    const sofar = answeredRows(view, theme, right, size.rows - 4 - consequences.length);
    const side: Row[] = [...head.slice(0, tight ? 1 : 2).map(() => BLANK), ...consequences, ...(sofar.length > 0 ? [BLANK, ...sofar] : [])];
    return [...top, ...beside([...head, ...body], side, left, span('  '))].slice(0, size.rows);
  }
  const below: Row[] = [...air, ...consequences];
  const room = size.rows - top.length - head.length - below.length;
  const body = isTyped(question) ? [questionFieldRow(view, theme, left)] : cards !== undefined && cards <= room ? cardRows(view, theme, size.columns, room > cards) : choiceRows(view, theme, left, Math.max(2, room));
  // What was answered stands below the path, where that costs nothing else its place.
  const sofar = view.answered.length > 0 && !tight && size.rows - top.length - head.length - body.length - below.length >= 1 ? [answeredRow(view, theme, size.columns)] : [];
  return [...top, ...sofar, ...head, ...body, ...below].slice(0, size.rows);
};
