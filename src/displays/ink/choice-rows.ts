import { cell, clip, oneLine, widthOf } from './cells.js';
import { span, type Row } from './rows.js';
import type { Theme } from './theme.js';
import type { WizardView } from './wizard-view.js';

/** A hint of several parts loses whole parts before it is cut. */
const shorten = (hint: string, width: number, ellipsis: string): string => {
  let parts = oneLine(hint).split('; ');
  while (parts.length > 1 && widthOf(parts.join('; ')) > width) parts = parts.slice(0, -1);
  return clip(parts.join('; '), width, ellipsis);
};

/** Choices around the cursor, one a row, so many as fit. */
export const choiceRows = (view: WizardView, theme: Theme, width: number, most: number): Row[] => {
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
    const hint = choice.disabled ?? choice.hint ?? '';
    const used = 3 + widthOf(mark) + labelWidth + 2;
    // Without a hint the label has the row for itself.
    const label = hint === '' ? clip(choice.label, width - used + labelWidth - 2, theme.glyph.ellipsis) : cell(choice.label, labelWidth, 'left', theme.glyph.ellipsis);
    return [
      span(here ? ` ${theme.glyph.pointer} ` : '   ', 'accent'),
      span(mark, multiple && view.ticked.has(choice.value) ? 'ok' : 'dim'),
      span(label, choice.disabled !== undefined ? 'dim' : here ? 'accent' : undefined),
      span(hint === '' ? '' : `  ${shorten(hint, Math.max(0, width - used - 2), theme.glyph.ellipsis)}`, 'dim'),
      ...(more ? [span(` ${theme.glyph.ellipsis}`, 'dim')] : []),
    ];
  });
};
