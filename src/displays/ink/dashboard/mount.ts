import { render } from 'ink';
import { createElement } from 'react';
import { guardedStdout } from '../guarded-stdout.js';
import type { Terminal } from '../mount.js';
import type { Theme } from '../theme.js';
import { Dashboard } from './controller.js';
import { DashboardApp } from './DashboardApp.js';
import { Painter } from './painter.js';
import type { FleetSource } from '../../../engine/fleet-view.js';

export interface MountOptions {
  source: FleetSource;
  theme: Theme;
  sandbox: boolean;
  tenant?: string | undefined;
  signal: AbortSignal;
  terminal: Terminal;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Draws until the person leaves, `signal` aborts, or the source ends, which is thrown. The screen is the caller's business. */
export const mountDashboard = async ({ source, theme, sandbox, tenant, signal, terminal, now }: MountOptions): Promise<void> => {
  let quit: () => void = () => undefined;
  const left = new Promise<void>((resolve) => {
    quit = resolve;
  });
  const dashboard = new Dashboard({ source, tenant, onQuit: quit });
  signal.addEventListener('abort', quit, { once: true });
  const painter = new Painter(terminal.stdout, theme);
  const ink = render(createElement(DashboardApp, { dashboard, theme, sandbox, platform: source.platform, now, painter }), { stdin: terminal.stdin, stdout: guardedStdout(terminal.stdout), exitOnCtrlC: false, patchConsole: true });
  try {
    if (!signal.aborted) await Promise.race([left, source.ended.then(() => left)]);
  } finally {
    signal.removeEventListener('abort', quit);
    dashboard.close();
    ink.unmount();
    await ink.waitUntilExit();
  }
};
