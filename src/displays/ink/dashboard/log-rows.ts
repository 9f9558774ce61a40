import { clip, oneLine, wrapText } from '../cells.js';
import { fitRow, rowOf, span, spread, type Row } from '../rows.js';
import { filterSpans, type DrawOptions } from './fleet-rows.js';
import { filterOf, type DashboardState } from './state.js';

export interface LogView {
  lines: readonly string[];
  /** Why no more lines come; empty while they may. */
  note: string;
}

const fitting = (state: DashboardState, log: LogView): readonly string[] => {
  const filter = filterOf(state).trim().toLowerCase();
  return filter === '' ? log.lines : log.lines.filter((line) => line.toLowerCase().includes(filter));
};

const size = (options: DrawOptions): number => Math.max(1, options.rows - 1);

/** How many lines the log can be scrolled up. */
export const logOverflow = (state: DashboardState, log: LogView, options: DrawOptions): number => Math.max(0, fitting(state, log).length - (state.wrap ? 1 : size(options)));

/** Rows above `end`, upwards until the window is full: only what is seen is measured, because measuring is what takes time. */
const upwards = (lines: readonly string[], end: number, state: DashboardState, options: DrawOptions): string[] => {
  const { columns, theme } = options;
  let rows: string[] = [];
  for (let index = end - 1; index >= 0 && rows.length < size(options); index -= 1) {
    // A line of a megabyte is not worth more than a window full.
    const line = oneLine((lines[index] ?? '').slice(0, columns * options.rows));
    rows = [...(state.wrap ? wrapText(line, columns - 2) : [clip(line, columns - 2, theme.glyph.ellipsis)]), ...rows];
  }
  return rows.slice(-size(options));
};

/** A container's log, its newest line at the bottom: at most `rows` rows. */
export const logRows = (state: DashboardState, log: LogView, options: DrawOptions): Row[] => {
  const { columns, theme } = options;
  const lines = fitting(state, log);
  const scroll = Math.min(state.logScroll, logOverflow(state, log, options));
  const shown = upwards(lines, lines.length - scroll, state, options);
  const status = log.note !== '' ? span(oneLine(log.note), 'warn') : scroll > 0 ? span(`${scroll} newer ${scroll === 1 ? 'line' : 'lines'} below`, 'warn') : span(`${theme.state('running').icon} following`, 'busy');
  const title: Row = [span(` ${state.log?.pod ?? ''}`, undefined, true), span(`  ${state.log?.container ?? ''}  `, 'dim'), status];
  const head = spread(title, filterSpans(state, theme), columns, theme.glyph.ellipsis);
  if (shown.length === 0 && log.note === '') return [head, rowOf(filterOf(state) === '' ? ' No lines yet.' : ' No line fits the filter.', 'dim')];
  return [head, ...shown.map((line) => fitRow([span(` ${line}`)], columns, theme.glyph.ellipsis))];
};
