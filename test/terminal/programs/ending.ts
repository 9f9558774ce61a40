import { runCommand, type Session } from '../../../src/cli/session.js';
import { runDashboard } from '../../../src/displays/ink/dashboard/run-dashboard.js';
import type { EngineEvent } from '../../../src/engine/events.js';
import { fakeSource, makeView, manyTenants } from '../../support/fleet.js';
import { obey } from './control.js';

/**
 * A run as the commands make it, signals, log and error boundary included, whose work is nothing but waiting: for what ends it.
 * `deployment` draws a task tree, `dashboard` a fleet.
 */

export interface EndingMessage {
  /** `done`: the work comes to its end. `accident`: something throws that nobody awaits. */
  end?: 'done' | 'accident';
}

let finish: () => void = () => undefined;
const finished = new Promise<void>((resolve) => {
  finish = resolve;
});

const untilOver = (session: Session): Promise<void> => {
  const interrupted = new Promise<never>((_resolve, reject) => session.interrupts.signal.addEventListener('abort', () => reject(session.interrupts.signal.reason as Error)));
  // As a connection to a cluster would.
  const busy = setInterval(() => undefined, 1_000);
  return Promise.race([finished, interrupted]).finally(() => clearInterval(busy));
};

const task = (state: 'started' | 'done', detail = ''): Omit<Extract<EngineEvent, { type: 'task' }>, 'at'> => ({ type: 'task', task: 'onboard/preflight', title: 'Preflight', state, ...(detail === '' ? {} : { detail }) });

const deployment = async (session: Session): Promise<{ changed: boolean }> => {
  session.bus.emit(task('started'));
  await untilOver(session);
  session.bus.emit({ ...task('done'), elapsedMs: 1_000 });
  return { changed: true };
};

const dashboard = async (session: Session): Promise<{ changed: boolean }> => {
  const source = fakeSource(makeView(manyTenants()));
  await runDashboard({ source: { ...source, ended: untilOver(session).then(() => new Promise<void>(() => undefined)) }, interrupts: session.interrupts, color: true, sandbox: true });
  // As the real one lets go of the cluster.
  finish();
  return { changed: false };
};

obey<EndingMessage>(({ end }) => {
  if (end === 'done') finish();
  if (end === 'accident') {
    setImmediate(() => {
      throw new Error('nobody has foreseen this');
    });
  }
});

const kind = process.argv[2];
process.exitCode = await runCommand({
  operation: kind === 'dashboard' ? 'status' : 'create',
  options: {},
  ...(kind === 'dashboard' ? { frontEnd: 'plain' as const } : { about: { tenant: 'acme' } }),
  run: kind === 'dashboard' ? dashboard : deployment,
});
