import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { removalConfirmation } from '../../src/displays/removal-facts.js';
import { recordedCreate } from '../displays/support/recorded-run.js';
import { closePrograms, openProgram, type ProgramInTerminal } from '../support/terminal-program.js';
import { closeSessions, KEYS } from '../support/terminal-session.js';
import { failedApplications, PROPOSAL, REMOVAL, STUCK } from './scenes.js';
import { matchScreen, SIZES } from './screens.js';

const FILE = 'screens-deployment.test.ts';

afterEach(closeSessions);
afterAll(closePrograms);

const upTo = (task: string, state: string): number => recordedCreate().findIndex((event) => event.type === 'task' && event.task === task && event.state === state) + 1;

describe('the deployment, as a person sees it', () => {
  for (const { name, ...size } of SIZES) {
    it(`runs, fails, is tried again and ends at ${name}`, async () => {
      const { session, tell } = await openProgram('deployment', size);
      const events = recordedCreate();
      const middle = upTo('onboard/applications/wordpress', 'started') + 8;
      await tell({ events: events.slice(0, middle) });
      await session.showsNow('● Applications');
      await matchScreen(session, `deployment-running-${name}`, FILE);
      await tell({ events: failedApplications(events.slice(0, middle)) });
      await tell({ retry: STUCK });
      await session.showsNow('r retry');
      await matchScreen(session, `deployment-failed-${name}`, FILE);
      session.type('r');
      await session.showsNow('Trying again');
      await tell({ events: events.slice(1, middle) });
      await session.showsNow('● Applications');
      await matchScreen(session, `deployment-again-${name}`, FILE);
      await tell({ events: events.slice(middle) });
      await tell({ close: true });
      expect(await session.ended).toBe(0);
      await matchScreen(session, `deployment-result-${name}`, FILE);
    });
  }
});

describe('what is asked before anything changes, as a person sees it', () => {
  const asked = async (message: object, shown: string, name: string, options: Parameters<typeof openProgram>[1] = {}): Promise<ProgramInTerminal> => {
    const program = await openProgram('deployment', options);
    await program.tell({ events: recordedCreate().slice(0, 1) });
    await program.tell(message);
    await program.session.showsNow(shown);
    await matchScreen(program.session, name, FILE);
    return program;
  };

  it('the plan', async () => {
    await asked({ approve: PROPOSAL }, 'Create acme', 'review-80x24');
    await asked({ approve: PROPOSAL }, 'Create acme', 'review-60x15', { columns: 60, rows: 15 });
  });

  it('what cannot be undone, with the name half typed', async () => {
    const { session } = await asked({ confirm: removalConfirmation(REMOVAL, false) }, 'Type acme to go on', 'delete-80x24');
    session.type('acm');
    await session.showsNow(/acm█?\s*$/m);
    await matchScreen(session, 'delete-typing-80x24', FILE);
    session.type(KEYS.escape);
  });

  it('without colour and in ASCII', async () => {
    await asked({ approve: PROPOSAL }, 'Create acme', 'review-no-color-80x24', { env: { NO_COLOR: '1' } });
    await asked({ approve: PROPOSAL }, 'Create acme', 'review-ascii-80x24', { env: { LANG: 'C' } });
  });
});
