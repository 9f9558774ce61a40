import { fitRow, rowWidth, type Row } from '../rows.js';
import { rowText } from '../row-text.js';
import type { Theme } from '../theme.js';
import type { TerminalSize } from '../use-terminal-size.js';

/** The alternate screen, empty, without a cursor. */
export const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H';
const CLEAR = '\u001b[2J';
const ERASE_REST = '\u001b[K';
/** Terminals that know it show what is between as one picture; others ignore it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const at = (row: number): string => `\u001b[${row};1H`;

/**
 * Draws frames on a screen that nobody else writes to: only rows that changed are written, each at its place. ink would lay out and write
 * the whole screen for one changed digit, and keep every text that it ever measured; a dashboard stays open for days.
 */
export class Painter {
  readonly #stdout: Pick<NodeJS.WriteStream, 'write'>;
  readonly #theme: Theme;
  #size: TerminalSize = { columns: 0, rows: 0 };
  #shown: readonly string[] = [];

  constructor(stdout: Pick<NodeJS.WriteStream, 'write'>, theme: Theme) {
    this.#stdout = stdout;
    this.#theme = theme;
  }

  /** Shows these rows, from the top; what was below them is gone. Never writes to the last row. */
  paint(rows: readonly Row[], size: TerminalSize): void {
    // A changed size starts from nothing: the terminal has moved and rewrapped what was there.
    const isNew = size.columns !== this.#size.columns || size.rows !== this.#size.rows;
    const shown = isNew ? [] : this.#shown;
    const lines = rows.slice(0, Math.max(0, size.rows - 1)).map((row) => this.#line(row, size.columns));
    const height = Math.max(lines.length, shown.length);
    const changed = Array.from({ length: height }, (_, index) => ((lines[index] ?? '') === (shown[index] ?? '') ? '' : `${at(index + 1)}${lines[index] ?? ERASE_REST}`)).join('');
    this.#size = size;
    this.#shown = lines;
    if (changed !== '' || isNew) this.#stdout.write(`${BEGIN}${isNew ? CLEAR : ''}${changed}${at(size.rows)}${END}`);
  }

  /** After the screen was somebody else's: takes it, and draws the next frame whole. */
  enterAgain(): void {
    this.#stdout.write(ENTER_SCREEN);
    this.#size = { columns: 0, rows: 0 };
  }

  /** A full row ends in the last column, where erasing the rest would take its last character. */
  #line(row: Row, columns: number): string {
    const fitted = fitRow(row, columns, this.#theme.glyph.ellipsis);
    return `${rowText(fitted, this.#theme)}${rowWidth(fitted) < columns ? ERASE_REST : ''}`;
  }
}
