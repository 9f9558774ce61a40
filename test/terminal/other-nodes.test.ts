import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { worstFirst } from '../../src/engine/fleet-view.js';
import { recordedCreate } from '../displays/support/recorded-run.js';
import { newOperator, type Operator } from '../support/cli.js';
import { makeView, manyTenants } from '../support/fleet.js';
import { nodeBinary, OTHER_NODES } from '../support/node-versions.js';
import { thePackage } from '../support/package.js';
import { closePrograms, openProgram } from '../support/terminal-program.js';
import { closeSessions, KEYS, operatorEnvironment, PLAIN_MODES, TerminalSession, terminalEnvironment } from '../support/terminal-session.js';
import { matchScreen } from './screens.js';

afterEach(closeSessions);
afterAll(closePrograms);

describe.each(OTHER_NODES)('on Node %s, in a terminal', (version) => {
  let operator: Operator;
  let node: string;

  beforeAll(async () => {
    node = await nodeBinary(version);
    operator = await newOperator();
    await operator.serve();
  });
  afterAll(() => operator.close());

  it('the wizard looks as it does on Node 20, and Ctrl-C leaves the terminal as it was', async () => {
    const main = join(await thePackage(), 'dist/main.js');
    const session = new TerminalSession([main, 'create', '--sandbox'], terminalEnvironment(operatorEnvironment(operator.env)), { file: node });
    await session.showsNow('main (new)');
    await matchScreen(session, 'wizard-platform-80x24', 'screens-wizard.test.ts');
    session.type(KEYS.ctrlC);
    expect(await session.ended).toBe(130);
    expect(session.modes()).toEqual(PLAIN_MODES);
  });

  it('a deployment ends with its result', async () => {
    const { session, tell } = await openProgram('deployment', { node });
    await tell({ events: recordedCreate() });
    await tell({ close: true });
    expect(await session.ended).toBe(0);
    expect(session.text()).toContain('acme is ready');
    expect(session.modes()).toEqual(PLAIN_MODES);
  });

  it('the dashboard looks as it does on Node 20, and gives the screen back', async () => {
    const { session, tell } = await openProgram('dashboard', { node });
    await session.showsNow('Reading the platform');
    await tell({ view: makeView(worstFirst(manyTenants())) });
    await session.showsNow('300 tenants');
    await matchScreen(session, 'fleet-80x24', 'screens-dashboard.test.ts');
    session.type('q');
    await session.ended;
    expect(session.modes()).toEqual(PLAIN_MODES);
  });
});
