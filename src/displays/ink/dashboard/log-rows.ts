import { clip, oneLine, wrapText } from '../cells.js';
import { fitRow, rowOf, span, spread, type Row } from '../rows.js';
import { filterSpans, type DrawOptions } from './fleet-rows.js';
import { filterOf, type DashboardState } from './state.js';

export interface LogView {
  lines: readonly string[];
  /** Why no more lines come; empty while they may. */
  note: string;
}

const drawn = (state: DashboardState, log: LogView, { columns, theme }: DrawOptions): string[] => {
  const filter = filterOf(state).trim().toLowerCase();
  const lines = filter === '' ? log.lines : log.lines.filter((line) => line.toLowerCase().includes(filter));
  return lines.flatMap((line) => (state.wrap ? wrapText(oneLine(line), columns - 2) : [clip(oneLine(line), columns - 2, theme.glyph.ellipsis)]));
};

const size = (options: DrawOptions): number => Math.max(1, options.rows - 1);

/** How far the log can be scrolled up. */
export const logOverflow = (state: DashboardState, log: LogView, options: DrawOptions): number => Math.max(0, drawn(state, log, options).length - size(options));

/** A container's log, its newest line at the bottom: at most `rows` rows. */
export const logRows = (state: DashboardState, log: LogView, options: DrawOptions): Row[] => {
  const { columns, theme } = options;
  const lines = drawn(state, log, options);
  const scroll = Math.min(state.logScroll, Math.max(0, lines.length - size(options)));
  const end = lines.length - scroll;
  const shown = lines.slice(Math.max(0, end - size(options)), end);
  const status = log.note !== '' ? span(oneLine(log.note), 'warn') : scroll > 0 ? span(`${scroll} newer ${scroll === 1 ? 'line' : 'lines'} below`, 'warn') : span(`${theme.state('running').icon} following`, 'busy');
  const title: Row = [span(` ${state.log?.pod ?? ''}`, undefined, true), span(`  ${state.log?.container ?? ''}  `, 'dim'), status];
  const head = spread(title, filterSpans(state, theme), columns, theme.glyph.ellipsis);
  if (shown.length === 0 && log.note === '') return [head, rowOf(filterOf(state) === '' ? ' No lines yet.' : ' No line fits the filter.', 'dim')];
  return [head, ...shown.map((line) => fitRow([span(` ${line}`)], columns, theme.glyph.ellipsis))];
};
