import { clip, widthOf } from './cells.js';
import { span, type Row } from './rows.js';
import type { TextField } from './text-field.js';
import type { Theme } from './theme.js';

/** The field with its cursor; a long text shows the part around the cursor. An empty one shows what it is for. */
export const fieldRow = ({ characters, cursor }: TextField, { hint, secret }: { hint: string; secret: boolean }, theme: Theme, width: number): Row => {
  const shown = secret ? characters.map(() => theme.glyph.mask) : characters;
  const lead = span(` ${theme.glyph.pointer} `, 'accent');
  const room = Math.max(4, width - 5);
  if (characters.length === 0) {
    return [lead, { text: hint === '' ? ' ' : (hint[0] ?? ' '), inverse: true }, span(clip(hint.slice(1), room - 1, theme.glyph.ellipsis), 'dim')];
  }
  let from = 0;
  while (widthOf(shown.slice(from, cursor + 1).join('')) > room) from += 1;
  const before = shown.slice(from, cursor).join('');
  const under = shown[cursor] ?? ' ';
  const after = shown.slice(cursor + 1).join('');
  return [lead, span(before), { text: under, inverse: true }, span(clip(after, room - widthOf(before) - widthOf(under), theme.glyph.ellipsis))];
};
