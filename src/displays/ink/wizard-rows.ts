import type { QuestionGroup } from '../../tenant/question-types.js';
import { clip, oneLine, widthOf, wrapText } from './cells.js';
import { fieldRow } from './field-row.js';
import { beside, BLANK, rowOf, rowWidth, span, type Row, type Span } from './rows.js';
import type { Theme } from './theme.js';
import { effectOf, issueOf, type WizardView } from './wizard.js';

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

const wrapped = (text: string, width: number, first: string, tone: Span['tone'], most: number): Row[] => {
  const indent = ' '.repeat(widthOf(first));
  const lines = wrapText(oneLine(text), Math.max(8, width - widthOf(first)));
  const shown = lines.slice(0, most);
  if (lines.length > most) shown[most - 1] = clip(`${shown[most - 1] ?? ''} ${lines[most] ?? ''}`, width - widthOf(first));
  return shown.map((line, index) => [span(index === 0 ? first : indent, tone), span(line, tone)]);
};

const questionFieldRow = (view: WizardView, theme: Theme, width: number): Row => {
  const secret = view.question?.kind === 'secret';
  return fieldRow(view.field, { hint: secret ? 'paste it here; it is not shown' : view.suggestion, secret }, theme, width);
};

/** A hint of several parts loses whole parts before it is cut. */
const shorten = (hint: string, width: number, ellipsis: string): string => {
  let parts = oneLine(hint).split('; ');
  while (parts.length > 1 && widthOf(parts.join('; ')) > width) parts = parts.slice(0, -1);
  return clip(parts.join('; '), width, ellipsis);
};

/** Choices around the cursor, so many as fit. */
const choiceRows = (view: WizardView, theme: Theme, width: number, most: number): Row[] => {
  const { choices, cursor } = view;
  const multiple = view.question?.kind === 'multiselect';
  const widest = Math.max(...choices.map((choice) => widthOf(choice.label)), 1);
  const labelWidth = Math.min(widest, Math.max(20, Math.floor(width * 0.55)));
  const room = Math.max(1, most);
  const from = Math.max(0, Math.min(cursor - Math.floor(room / 2), choices.length - room));
  return choices.slice(from, from + room).map((choice, index) => {
    const position = from + index;
    const here = position === cursor;
    const more = (index === 0 && from > 0) || (index === room - 1 && position < choices.length - 1);
    const mark = multiple ? `${view.ticked.has(choice.value) ? theme.glyph.checked : theme.glyph.unchecked} ` : `${position + 1} `;
    const label = `${clip(choice.label, labelWidth, theme.glyph.ellipsis)}${' '.repeat(Math.max(0, labelWidth - widthOf(choice.label)))}`;
    const hint = choice.disabled ?? choice.hint ?? '';
    const used = 3 + widthOf(mark) + labelWidth + 2;
    return [
      span(here ? ` ${theme.glyph.pointer} ` : '   ', 'accent'),
      span(mark, multiple && view.ticked.has(choice.value) ? 'ok' : 'dim'),
      span(label, choice.disabled !== undefined ? 'dim' : here ? 'accent' : undefined),
      span(`  ${shorten(hint, Math.max(0, width - used - 2), theme.glyph.ellipsis)}`, 'dim'),
      ...(more ? [span(` ${theme.glyph.ellipsis}`, 'dim')] : []),
    ];
  });
};

/** What the answer brings about, or what is wrong with it. */
const consequenceRows = (view: WizardView, theme: Theme, width: number, frame: string): Row[] => {
  if (view.phase === 'checking') return [[span(` ${frame} `, 'busy'), span('checking', 'busy'), span(theme.glyph.ellipsis, 'busy')]];
  if (view.refusal !== undefined) return wrapped(view.refusal, width - 1, ` ${theme.state('failed').icon} `, 'bad', 4);
  const issue = issueOf(view);
  if (issue !== undefined) return wrapped(issue, width - 1, ` ${theme.state('degraded').icon} `, 'warn', 3);
  return effectOf(view).flatMap((line) => wrapped(line, width - 1, ` ${theme.glyph.arrow} `, undefined, 3));
};

/** From this width on the effect stands beside the question instead of below it. */
const BESIDE_COLUMNS = 110;

/** The wizard's body: path, one question, and its effect. Never more rows than `size.rows`. */
export const wizardRows = (view: WizardView, theme: Theme, size: BodySize, frame: string): Row[] => {
  const { question } = view;
  if (!question) return [BLANK, [span(` ${frame} `, 'busy'), span(`looking around${theme.glyph.ellipsis}`, 'busy')]].slice(0, size.rows);
  const path = pathRow(question.group, theme, size.columns);
  const wide = size.columns >= BESIDE_COLUMNS;
  const left = wide ? Math.floor(size.columns * 0.58) : size.columns;
  const tight = size.rows < 12;
  const head: Row[] = [...(tight ? [] : [BLANK]), rowOf(` ${question.prompt}`, undefined, true), ...wrapped(question.help, left - 1, ' ', 'dim', tight ? 1 : 2), ...(tight ? [] : [BLANK])];
  const typed = question.kind === 'text' || question.kind === 'secret';
  const consequences = consequenceRows(view, theme, wide ? size.columns - left - 3 : size.columns, frame);
  const room = size.rows - 1 - head.length - (wide ? 0 : consequences.length + (tight ? 0 : 1));
  const body = typed ? [questionFieldRow(view, theme, left)] : choiceRows(view, theme, left, Math.max(2, room));
  const lower = wide
    ? beside([...head, ...body], [...head.slice(0, tight ? 1 : 2).map(() => BLANK), ...consequences], left, span('  '))
    : [...head, ...body, ...(tight ? [] : [BLANK]), ...consequences];
  return [path, ...lower].slice(0, size.rows);
};
