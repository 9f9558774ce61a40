import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newOperator, untilGone, type Operator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { closePrograms, openProgram } from '../support/terminal-program.js';
import { closeSessions, KEYS, operatorEnvironment, PLAIN_MODES, TerminalSession, terminalEnvironment } from '../support/terminal-session.js';

const BEFORE = 'before=$(stty -g); echo "printed before"';
const AFTER = 'echo "ended with $?"; [ "$before" = "$(stty -g)" ] && echo "settings as before" || stty -a; read -r line; echo "read: $line"; read -r line';
/** A shell as an operator has it: the program runs in its terminal and leaves it to the shell again. */
const SHELL = `${BEFORE}; "$@"; ${AFTER}`;
/** The same with job control: when the program is stopped, the shell takes the terminal in its own settings, and brings it back on Enter. */
const JOB_CONTROL = `set -m; ${BEFORE}; "$@"; stty "$before"; echo "at the prompt"; read -r line; fg; ${AFTER}`;

/** Everything that a person notices of a terminal that was not given back. */
const expectGivenBack = async (session: TerminalSession): Promise<void> => {
  await session.shows(/settings as before|speed \d+ baud/);
  expect(session.text()).toContain('settings as before');
  expect(session.modes()).toEqual(PLAIN_MODES);
  expect(session.text().startsWith('printed before')).toBe(true);
  session.type('echo is on\r');
  // Once as it is typed, once as it was read: the terminal echoes and ends lines again.
  await session.shows(/^echo is on$[^]*^read: echo is on$/m);
  session.type('\r');
  await session.ended;
};

afterEach(closeSessions);
afterAll(closePrograms);

describe.each([
  ['deployment', 'Preflight'],
  ['dashboard', '300 tenants'],
])('after the %s', (kind, shown) => {
  const start = async (): ReturnType<typeof openProgram> => {
    const program = await openProgram('ending', { args: [kind], shell: SHELL });
    await program.session.showsNow(shown);
    return program;
  };
  const cancelled = kind === 'dashboard' ? 0 : 130;

  it('when its work is done, or it is left with a key', async () => {
    const { session, tell } = await start();
    if (kind === 'dashboard') session.type('q');
    else await tell({ end: 'done' });
    await session.shows('ended with 0');
    await expectGivenBack(session);
  });

  it('when Ctrl-C is pressed', async () => {
    const { session } = await start();
    session.type(KEYS.ctrlC);
    await session.shows(`ended with ${cancelled}`);
    await expectGivenBack(session);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('when it gets %s', async (signal) => {
    const { session, tell } = await start();
    const pid = await childOf(session.pid);
    void tell({}).catch(() => undefined);
    process.kill(pid, signal);
    await session.shows(`ended with ${cancelled}`);
    await expectGivenBack(session);
  });

  it('when something throws that nobody awaits, with the reason and no stack', async () => {
    const { session, tell } = await start();
    await tell({ end: 'accident' });
    await session.shows('ended with 1');
    expect(session.text()).toContain('nobody has foreseen this');
    expect(session.text()).not.toMatch(/^\s+at /m);
    await expectGivenBack(session);
  });

  it('takes Ctrl-Z for no command: a run that stands still would lose its lease', async () => {
    const { session, tell } = await start();
    session.type(KEYS.ctrlZ);
    await tell({});
    if (kind === 'dashboard') await pressUntilGone(session, 'q');
    else await tell({ end: 'done' });
    await session.shows('ended with 0');
    await expectGivenBack(session);
  });

  it('stopped from outside and brought back by the shell: it draws and listens again, and the terminal is given back at the end', async () => {
    const { session } = await openProgram('ending', { args: [kind], shell: JOB_CONTROL });
    await session.showsNow(shown);
    process.kill(await childOf(session.pid), 'SIGSTOP');
    await session.shows('at the prompt');
    const stopped = session.bytes.length;
    session.type('\r');
    await session.until(() => session.bytes.slice(stopped).includes(shown), 'its screen again');
    expect(session.modes().cursorHidden).toBe(true);
    session.type(KEYS.ctrlC);
    await session.shows(`ended with ${cancelled}`);
    await expectGivenBack(session);
  });

  it('ends by itself when the window is closed', async () => {
    const { session } = await openProgram('ending', { args: [kind] });
    await session.showsNow(shown);
    const { pid } = session;
    session.close();
    await untilGone(pid);
  });

});

/** Presses a key again and again: what was typed before may have been read together with it, as one key that nobody knows. */
const pressUntilGone = async (session: TerminalSession, key: string): Promise<void> => {
  const timer = setInterval(() => session.type(key), 200);
  await session.shows('ended with').finally(() => clearInterval(timer));
};

const childOf = async (pid: number): Promise<number> => {
  const { readFile } = await import('node:fs/promises');
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
  return Number(children[0]);
};

describe('after the wizard', () => {
  let operator: Operator;
  let main: string;
  beforeAll(async () => {
    main = join(await thePackage(), 'dist/main.js');
    operator = await newOperator();
    await operator.serve();
  });
  afterAll(() => operator.close());

  const start = async (): Promise<TerminalSession> => {
    const session = new TerminalSession(['-c', SHELL, 'sh', process.execPath, main, 'create', '--sandbox'], terminalEnvironment(operatorEnvironment(operator.env)), { file: '/bin/bash' });
    await session.showsNow('main (new)');
    return session;
  };

  it('when Ctrl-C is pressed', async () => {
    const session = await start();
    session.type(KEYS.ctrlC);
    await session.shows('ended with 130');
    await expectGivenBack(session);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('when it gets %s', async (signal) => {
    const session = await start();
    process.kill(await childOf(session.pid), signal);
    await session.shows('ended with 130');
    await expectGivenBack(session);
  });

  it('when the plan is declined; Ctrl-Z in a field is no letter', async () => {
    const session = await start();
    session.type(KEYS.enter);
    await session.showsNow('Name of the tenant');
    session.type(`ac${KEYS.ctrlZ}`);
    session.type('me\r');
    await session.showsNow('Name for people');
    expect(session.screen().join('\n')).toContain('acme');
    session.type(KEYS.ctrlC);
    await session.shows('ended with 130');
    await expectGivenBack(session);
  });
});
