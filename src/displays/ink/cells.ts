import stringWidth from 'string-width';

/** Latin letters, arrows, rules, and the marks that themes use: one column each, and nearly all that is ever drawn. */
const PLAIN = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2714\u2716\u276f]*$/;

/** Columns that a text takes: wide characters count two, combining marks none. */
export const widthOf = (text: string): number => (PLAIN.test(text) ? text.length : stringWidth(text));

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export { oneLine } from '../one-line.js';

/** The text in at most `width` columns; what does not fit ends in `ellipsis`. */
export const clip = (text: string, width: number, ellipsis = '…'): string => {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(ellipsis);
  if (room < 0) return '';
  let shown = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const columns = widthOf(segment);
    if (used + columns > room) break;
    shown += segment;
    used += columns;
  }
  return shown + ellipsis;
};

/** Exactly `width` columns: clipped or filled up with spaces. */
export const cell = (text: string, width: number, align: 'left' | 'right' = 'left', ellipsis = '…'): string => {
  const clipped = clip(text, width, ellipsis);
  const fill = ' '.repeat(Math.max(0, width - widthOf(clipped)));
  return align === 'left' ? clipped + fill : fill + clipped;
};

/** Breaks a text at spaces into lines of at most `width` columns; a longer word is cut. */
export const wrapText = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(/\s+/).filter((each) => each !== '')) {
    while (widthOf(word) > width) {
      if (line !== '') lines.push(line);
      line = '';
      const head = clip(word, width, '');
      if (head === '') return lines;
      lines.push(head);
      word = word.slice(head.length);
    }
    if (word === '') continue;
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
};
