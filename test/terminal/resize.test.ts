import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordedCreate } from '../displays/support/recorded-run.js';
import { worstFirst } from '../../src/engine/fleet-view.js';
import { makeView, manyTenants } from '../support/fleet.js';
import { closePrograms, openProgram } from '../support/terminal-program.js';
import { closeSessions, KEYS, type TerminalSession } from '../support/terminal-session.js';
import { PROPOSAL } from './scenes.js';

afterEach(closeSessions);
afterAll(closePrograms);

const SIZES = [[120, 40], [60, 15], [40, 10], [80, 24], [100, 30], [62, 24], [80, 24]] as const;

/**
 * Another size, and then what a person sees once the program has taken notice: at the bottom the last line of a frame, above it no
 * remains of another one, the last row free, no row of the frame broken by the terminal. Waits for it; says what is there instead.
 */
const resize = async (session: TerminalSession, columns: number, rows: number, { first, last }: { first: RegExp; last: RegExp }): Promise<void> => {
  const before = session.bytes.length;
  session.resize(columns, rows);
  await session.until(() => {
    const screen = session.screen();
    const lines = screen.filter((line) => line !== '');
    const top = screen.findLastIndex((line) => first.test(line));
    return session.bytes.length > before && top !== -1 && screen.at(-1) === '' && last.test(lines.at(-1) ?? '') && session.brokenRows(top).length === 0 && screen.filter((line) => first.test(line)).length === 1;
  }, `one whole frame for ${columns}×${rows}`);
};

describe('a window that changes its size', () => {
  it('around the plan: one frame, whole, of unbroken rows', async () => {
    const { session, tell } = await openProgram('deployment', { shell: 'echo "printed before"; "$@"' });
    await tell({ events: recordedCreate().slice(0, 1) });
    await tell({ approve: PROPOSAL });
    await session.showsNow('Create acme');
    for (const [columns, rows] of SIZES) {
      await resize(session, columns, rows, { first: /^ ionos-tenants /, last: /do it$/ });
    }
    expect(session.bytes).not.toContain('\u001b[3J');
    expect(session.bytes).not.toContain('\u001b[2J');
    session.resize(80, 200);
    await session.shows('printed before');
  });

  it('around a deployment: what is finished stands in the history once', async () => {
    const { session, tell } = await openProgram('deployment');
    const events = recordedCreate();
    const steps = Math.floor(events.length / (SIZES.length + 1));
    await tell({ events: events.slice(0, steps) });
    await session.showsNow('interrupt');
    for (const [index, [columns, rows]] of SIZES.entries()) {
      // What is finished stands above; the frame is what has the keys.
      await resize(session, columns, rows, { first: /\^C /, last: /\^C / });
      await tell({ events: events.slice((index + 1) * steps, (index + 2) * steps) });
    }
    await tell({ events: events.slice((SIZES.length + 1) * steps) });
    await tell({ close: true });
    await session.ended;
    for (const root of ['Preflight', 'Plan', 'Platform', 'Infrastructure', 'Guard rails', 'Secrets', 'Applications', 'Connect', 'Verify']) {
      expect(session.text().split('\n').filter((line) => line.startsWith(` ✔ ${root} `)), root).toHaveLength(1);
    }
    expect(session.bytes).not.toContain('\u001b[3J');
    expect(session.bytes).not.toContain('\u001b[2J');
  });

  it('around the dashboard: each size has its own whole frame', async () => {
    const { session, tell } = await openProgram('dashboard', { shell: 'echo "printed before"; "$@"' });
    await tell({ view: makeView(worstFirst(manyTenants())) });
    await session.showsNow('300 tenants');
    for (const [columns, rows] of SIZES) {
      await resize(session, columns, rows, columns < 60 || rows < 15 ? { first: /The dashboard needs/, last: /leaves\.$/ } : { first: /^ ionos-tenants /, last: /q quit$/ });
    }
    session.type('q');
    await session.ended;
    expect(session.text()).toContain('printed before');
    expect(session.text()).not.toContain(KEYS.escape);
    expect(session.bytes).not.toContain('\u001b[3J');
  });
});
