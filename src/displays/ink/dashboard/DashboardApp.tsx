import { useInput } from 'ink';
import { useEffect, useLayoutEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { clip } from '../cells.js';
import { footerRow, headerRows } from '../frame-rows.js';
import { DASHBOARD_KEYS, WIZARD_KEYS, type KeyHint } from '../keys.js';
import { BLANK, rowOf, type Row } from '../rows.js';
import type { Theme } from '../theme.js';
import { useTerminalSize, type TerminalSize } from '../use-terminal-size.js';
import type { Dashboard, DashboardSnapshot } from './controller.js';
import { fleetPage, fleetRows, type DrawOptions } from './fleet-rows.js';
import { helpRows } from './help-rows.js';
import { logOverflow, logRows } from './log-rows.js';
import type { Painter } from './painter.js';
import { hasSections, sectionOverflow, tenantRows } from './tenant-rows.js';

export interface DashboardAppProps {
  dashboard: Dashboard;
  theme: Theme;
  sandbox: boolean;
  platform: string;
  /** Milliseconds since 1970; tests stop it. */
  now: () => number;
  painter: Painter;
}

/** Below this only a notice is drawn. */
export const SMALLEST = { columns: 60, rows: 15 };

/** Ages are shown to the second. */
const TICK_MS = 1_000;

/** Rows that are not body: two of the header, one of the footer, and the last row, which stays free. */
const FRAME_ROWS = 4;

const useTick = (): void => {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
};

const bodyOf = ({ state, view, log }: DashboardSnapshot, options: DrawOptions): Row[] => {
  if (state.help) return helpRows(options);
  if (state.screen === 'fleet') return fleetRows(state, view, options);
  return state.screen === 'tenant' ? tenantRows(state, view, options) : logRows(state, log, options);
};

/** The keys that work now; the last ones are kept longest. */
const keysOf = ({ state, view }: DashboardSnapshot, options: DrawOptions): KeyHint[] => {
  const { move, page, open, back, filter, logs, section, container, wrap, help, quit } = DASHBOARD_KEYS;
  if (state.typing) return [{ key: 'Esc', label: 'cancel' }, { key: 'Enter', label: 'filter' }];
  if (state.help) return [{ key: 'any key', label: 'close' }];
  if (state.screen === 'fleet') return [page, filter, move, open, help, quit];
  if (state.screen === 'tenant') return [...(hasSections(state, view, options) ? [section] : []), page, move, logs, help, back];
  return [...((state.log?.containers.length ?? 0) > 1 ? [container] : []), wrap, filter, move, help, back];
};

const aboutOf = ({ state, view }: DashboardSnapshot, platform: string): string[] => {
  if (state.screen === 'fleet') return [platform];
  const tenant = view?.tenants.find(({ name }) => name === state.tenant);
  return [platform, state.tenant ?? '', ...(state.screen === 'logs' ? ['logs'] : [tenant?.preset ?? '', tenant?.isolation ?? ''])];
};

const statusOf = ({ view }: DashboardSnapshot): string => (view && !view.connecting ? '' : 'reading the platform');

const noticeRows = ({ columns, rows }: TerminalSize): Row[] =>
  [` The dashboard needs ${SMALLEST.columns} columns and ${SMALLEST.rows} rows;`, ` this window has ${columns} and ${rows}.`, ` ${WIZARD_KEYS.interrupt.key} or ${DASHBOARD_KEYS.quit.key} leaves.`].map((line) => rowOf(clip(line, columns, '')));

/** The whole screen as rows: at most one less than the terminal has. */
const frameOf = (snapshot: DashboardSnapshot, { columns, rows }: TerminalSize, options: DrawOptions, about: Pick<DashboardAppProps, 'platform' | 'sandbox'>): Row[] => {
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) return noticeRows({ columns, rows });
  const body = bodyOf(snapshot, options).slice(0, options.rows);
  const fill = Array.from({ length: options.rows - body.length }, () => BLANK);
  return [
    ...headerRows({ columns, about: aboutOf(snapshot, about.platform), sandbox: about.sandbox, extra: ['read-only'] }, options.theme),
    ...body,
    ...fill,
    footerRow({ columns, status: statusOf(snapshot), keys: keysOf(snapshot, options) }, options.theme),
  ];
};

/** The dashboard: read-only, one keyboard handler. ink reads the keys and knows the window; the frames are the painter's. */
export const DashboardApp = ({ dashboard, theme, sandbox, platform, now: clock, painter }: DashboardAppProps): ReactNode => {
  const snapshot = useSyncExternalStore(dashboard.subscribe, dashboard.get);
  const size = useTerminalSize();
  useTick();
  const options: DrawOptions = { theme, columns: size.columns, rows: size.rows - FRAME_ROWS, now: clock() };
  useLayoutEffect(() => painter.paint(frameOf(snapshot, size, options, { platform, sandbox }), size));
  useInput((input, key) => {
    const { state, view, log } = dashboard.get();
    dashboard.onKey(input, key, {
      page: state.screen === 'fleet' ? fleetPage(options.rows) : Math.max(1, options.rows - 2),
      sectionOverflow: state.screen === 'tenant' ? sectionOverflow(state, view, options) : 0,
      logOverflow: state.screen === 'logs' ? logOverflow(state, log, options) : 0,
    });
  });
  return null;
};
