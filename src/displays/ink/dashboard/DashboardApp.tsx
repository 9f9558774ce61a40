import { useInput } from 'ink';
import { useCallback, useEffect, useLayoutEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Theme } from '../theme.js';
import { useContinue } from '../use-continue.js';
import { useTerminalSize } from '../use-terminal-size.js';
import type { Dashboard } from './controller.js';
import { frameRows, surroundingsOf, type FrameOptions } from './frame.js';
import type { Painter } from './painter.js';

export interface DashboardAppProps {
  dashboard: Dashboard;
  painter: Painter;
  theme: Theme;
  sandbox: boolean;
  platform: string;
  /** Milliseconds since 1970; tests stop it. */
  now: () => number;
}

/** Ages are shown to the second. */
const TICK_MS = 1_000;

/** Draws once a second, and when the function that it returns is called. */
const useTick = (): (() => void) => {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return useCallback(() => setTick((tick) => tick + 1), []);
};

/** The dashboard: read-only, one keyboard handler. ink reads the keys and knows the window; the frames are the painter's. */
export const DashboardApp = ({ dashboard, painter, theme, sandbox, platform, now }: DashboardAppProps): ReactNode => {
  const snapshot = useSyncExternalStore(dashboard.subscribe, dashboard.get);
  const size = useTerminalSize();
  const tick = useTick();
  useContinue(() => {
    painter.enterAgain();
    tick();
  });
  const frame: FrameOptions = { theme, size, platform, sandbox, now: now() };
  useLayoutEffect(() => painter.paint(frameRows(snapshot, frame), size));
  useInput((input, key) => {
    // A key that is held down may come several times in one piece; what is pasted into a filter belongs together.
    const pressed = dashboard.get().state.typing || input.length < 2 ? [input] : [...input];
    for (const each of pressed) dashboard.onKey(each, key, surroundingsOf(dashboard.get(), frame));
  });
  return null;
};
