import type { CheckFinding } from '../engine/events.js';
import { ok, warning } from '../operations/doctor/check.js';
import { chooseFrontEnd, thisTerminal } from './front-end.js';

const SMALLEST = { columns: 60, rows: 15 };

/** What this terminal lets screens look like. */
export const checkTerminal = async (env: Readonly<Record<string, string>>): Promise<CheckFinding> => {
  const terminal = thisTerminal();
  if (!terminal.stdoutIsTty) return ok('none: lines are printed, and nothing is asked');
  const { columns, rows } = process.stdout;
  const { wantsAscii, wantsColor } = await import('../displays/ink/theme.js');
  const frontEnd = chooseFrontEnd({}, terminal);
  const reader = env.INK_SCREEN_READER === 'true' || env.ACCESSIBLE !== undefined;
  const about = [
    `${columns}×${rows}`,
    `TERM ${env.TERM ?? 'not set'}`,
    wantsColor(true, env) ? `colours (${process.stdout.getColorDepth()} bits)` : 'no colours',
    wantsAscii(env) ? 'ASCII only' : 'Unicode',
    ...(reader ? ['screen reader'] : []),
    frontEnd === 'ink' ? 'screens are drawn' : 'lines are printed',
  ].join(', ');
  if (frontEnd === 'ink' && (columns < SMALLEST.columns || rows < SMALLEST.rows)) return warning(`${about}: too small to draw on`, `Make it ${SMALLEST.columns}×${SMALLEST.rows} or larger, or add --plain.`);
  return ok(about);
};
