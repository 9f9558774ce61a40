import { Box, Static, useInput, useStdout } from 'ink';
import { useCallback, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { CONFIRM_KEYS, type KeyHint } from '../keys.js';
import { confirmRows } from '../confirm-rows.js';
import { deployFooter } from '../deploy-footer.js';
import { aboutRun } from '../deploy-header.js';
import { deployRows } from '../deploy-rows.js';
import { historyRows } from '../history-rows.js';
import { reviewFooter, reviewOverflow, reviewRows } from '../review-rows.js';
import { BLANK, rowOf, type Row } from '../rows.js';
import type { DisplayStore, HistoryItem, Snapshot } from '../store.js';
import type { DrawOptions } from '../task-rows.js';
import { ThemeContext, type Theme } from '../theme.js';
import type { GuardedStdout } from '../guarded-stdout.js';
import { useContinue } from '../use-continue.js';
import { useTerminalSize, type TerminalSize } from '../use-terminal-size.js';
import { wizardFooter } from '../wizard-footer.js';
import { wizardRows, type BodySize } from '../wizard-rows.js';
import type { WizardKey } from '../choice-keys.js';
import { Footer } from './Footer.js';
import { Header } from './Header.js';
import { Rows } from './Rows.js';

export interface AppProps {
  store: DisplayStore;
  theme: Theme;
  onKey: (input: string, key: WizardKey) => void;
  /** Milliseconds since the epoch; tests stop it. */
  now: () => number;
}

/** How often the spinner turns; nothing else moves by itself. Each turn is a whole frame on the wire, so it is as slow as still looks alive. */
const FRAME_MS = 250;

const HIDE_CURSOR = '\u001b[?25l';

/** Smaller than this, only one line is drawn. */
const SMALLEST = { columns: 40, rows: 10 };

const useFrame = (theme: Theme, moving: boolean): string => {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => setCount((known) => known + 1), FRAME_MS);
    return () => clearInterval(timer);
  }, [moving]);
  return theme.spinner[count % theme.spinner.length] ?? ' ';
};

const moves = ({ screen, run }: Snapshot): boolean => (screen.kind === 'wizard' && (screen.view.phase === 'checking' || screen.view.check?.state === 'checking')) || (screen.kind === 'run' && run.operation !== '');

const HeaderOf = ({ snapshot, columns }: { snapshot: Snapshot; columns: number }): ReactNode => {
  const { run } = snapshot;
  const answers = snapshot.screen.kind === 'wizard' ? snapshot.screen.view.context?.answers : undefined;
  const about = answers ? [run.tenant ?? answers.name ?? '', run.preset ?? answers.preset ?? '', run.isolation ?? answers.isolation ?? ''] : aboutRun(run);
  const tools = run.tools ? [`terraform ${run.tools.terraform.version}`, `helm ${run.tools.helm.version}`] : [];
  return <Header columns={columns} about={about} sandbox={run.sandbox || answers?.where === 'sandbox'} extra={tools} />;
};

const footerOf = (snapshot: Snapshot, body: BodySize, now: number): { status: string | readonly string[]; keys: KeyHint[] } => {
  const { screen } = snapshot;
  if (screen.kind === 'wizard') return wizardFooter(screen.view);
  if (screen.kind === 'review') return reviewFooter(screen.view, reviewOverflow(screen.view, snapshot.run.sandbox, body) > 0);
  if (screen.kind === 'confirm') return { status: 'Nothing has been changed yet', keys: [CONFIRM_KEYS.scroll, CONFIRM_KEYS.leave, CONFIRM_KEYS.take] };
  return deployFooter(snapshot, now);
};

const bodyOf = (snapshot: Snapshot, theme: Theme, size: TerminalSize, rows: number, now: number, frame: string): Row[] => {
  const { screen, run } = snapshot;
  const body = { columns: size.columns, rows };
  if (screen.kind === 'wizard') return wizardRows(screen.view, theme, body, frame);
  if (screen.kind === 'review') return reviewRows(screen.view, theme, body, run.sandbox);
  if (screen.kind === 'confirm') return confirmRows(screen.view, theme, body);
  return deployRows(run, {
    ...body,
    theme,
    now,
    frame,
    details: snapshot.details,
    logs: snapshot.logs,
    finished: snapshot.finished,
    scroll: snapshot.scroll,
    ...(screen.kind === 'failed' ? { failure: screen.failure } : {}),
  });
};

/** The one ink tree of a display: history above, the living frame below it, never as tall as the terminal. */
export const App = ({ store, theme, onKey, now: clockNow }: AppProps): ReactNode => {
  const snapshot = useSyncExternalStore(store.subscribe, store.get);
  const size = useTerminalSize();
  const moving = moves(snapshot);
  const turning = useFrame(theme, moving);
  const frame = moving ? turning : theme.state('running').icon;
  useInput(useCallback((input, key) => onKey(input, key), [onKey]));
  const { stdout, write } = useStdout();
  useContinue(() => {
    (stdout as GuardedStdout).forgetFrame?.();
    // ink draws its frame again below whatever is written through it.
    write(HIDE_CURSOR);
  });
  const now = clockNow();
  const { screen } = snapshot;
  const headerIsLive = snapshot.history.length === 0 || screen.kind === 'wizard';
  const isBelowHistory = headerIsLive && snapshot.history.length > 0;
  // One row stays free: a frame as tall as the terminal would take the scrollback with it.
  const rows = size.rows - 1 - (headerIsLive ? 2 : 0) - (isBelowHistory ? 1 : 0) - 2;
  const tiny = size.columns < SMALLEST.columns || size.rows < SMALLEST.rows;
  const draw: DrawOptions = { columns: size.columns, theme, now, frame: theme.state('running').icon, details: false };
  return (
    <ThemeContext.Provider value={theme}>
      <Static items={snapshot.history as HistoryItem[]}>
        {(item) => (item.kind === 'header' ? <HeaderOf key={item.id} snapshot={snapshot} columns={size.columns} /> : <Rows key={item.id} rows={historyRows(item, draw)} />)}
      </Static>
      {screen.kind === 'closed' || snapshot.run.operation === '' ? null : tiny ? (
        <Rows rows={[rowOf(' This window is too small to draw in.'.slice(0, size.columns), 'warn')]} />
      ) : (
        <Box flexDirection="column">
          {isBelowHistory ? <Rows rows={[BLANK]} /> : null}
          {headerIsLive ? <HeaderOf snapshot={snapshot} columns={size.columns} /> : null}
          <Rows rows={[...bodyOf(snapshot, theme, size, rows, now, frame), rowOf(' ')]} />
          <Footer columns={size.columns} {...footerOf(snapshot, { columns: size.columns, rows }, now)} />
        </Box>
      )}
    </ThemeContext.Provider>
  );
};
