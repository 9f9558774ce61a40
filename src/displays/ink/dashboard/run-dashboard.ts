import type { FleetSource } from '../../../engine/fleet-view.js';
import type { Interrupts } from '../../../engine/interrupts.js';
import { summaryLines } from '../../fleet-summary.js';
import type { Terminal } from '../mount.js';
import { ENTER_SCREEN } from './painter.js';
import { createTheme, wantsAscii, wantsColor } from '../theme.js';

export interface RunDashboardOptions {
  source: FleetSource;
  interrupts: Interrupts;
  /** False with `--no-color`. */
  color: boolean;
  sandbox: boolean;
  /** Opens with this tenant; back leads to the fleet. */
  tenant?: string;
  /** This process's, if absent. */
  terminal?: Terminal;
  now?: () => number;
}

const LEAVE = '\u001b[?25h\u001b[?1049l';

/** Takes the alternate screen and gives it back exactly once, whatever ends the process. */
const takeScreen = (stdout: NodeJS.WriteStream): (() => void) => {
  let taken = true;
  const leave = (): void => {
    if (!taken) return;
    taken = false;
    process.off('exit', leave);
    process.off('uncaughtExceptionMonitor', leave);
    stdout.write(LEAVE);
  };
  // A window that was closed takes its terminal with it: whoever still writes must not die of it before everything is tidied up.
  stdout.on('error', () => undefined);
  process.on('exit', leave);
  process.on('uncaughtExceptionMonitor', leave);
  stdout.write(ENTER_SCREEN);
  return leave;
};

/**
 * Shows the live dashboard on the alternate screen until the person leaves it, then prints how things are as plain lines.
 * No other ink tree may be mounted meanwhile. Throws what ends the source, for example rights that were taken away.
 */
export const runDashboard = async ({ source, interrupts, color, sandbox, tenant, terminal = process, now = Date.now }: RunDashboardOptions): Promise<void> => {
  const colored = wantsColor(color, process.env);
  // ink's colour library looks at the environment once, when it is loaded, and does not know NO_COLOR.
  process.env.FORCE_COLOR = colored ? (process.env.FORCE_COLOR === '3' || process.env.COLORTERM === 'truecolor' ? '3' : '2') : '0';
  const { mountDashboard } = await import('./mount.js');
  const leave = takeScreen(terminal.stdout);
  try {
    await mountDashboard({ source, theme: createTheme({ color: colored, ascii: wantsAscii(process.env) }), sandbox, tenant, signal: interrupts.signal, terminal, now });
  } finally {
    leave();
  }
  const last = source.current();
  if (last) terminal.stdout.write(`${summaryLines(last).join('\n')}\n`);
};
