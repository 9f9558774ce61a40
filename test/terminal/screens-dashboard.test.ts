import { afterAll, afterEach, describe, it } from 'vitest';
import { worstFirst, type FleetView } from '../../src/engine/fleet-view.js';
import { makeDetail, makeView, manyTenants } from '../support/fleet.js';
import { closePrograms, openProgram, type ProgramInTerminal } from '../support/terminal-program.js';
import { closeSessions, KEYS } from '../support/terminal-session.js';
import { matchScreen, SIZES } from './screens.js';

const FILE = 'screens-dashboard.test.ts';
const FLEET: FleetView = makeView(worstFirst(manyTenants()));
const LOG = ['[core:notice] Apache/2.4.66 configured', 'GET /wp-login.php 200 12 ms', 'Grüße: Donaudampfschifffahrtsgesellschaftskapitän meldet sich an', '日本語の記事を保存しました', 'PHP Fatal error: Allowed memory size of 268435456 bytes exhausted (tried to allocate 20480 bytes) in wp-includes/class-wpdb.php on line 2324'];

afterEach(closeSessions);
afterAll(closePrograms);

const openFleet = async (options: Parameters<typeof openProgram>[1] = {}): Promise<ProgramInTerminal> => {
  const program = await openProgram('dashboard', options);
  await program.session.showsNow('Reading the platform');
  await program.tell({ view: FLEET });
  await program.session.showsNow('300 tenants');
  return program;
};

describe('the dashboard, as a person sees it', () => {
  for (const { name, ...size } of SIZES) {
    it(`fleet, tenant and log at ${name}`, async () => {
      const { session, tell } = await openFleet(size);
      await matchScreen(session, `fleet-${name}`, FILE);
      session.type(KEYS.enter);
      await session.showsNow('main · t17');
      await tell({ view: { ...FLEET, detail: makeDetail('t17') } });
      await session.showsNow('❯ wordpress-6f9c-x1');
      await matchScreen(session, `tenant-${name}`, FILE);
      session.type('l');
      await session.showsNow('t17 · logs');
      await tell({ log: LOG });
      await session.showsNow('PHP Fatal error');
      await matchScreen(session, `logs-${name}`, FILE);
    });
  }

  it('on a light background', async () => {
    const { session } = await openFleet();
    await matchScreen(session, 'fleet-light-80x24', FILE, 'light');
  });

  it('help, a filter, and nothing but stale knowledge', async () => {
    const { session, tell } = await openFleet();
    session.type('?');
    await session.showsNow('any key');
    await matchScreen(session, 'help-80x24', FILE);
    session.type(' ');
    await session.showsNow('300 tenants');
    session.type('/');
    await session.showsNow('Enter filter');
    session.type('degraded');
    await session.showsNow('1 of 300');
    await matchScreen(session, 'filter-80x24', FILE);
    session.type(KEYS.escape);
    await session.showsNow('q quit');
    await tell({ view: { ...FLEET, staleSince: FLEET.at, staleReason: 'the connection was refused' }, later: 95_000 });
    await session.showsNow(/stale/);
    await matchScreen(session, 'stale-80x24', FILE);
  });

  it('where the window is too small, and where there is neither colour nor more than ASCII', async () => {
    const small = await openProgram('dashboard', { columns: 50, rows: 12 });
    await small.session.showsNow('this window has 50 and 12');
    await matchScreen(small.session, 'dashboard-too-small-50x12', FILE);
    const bare = await openFleet({ env: { NO_COLOR: '1', LANG: 'C' } });
    await matchScreen(bare.session, 'fleet-no-color-ascii-80x24', FILE);
  });
});
