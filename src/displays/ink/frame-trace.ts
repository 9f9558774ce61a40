import { widthOf } from './cells.js';

/** What ink writes to take its last frame away: each row erased, the cursor one up after all but the last. */
const ERASE = /^(?:\u001b\[2K(?:\u001b\[1A)?)+\u001b\[G/;
const ERASE_UP = '\u001b[2K\u001b[1A';
const SEQUENCES = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

export interface Window {
  columns: number;
  rows: number;
}

const rowsOf = (widths: readonly number[], columns: number): number => widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);

/**
 * Knows which rows of the terminal the last frame takes. A window that became narrower has broken long rows in two, one that became
 * lower has pushed the first rows out on top, and one that grows again brings them back: what ink erases is then too little, and
 * remains of old frames would stand above the new one for ever.
 */
export class FrameTrace {
  readonly #reflows: boolean;
  #window: Window;
  /** Widths of the last frame's rows. */
  #frame: readonly number[] = [];
  /** Widths of rows of earlier frames right above it that have left the window. */
  #above: readonly number[] = [];
  /** Rows of those that are back in it. */
  #back = 0;
  #forgotten = false;

  /** `reflows`: whether the terminal breaks long rows anew when its width changes, as most do. */
  constructor(window: Window, reflows: boolean) {
    this.#window = window;
    this.#reflows = reflows;
  }

  /** The frame is not to be taken away: something else was written below it. */
  forget(): void {
    this.#forgotten = true;
    this.#frame = [];
    this.#above = [];
    this.#back = 0;
  }

  resized(window: Window): void {
    const grown = window.rows - this.#window.rows;
    this.#window = window;
    if (grown > 0) this.#back += Math.min(grown, rowsOf(this.#above, window.columns) - this.#back);
  }

  /** What has to be written instead of this. */
  written(chunk: string): string {
    const erase = ERASE.exec(chunk)?.[0];
    const rest = chunk.slice(erase?.length ?? 0);
    const text = rest.replace(SEQUENCES, '');
    const instead = erase === undefined ? '' : this.#instead(erase);
    if (text === '') return instead + rest;
    if (erase === undefined) {
      // Finished rows were written, and stand between the frame and what is above them.
      this.#above = [];
      this.#back = 0;
    }
    this.#frame = text.replace(/\n$/, '').split('\n').map(widthOf);
    return instead + rest;
  }

  #instead(erase: string): string {
    const { columns, rows } = this.#window;
    if (this.#forgotten) {
      this.#forgotten = false;
      return '';
    }
    const known = erase.split('\u001b[2K').length - 2;
    const taken = this.#reflows ? rowsOf(this.#frame, columns) : this.#frame.length;
    const broken = Math.max(0, taken - known);
    const outside = Math.max(0, taken + 1 - rows);
    const back = this.#back;
    if (back > 0) this.#above = this.#above.slice(0, Math.max(0, this.#above.length - back));
    if (outside > 0) this.#above = [...this.#above, ...this.#frame.slice(0, outside)];
    this.#frame = [];
    this.#back = 0;
    return ERASE_UP.repeat(broken + back) + erase;
  }
}
