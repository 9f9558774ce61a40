import { clip, oneLine, widthOf, wrapText } from '../cells.js';
import { fitRow, rowOf, span, spread, type Row } from '../rows.js';
import { filterSpans, type DrawOptions } from './fleet-rows.js';
import { shownLines } from './log-position.js';
import { filterOf, fits, type DashboardState } from './state.js';

export interface LogLine {
  /** Counted from the first line that was ever read. */
  number: number;
  text: string;
  /** ISO time when it was written, where that is known. */
  at?: string | undefined;
}

export interface LogView {
  lines: readonly LogLine[];
  /** Why no more lines come; empty while they may. */
  note: string;
}

/** Lines that the filter lets through. */
export const fittingLines = (state: DashboardState, log: LogView): readonly LogLine[] => {
  const filter = filterOf(state);
  return filter === '' ? log.lines : log.lines.filter(({ text }) => fits(filter, text));
};

/** Lines that are on the screen at least; a wrapped one may fill it alone. */
export const logSize = (state: DashboardState, options: DrawOptions): number => (state.wrap ? 1 : Math.max(1, options.rows - 1));

/** `12:04:31.250` here and now; the date is left out, logs are read from their end. */
const stampOf = ({ at }: LogLine): string => {
  const time = new Date(at ?? '');
  return Number.isNaN(time.getTime()) ? '' : `${time.toLocaleTimeString('en-GB')}.${String(time.getMilliseconds()).padStart(3, '0')} `;
};

const lineRows = (line: LogLine, state: DashboardState, { columns, rows, theme }: DrawOptions): Row[] => {
  const stamp = state.stamps ? stampOf(line) : '';
  const width = columns - 2 - widthOf(stamp);
  // A line of a megabyte is not worth more than a window full.
  const text = oneLine(line.text.slice(0, columns * rows));
  const parts = state.wrap ? wrapText(text, width) : [clip(text, width, theme.glyph.ellipsis)];
  // An empty line is a line, too.
  return (parts.length === 0 ? [''] : parts).map((part, index) => [span(` ${index === 0 ? stamp : ' '.repeat(stamp.length)}`, 'dim'), span(part)]);
};

/** Rows above `end`, upwards until the window is full: only what is seen is measured, because measuring is what takes time. */
const upwards = (lines: readonly LogLine[], end: number, state: DashboardState, options: DrawOptions): Row[] => {
  const size = Math.max(1, options.rows - 1);
  let rows: Row[] = [];
  for (let index = end - 1; index >= 0 && rows.length < size; index -= 1) {
    const line = lines[index];
    if (line) rows = [...lineRows(line, state, options), ...rows];
  }
  return rows.slice(-size);
};

/** A container's log, its newest line at the bottom: at most `rows` rows. */
export const logRows = (state: DashboardState, log: LogView, options: DrawOptions): Row[] => {
  const { columns, theme } = options;
  const lines = fittingLines(state, log);
  const end = shownLines(lines.map(({ number }) => number), state.logEnd, logSize(state, options));
  const newer = lines.length - end;
  const shown = upwards(lines, end, state, options);
  const status =
    state.logEnd !== undefined
      ? span(`held${newer > 0 ? `, ${newer} newer ${newer === 1 ? 'line' : 'lines'} below` : ''}`, 'warn')
      : log.note !== ''
        ? span(oneLine(log.note), 'warn')
        : span(`${theme.state('running').icon} following`, 'busy');
  const title: Row = [span(` ${state.log?.pod ?? ''}`, undefined, true), span(`  ${state.log?.container ?? ''}${state.log?.previous === true ? ', before its last restart' : ''}  `, 'dim'), status];
  const head = spread(title, filterSpans(state, theme), columns, theme.glyph.ellipsis);
  if (shown.length === 0) return log.note === '' || filterOf(state) !== '' ? [head, rowOf(filterOf(state) === '' ? ' No lines yet.' : ' No line fits the filter.', 'dim')] : [head];
  return [head, ...shown.map((row) => fitRow(row, columns, theme.glyph.ellipsis))];
};
