import { runDashboard } from '../../../src/displays/ink/dashboard/run-dashboard.js';
import { createInterrupts } from '../../../src/engine/interrupts.js';
import type { FleetView } from '../../../src/engine/fleet-view.js';
import { fakeSource, NOW } from '../../support/fleet.js';
import { obey, stopMotion } from './control.js';

/** The dashboard over a fleet that the test tells it. */

export interface DashboardMessage {
  view?: FleetView;
  /** Lines of the log that was opened last. */
  log?: string[];
  /** Milliseconds since the time of the fleet's fixtures. */
  later?: number;
}

stopMotion();
let clock = NOW;
const source = fakeSource();
const interrupts = createInterrupts();
process.on('SIGTERM', () => interrupts.press());

obey<DashboardMessage>(({ view, log = [], later }) => {
  if (later !== undefined) clock = NOW + later;
  if (view) source.publish(view);
  for (const line of log) source.logs.at(-1)?.onLine(line);
});
await runDashboard({ source, interrupts, color: !process.argv.includes('--no-color'), sandbox: false, now: () => clock });
