import { clip } from '../cells.js';
import { footerRow, headerRows } from '../frame-rows.js';
import { DASHBOARD_KEYS, WIZARD_KEYS, type KeyHint } from '../keys.js';
import { BLANK, fitRow, rowOf, type Row } from '../rows.js';
import type { Theme } from '../theme.js';
import type { TerminalSize } from '../use-terminal-size.js';
import type { DashboardSnapshot } from './controller.js';
import { fleetPage, fleetRows, staleRow, type DrawOptions } from './fleet-rows.js';
import { helpRows } from './help-rows.js';
import { fittingLines, logRows, logSize } from './log-rows.js';
import { podOverflow, podRows } from './pod-rows.js';
import type { Surroundings } from './press.js';
import { hasSections, sectionOverflow, tenantRows } from './tenant-rows.js';

/** Below this only a notice is drawn. */
export const SMALLEST: TerminalSize = { columns: 60, rows: 15 };

/** Rows that are not body: two of the header, one of the footer, and the last row, which stays free. */
const FRAME_ROWS = 4;

export interface FrameOptions {
  theme: Theme;
  size: TerminalSize;
  platform: string;
  sandbox: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

/** While the cluster cannot be reached, the first thing said on every screen is that nothing below is certain. */
const staleRows = ({ view }: DashboardSnapshot, theme: Theme, now: number): Row[] => {
  const stale = staleRow(view, theme, now);
  return stale ? [stale] : [];
};

const bodyOptions = (snapshot: DashboardSnapshot, { theme, size, now }: FrameOptions): DrawOptions => ({ theme, columns: size.columns, rows: size.rows - FRAME_ROWS - staleRows(snapshot, theme, now).length, now });

const bodyOf = ({ state, view, log }: DashboardSnapshot, options: DrawOptions): Row[] => {
  if (state.help) return helpRows(options);
  if (state.screen === 'fleet') return fleetRows(state, view, options);
  if (state.screen === 'tenant') return tenantRows(state, view, options);
  return state.screen === 'pod' ? podRows(state, view, options) : logRows(state, log, options);
};

/** The keys that work now; the last ones are kept longest. */
const keysOf = ({ state, view }: DashboardSnapshot, options: DrawOptions): KeyHint[] => {
  const { move, page, open, back, filter, sort, describe, logs, previous, section, container, follow, wrap, stamps, help, quit } = DASHBOARD_KEYS;
  const paged = { ...page, key: 'PgUp PgDn' };
  if (state.typing) return [{ key: 'Esc', label: 'cancel' }, { key: 'Enter', label: 'filter' }];
  if (state.help) return [{ key: 'any key', label: 'close' }];
  if (state.screen === 'fleet') return [sort, paged, filter, move, open, help, quit];
  if (state.screen === 'tenant') return [paged, filter, previous, ...(hasSections(state, view, options) ? [section] : []), move, describe, logs, help, back];
  if (state.screen === 'pod') return [paged, move, previous, logs, help, back];
  return [stamps, ...((state.log?.containers.length ?? 0) > 1 ? [container] : []), previous, wrap, filter, move, follow, help, back];
};

const aboutOf = ({ state, view }: DashboardSnapshot, platform: string): string[] => {
  if (state.screen === 'fleet') return [platform];
  const tenant = view?.tenants.find(({ name }) => name === state.tenant);
  if (state.screen === 'tenant') return [platform, state.tenant ?? '', tenant?.preset ?? '', tenant?.isolation ?? ''];
  return [platform, state.tenant ?? '', state.screen === 'pod' ? 'pod' : 'logs'];
};

const noticeRows = ({ columns, rows }: TerminalSize): Row[] =>
  [` The dashboard needs ${SMALLEST.columns} columns and ${SMALLEST.rows} rows;`, ` this window has ${columns} and ${rows}.`, ` ${WIZARD_KEYS.interrupt.key} or ${DASHBOARD_KEYS.quit.key} leaves.`].map((line) => rowOf(clip(line, columns, '')));

/** The whole screen as rows: at most one less than the terminal has. */
export const frameRows = (snapshot: DashboardSnapshot, frame: FrameOptions): Row[] => {
  const { theme, size, platform, sandbox, now } = frame;
  const { columns } = size;
  if (columns < SMALLEST.columns || size.rows < SMALLEST.rows) return noticeRows(size);
  const options = bodyOptions(snapshot, frame);
  const body = bodyOf(snapshot, options).slice(0, options.rows);
  const fill = Array.from({ length: options.rows - body.length }, () => BLANK);
  const status = snapshot.view && !snapshot.view.connecting ? '' : 'reading the platform';
  return [
    ...headerRows({ columns, about: aboutOf(snapshot, platform), sandbox, extra: ['read-only'] }, theme),
    ...staleRows(snapshot, theme, now).map((row) => fitRow(row, columns, theme.glyph.ellipsis)),
    ...body,
    ...fill,
    footerRow({ columns, status, keys: keysOf(snapshot, options) }, theme),
  ];
};

/** What a key has to know of the screen it was pressed on. */
export const surroundingsOf = (snapshot: DashboardSnapshot, frame: FrameOptions): Omit<Surroundings, 'view'> => {
  const { state, view, log } = snapshot;
  const options = bodyOptions(snapshot, frame);
  return {
    page: state.screen === 'fleet' ? fleetPage(options.rows) : Math.max(1, options.rows - 2),
    overflow: state.screen === 'tenant' ? sectionOverflow(state, view, options) : state.screen === 'pod' ? podOverflow(state, view, options) : 0,
    logLines: state.screen === 'logs' ? fittingLines(state, log).map(({ number }) => number) : [],
    logSize: logSize(state, options),
  };
};
