import { Box, useInput } from 'ink';
import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Footer } from '../components/Footer.js';
import { Header } from '../components/Header.js';
import { Rows } from '../components/Rows.js';
import { clip } from '../cells.js';
import { DASHBOARD_KEYS, WIZARD_KEYS, type KeyHint } from '../keys.js';
import { BLANK, rowOf, type Row } from '../rows.js';
import { ThemeContext, type Theme } from '../theme.js';
import { useTerminalSize } from '../use-terminal-size.js';
import type { Dashboard, DashboardSnapshot } from './controller.js';
import { fleetPage, fleetRows, type DrawOptions } from './fleet-rows.js';
import { helpRows } from './help-rows.js';
import { logOverflow, logRows } from './log-rows.js';
import { hasSections, sectionOverflow, tenantRows } from './tenant-rows.js';

export interface DashboardAppProps {
  dashboard: Dashboard;
  theme: Theme;
  sandbox: boolean;
  platform: string;
  /** Milliseconds since 1970; tests stop it. */
  now: () => number;
  /** Called before the first frame of another size is drawn. */
  onResize?: () => void;
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

/** The dashboard: never taller than the terminal less one row, read-only, one keyboard handler. */
export const DashboardApp = ({ dashboard, theme, sandbox, platform, now: clock, onResize }: DashboardAppProps): ReactNode => {
  const snapshot = useSyncExternalStore(dashboard.subscribe, dashboard.get);
  const { columns, rows } = useTerminalSize();
  useTick();
  const drawnSize = useRef(`${columns}x${rows}`);
  if (drawnSize.current !== `${columns}x${rows}`) {
    drawnSize.current = `${columns}x${rows}`;
    // While rendering, because ink writes before any effect runs.
    onResize?.();
  }
  const options: DrawOptions = { theme, columns, rows: rows - FRAME_ROWS, now: clock() };
  useInput((input, key) => {
    const { state, view, log } = dashboard.get();
    dashboard.onKey(input, key, {
      page: state.screen === 'fleet' ? fleetPage(options.rows) : Math.max(1, options.rows - 2),
      sectionOverflow: state.screen === 'tenant' ? sectionOverflow(state, view, options) : 0,
      logOverflow: state.screen === 'logs' ? logOverflow(state, log, options) : 0,
    });
  });
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) {
    const notice = [` The dashboard needs ${SMALLEST.columns} columns and ${SMALLEST.rows} rows;`, ` this window has ${columns} and ${rows}.`, ` ${WIZARD_KEYS.interrupt.key} or ${DASHBOARD_KEYS.quit.key} leaves.`];
    return (
      <ThemeContext.Provider value={theme}>
        <Rows rows={notice.slice(0, Math.max(1, rows - 1)).map((line) => rowOf(clip(line, columns, '')))} />
      </ThemeContext.Provider>
    );
  }
  const body = bodyOf(snapshot, options).slice(0, options.rows);
  const fill = Array.from({ length: options.rows - body.length }, () => BLANK);
  return (
    <ThemeContext.Provider value={theme}>
      <Box flexDirection="column">
        <Header columns={columns} about={aboutOf(snapshot, platform)} sandbox={sandbox} extra={['read-only']} />
        <Rows rows={[...body, ...fill]} />
        <Footer columns={columns} status={statusOf(snapshot)} keys={keysOf(snapshot, options)} />
      </Box>
    </ThemeContext.Provider>
  );
};
