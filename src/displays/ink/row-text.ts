import type { Row, Span } from './rows.js';
import type { Theme } from './theme.js';

/** Foreground colours by the names that the theme's tones use; they follow the terminal's own scheme. */
const COLORS: Readonly<Record<string, number>> = { black: 30, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, white: 37, gray: 90 };

const codesOf = (span: Span, theme: Theme): number[] => {
  const { color, dimColor, bold } = theme.tone(span.tone);
  return [...(bold === true || span.bold === true ? [1] : []), ...(dimColor === true ? [2] : []), ...(span.inverse === true ? [7] : []), ...(color === undefined ? [] : [COLORS[color] ?? 39])];
};

/** The row as the terminal takes it: one string with its colours, none where the theme has none. Neighbours of one look share their codes. */
export const rowText = (row: Row, theme: Theme): string => {
  if (!theme.color) return row.map(({ text }) => theme.words(text)).join('');
  let drawn = '';
  let last = '';
  for (const each of row) {
    if (each.text === '') continue;
    const codes = codesOf(each, theme).join(';');
    if (codes !== last) drawn += `\u001b[0${codes === '' ? '' : `;${codes}`}m`;
    drawn += theme.words(each.text);
    last = codes;
  }
  return last === '' ? drawn : `${drawn}\u001b[0m`;
};
