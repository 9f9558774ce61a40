import stringWidth from 'string-width';
import { oneLine } from '../one-line.js';

/**
 * Rows under headings, two spaces apart, each column as wide as its widest cell. Nothing is cut, so that it can be copied and searched;
 * a column that is empty in every row is left out.
 *
 *     NAME    PHASE  PRESET
 *     acme    ready  small
 *     globex  ready  medium
 */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const tamed = rows.map((row) => row.map(oneLine));
  const columns = headings.map((heading, index) => ({ index, heading, width: Math.max(stringWidth(heading), ...tamed.map((row) => stringWidth(row[index] ?? ''))) })).filter(({ index }) => tamed.some((row) => (row[index] ?? '') !== ''));
  const line = (cells: readonly string[]): string => columns.map(({ index, width }) => (cells[index] ?? '') + ' '.repeat(width - stringWidth(cells[index] ?? ''))).join('  ').trimEnd();
  return [line(headings), ...tamed.map(line)];
};
