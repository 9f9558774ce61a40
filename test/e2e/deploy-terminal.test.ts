import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newOperator, type Operator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { TerminalSession } from '../support/terminal-session.js';

describe('a deployment in a terminal', () => {
  let operator: Operator;
  let main: string;
  beforeAll(async () => {
    main = join(await thePackage(), 'dist/main.js');
    // Slow enough that pods are seen while they start.
    operator = await newOperator({ speed: 4 });
    expect((await operator.run(['create', 'acme', '--yes', '--sandbox', '--json'])).exitCode).toBe(0);
  });
  afterAll(() => operator.close());

  const open = (...args: string[]): TerminalSession => {
    const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...env } = operator.env as Record<string, string>;
    return new TerminalSession([main, ...args, '--sandbox'], { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' });
  };

  it('that fails says why in place, shows what was written, and is tried again without a question', async () => {
    const session = open('create', 'globex', '--yes', '--fault', '422:kind=ipblock,times=1');
    await session.shows('r retry');
    const screen = session.text().replaceAll(/\s+/g, ' ');
    for (const words of ['✔ Preflight', '✖ Infrastructure', 'IONOS Cloud answered 422', 'Log: ']) expect(screen).toContain(words);
    session.type('l');
    await session.shows('Creation errored');
    session.type('r');
    await session.shows('Trying again with the same answers.');
    expect(await session.ended).toBe(0);
    const text = session.text();
    expect(text).toContain('✔ globex is ready');
    // What had been done before is in the history, and once more in the new tree.
    expect(text.match(/✔ Preflight/g)).toHaveLength(2);
    for (const question of ['Name of the tenant', 'Create globex']) expect(text).not.toContain(question);
    expect(session.bytes).not.toContain('\u001b[3J');
  });

  it('shows what pods write while they start, and how long the last run took', async () => {
    expect((await operator.run(['create', 'hooli', '--yes', '--sandbox', '--json'])).exitCode).toBe(0);
    const session = open('create', 'initech', '--yes');
    await session.shows('(last run ');
    session.type('d');
    await session.shows('✔ Credentials');
    session.type('l');
    await session.shows('bootstrap: WordPress is installed');
    expect(await session.ended).toBe(0);
    const card = session.text();
    for (const words of ['✔ initech is ready', 'answers 200', 'EUR for 30 days']) expect(card).toContain(words);
    // The command that shows the passwords works as it is printed.
    const command = /Passwords +(.*)$/m.exec(card)?.[1] ?? '';
    const shown = await operator.run([...command.trim().split(' ').slice(2), '--json']);
    expect(shown.exitCode).toBe(0);
    expect(shown.result).toMatchObject({ ok: true, data: { wordpress: { user: 'admin' } } });
  });

  it('that is interrupted says what stays, and with which command it goes on', async () => {
    const session = open('create', 'umbrella', '--yes');
    await session.shows('● Applications');
    session.type('\u0003');
    await session.shows('Interrupted: waiting');
    expect(await session.ended).toBe(130);
    const lines = session.text().split('\n').map((line) => line.trim());
    expect(lines).toContain('✖ interrupted: what was made so far stays');
    const command = lines[lines.findIndex((line) => line.includes('it continues where it stopped')) + 1] ?? '';
    expect(command).toMatch(/ create umbrella --yes --sandbox$/);
    expect((await operator.run([...command.split(' ').slice(2), '--json'])).exitCode).toBe(0);
  });

  it('says by operation what an interrupt leaves', async () => {
    const session = open('delete', 'umbrella', '--yes');
    await session.shows('delete umbrella');
    await session.shows('✔ Plan');
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.text()).toContain('what is removed is gone');
  });
});
