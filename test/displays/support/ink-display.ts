import { createInterrupts, type Interrupts } from '../../../src/engine/interrupts.js';
import type { InteractiveDisplay } from '../../../src/displays/display.js';
import { openInkDisplay } from '../../../src/displays/ink/open-display.js';
import { openVirtualTerminal, type VirtualTerminal } from './virtual-terminal.js';

export interface OnScreen {
  display: InteractiveDisplay;
  terminal: VirtualTerminal;
  interrupts: Interrupts;
}

/** The drawn display on a virtual terminal, with a run that has been announced. */
export const openOnScreen = async (columns = 80, rows = 24, options: { color?: boolean; now?: () => number } = {}): Promise<OnScreen> => {
  const terminal = openVirtualTerminal(columns, rows);
  const interrupts = createInterrupts();
  const display = await openInkDisplay({ color: options.color ?? true, interrupts, terminal, ...(options.now ? { now: options.now } : {}) });
  display.show({ type: 'run', at: new Date().toISOString(), operation: 'create', sandbox: false, cliVersion: '1.2.3', log: '/var/log/run.ndjson' });
  return { display, terminal, interrupts };
};
