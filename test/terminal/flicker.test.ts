import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { worstFirst } from '../../src/engine/fleet-view.js';
import { recordedCreate } from '../displays/support/recorded-run.js';
import { newOperator, type Operator } from '../support/cli.js';
import { makeTenant, makeView, manyTenants } from '../support/fleet.js';
import { thePackage } from '../support/package.js';
import { closePrograms, openProgram } from '../support/terminal-program.js';
import { closeSessions, operatorEnvironment, TerminalSession, terminalEnvironment } from '../support/terminal-session.js';

afterEach(closeSessions);
afterAll(closePrograms);

const FRAME = '\u001b[?2026h';
const framesIn = (bytes: string): string[] => bytes.split(FRAME).slice(1);

/** Rows of a frame: what is between its begin and its end, line by line. */
const rowsOf = (frame: string): number => (frame.split('\u001b[?2026l')[0] ?? '').split('\n').length - 1;

/** Never wiped: not the scrollback, and on the main screen not the screen either. */
const expectNothingWiped = (bytes: string): void => {
  expect(bytes).not.toContain('\u001b[3J');
  expect(bytes).not.toContain('\u001bc');
  const main = bytes.replace(/\u001b\[\?1049h[^]*?\u001b\[\?1049l/g, '');
  expect(main).not.toContain('\u001b[2J');
  expect(main).not.toContain('\u001b[J');
};

describe('what goes to the terminal', () => {
  it('of a recorded deployment: at most one frame for each event, none as tall as the window, and little of each', async () => {
    const { session, tell } = await openProgram('deployment');
    const events = recordedCreate();
    await tell({ events: events.slice(0, 12) });
    await session.showsNow('interrupt');
    for (const event of events.slice(12)) await tell({ events: [event] });
    await tell({ close: true });
    await session.ended;
    const frames = framesIn(session.bytes);
    expect(frames.length).toBeGreaterThanOrEqual(2);
    expect(frames.length).toBeLessThanOrEqual(events.length + 2);
    for (const frame of frames) expect(rowsOf(frame)).toBeLessThanOrEqual(24);
    // Each frame once in full, with colours: 80 columns × 24 rows, two bytes a column.
    expect(session.bytes.length / frames.length).toBeLessThan(80 * 24 * 2);
    expectNothingWiped(session.bytes);
  });

  it('of a burst of events: one frame, not one for each', async () => {
    const { session, tell } = await openProgram('deployment');
    const events = recordedCreate();
    const middle = Math.floor(events.length / 2);
    await tell({ events: events.slice(0, middle) });
    await session.showsNow('interrupt');
    const before = session.bytes.length;
    await tell({ events: events.slice(middle, middle + 20) });
    await tell({ close: true });
    await session.ended;
    // The burst, what is left when it closes, and the last one.
    expect(framesIn(session.bytes.slice(before)).length).toBeLessThanOrEqual(4);
  });

  it('of a fleet that changes: of 100 views told at once a few frames, and of each only the rows that changed', async () => {
    const { session, tell } = await openProgram('dashboard');
    const fleet = worstFirst(manyTenants());
    await tell({ view: makeView(fleet) });
    await session.showsNow('300 tenants');
    const before = session.bytes.length;
    for (let turn = 0; turn < 100; turn += 1) {
      await tell({ view: makeView([makeTenant('t17', { health: 'failed', reason: 'crash loop', pods: { ready: 3, total: 4, restarts: turn } }), ...fleet.slice(1)]) });
    }
    await tell({ view: makeView([makeTenant('t17', { health: 'failed', reason: 'the last one', pods: { ready: 3, total: 4, restarts: 0 } }), ...fleet.slice(1)]) });
    await session.showsNow('the last one');
    const after = session.bytes.slice(before);
    const frames = framesIn(after);
    expect(frames.length).toBeLessThan(50);
    expect(after.length / frames.length).toBeLessThan(80 * 6);
    session.type('q');
    await session.ended;
    expectNothingWiped(session.bytes);
  });
});

describe('the built command', () => {
  let operator: Operator;
  let main: string;
  beforeAll(async () => {
    main = join(await thePackage(), 'dist/main.js');
    operator = await newOperator();
  });
  afterAll(() => operator.close());

  it('onboards a tenant without wiping anything, with a bounded number of frames and bytes for each second that it ran', async () => {
    const session = new TerminalSession(['-c', 'for i in $(seq 30); do echo "line $i before"; done; "$@"', 'sh', process.execPath, main, 'create', 'acme', '--models', 'none', '--sandbox'], terminalEnvironment(operatorEnvironment(operator.env)), { file: '/bin/bash' });
    await session.showsNow('Enter next');
    session.resize(70, 20);
    await session.until(() => session.screen().some((line) => line === '─'.repeat(70)), 'a frame of 70 columns');
    session.resize(80, 24);
    await session.until(() => session.screen().some((line) => line === '─'.repeat(80)), 'a frame of 80 columns');
    for (;;) {
      const screen = session.screen().join('\n');
      if (/Create acme .*\?/.test(screen)) break;
      session.type('\r');
      await session.until(() => session.screen().join('\n') !== screen, 'the next question');
      await session.until(() => /Enter next|do it/.test(session.screen().join('\n')), 'a question');
    }
    const before = session.bytes.length;
    session.type('y');
    expect(await session.ended).toBe(0);
    expectNothingWiped(session.bytes);
    for (let line = 1; line <= 30; line += 1) expect(session.text()).toContain(`line ${line} before`);
    const bytes = session.bytes.slice(before);
    const seconds = Number(/is ready \((?:(\d+) min )?(\d+(?:\.\d+)?) s\)/.exec(session.text())?.[2] ?? 'NaN');
    expect(seconds).toBeGreaterThan(0);
    // ink draws at most 30 times a second; the rest is what the last frames and the history take.
    expect(framesIn(bytes).length).toBeLessThanOrEqual(20 + seconds * 30);
    expect(bytes.length).toBeLessThanOrEqual((20 + seconds * 30) * 80 * 24 * 2);
  });
});
