import { cell, clip, widthOf } from './cells.js';
import type { KeyHint } from './keys.js';
import { span, type Row } from './rows.js';
import type { Theme } from './theme.js';

export interface HeaderContent {
  columns: number;
  /** What this screen is about: tenant, preset, isolation. */
  about: readonly string[];
  /** Shown as one word in its own tone; never dropped. */
  sandbox: boolean;
  /** Right end, the first to go where there is no room: tool versions, the last one first. */
  extra?: readonly string[];
}

/** The line on top of every screen, with a rule below; two rows, never wider than `columns`. */
export const headerRows = ({ columns, about, sandbox, extra = [] }: HeaderContent, theme: Theme): Row[] => {
  const product = ' ionos-tenants';
  const mark = sandbox ? 'SANDBOX' : '';
  const subject = about.filter((part) => part !== '').join(` ${theme.glyph.dot} `);
  const fixed = widthOf(product) + widthOf(mark) + 2;
  const shown = [...extra];
  const rightWidth = (): number => shown.reduce((sum, part) => sum + 2 + widthOf(part), 0);
  while (shown.length > 0 && fixed + 2 + widthOf(subject) + 2 + rightWidth() > columns) shown.pop();
  const left = clip(subject === '' ? '' : `  ${subject}`, Math.max(0, columns - fixed - rightWidth()), theme.glyph.ellipsis);
  const gap = Math.max(1, columns - 1 - widthOf(product) - widthOf(left) - widthOf(mark) - rightWidth());
  return [
    [span(product, 'accent'), span(`${left}${' '.repeat(gap)}`), span(mark, 'warn', true), span(shown.map((part) => `  ${part}`).join(''), 'dim')],
    [span(theme.glyph.rule.repeat(columns), 'dim')],
  ];
};

export interface FooterContent {
  columns: number;
  /** What is being waited for, or an estimate; gives way to the keys. Of several wordings, the longest first, the first that fits. */
  status?: string | readonly string[];
  /** The keys that work now, the most important one last: it is the last to go where there is no room. */
  keys: readonly KeyHint[];
}

/** The line at the bottom of every screen: one row, never wider than `columns`. */
export const footerRow = ({ columns, status = '', keys }: FooterContent, theme: Theme): Row => {
  const room = columns - 2;
  const shown = keys.map((hint) => ({ key: theme.ascii ? hint.key.replace('↑↓', 'Up/Down').replace('←→', 'Left/Right') : hint.key, label: hint.label }));
  const keysWidth = (): number => shown.reduce((sum, hint, index) => sum + (index === 0 ? 0 : 2) + widthOf(hint.key) + 1 + widthOf(hint.label), 0);
  // One column before, two between status and keys.
  while (shown.length > 1 && keysWidth() > columns - 3) shown.shift();
  const left = Math.max(0, room - keysWidth() - (shown.length > 0 ? 2 : 0));
  const wordings = typeof status === 'string' ? [status] : status;
  const fitting = wordings.find((each) => widthOf(each) <= left) ?? wordings.at(-1) ?? '';
  return [span(` ${cell(fitting, left, 'left', theme.glyph.ellipsis)}${shown.length > 0 ? '  ' : ''}`, 'dim'), ...shown.flatMap((hint, index) => [span(`${index === 0 ? '' : '  '}`), span(hint.key, 'accent'), span(` ${hint.label}`, 'dim')])];
};
