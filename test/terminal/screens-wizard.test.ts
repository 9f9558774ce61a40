import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { newOperator, type Operator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { closeSessions, KEYS, TerminalSession, operatorEnvironment, terminalEnvironment, type SessionOptions } from '../support/terminal-session.js';
import { matchScreen } from './screens.js';

const FILE = 'screens-wizard.test.ts';

let operator: Operator;
let main: string;

beforeAll(async () => {
  main = join(await thePackage(), 'dist/main.js');
  operator = await newOperator();
  await operator.serve();
});
afterEach(closeSessions);
afterAll(() => operator.close());

const openWizard = (size: SessionOptions = {}, args: string[] = ['--sandbox'], env: Record<string, string> = {}): TerminalSession =>
  new TerminalSession([main, 'create', ...args], terminalEnvironment({ ...operatorEnvironment(operator.env), ...env }), size);

/** Each question with what is typed for it. */
const QUESTIONS = [
  ['platform', 'main (new)', KEYS.enter],
  ['name', 'Name of the tenant', `acme${KEYS.enter}`],
  ['display-name', 'Name for people', `Acme GmbH${KEYS.enter}`],
  ['size', /\n Size/, KEYS.enter],
  ['isolation', /\n Isolation/, KEYS.enter],
  ['wordpress-email', 'E-mail of WordPress', KEYS.enter],
  ['openwebui-email', 'E-mail of Open WebUI', KEYS.enter],
  ['models', /\n Models/, KEYS.enter],
  ['access', 'Who may reach it', KEYS.enter],
] as const;

describe('the wizard, as a person sees it', () => {
  it('each question from the first to the plan', async () => {
    const session = openWizard();
    for (const [name, shown, keys] of QUESTIONS) {
      await session.showsNow(shown);
      await matchScreen(session, `wizard-${name}-80x24`, FILE);
      session.type(keys);
    }
    await session.showsNow('Create acme');
    session.type('n');
    await session.ended;
  });

  it('an answer that cannot be taken', async () => {
    const session = openWizard();
    await session.showsNow('main (new)');
    session.type(KEYS.enter);
    await session.showsNow('Name of the tenant');
    session.type(`Ac me!${KEYS.enter}`);
    await session.showsNow('Ac me!');
    await session.showsNow('✖');
    await matchScreen(session, 'wizard-refusal-80x24', FILE);
  });

  it('the presets in a small and in a large window, and on a light background', async () => {
    for (const [name, size, palette] of [['60x15', { columns: 60, rows: 15 }, 'dark'], ['120x40', { columns: 120, rows: 40 }, 'dark'], ['light-80x24', {}, 'light']] as const) {
      const session = openWizard(size, ['acme', '--sandbox', '--display-name', 'Acme GmbH', '--platform', 'main']);
      await session.showsNow(/\n Size/);
      await matchScreen(session, `wizard-size-${name}`, FILE, palette);
      session.type(KEYS.ctrlC);
      await session.ended;
    }
  });
});
