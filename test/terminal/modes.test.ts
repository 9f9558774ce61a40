import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newOperator, type Operator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { closeSessions, KEYS, operatorEnvironment, TerminalSession, terminalEnvironment } from '../support/terminal-session.js';

/** What each kind of terminal gets: which front end, with or without colour, with which characters. The wizard's first question shows it. */

let operator: Operator;
let main: string;

beforeAll(async () => {
  main = join(await thePackage(), 'dist/main.js');
  operator = await newOperator();
  expect((await operator.run(['create', 'acme', '--models', 'none', '--yes', '--sandbox', '--json'])).exitCode).toBe(0);
});
afterEach(closeSessions);
afterAll(() => operator.close());

const open = (args: string[], env: Record<string, string> = {}, shell?: string): TerminalSession => {
  const full = terminalEnvironment({ ...operatorEnvironment(operator.env), ...env });
  return shell === undefined ? new TerminalSession([main, ...args], full) : new TerminalSession(['-c', shell, 'sh', process.execPath, main, ...args], full, { file: '/bin/bash' });
};

// Colours of text or background.
const COLOR = /\u001b\[(?:[0-9;]*;)?(?:3[0-7]|9[0-7]|4[0-7]|38|48)(?:;[0-9;]*)?m/;
// Cursor movement, erasing, private modes.
const MOVEMENT = /\u001b\[[0-9;?]*[ABCDEFGHJKfhl]/;
const ASCII = /^[\x00-\x7f]*$/;

interface Expected {
  color: boolean;
  ascii: boolean;
}

describe('a drawn wizard', () => {
  it.each<[string, string[], Record<string, string>, Expected]>([
    ['on a capable terminal', [], {}, { color: true, ascii: false }],
    ['with NO_COLOR', [], { NO_COLOR: '1' }, { color: false, ascii: false }],
    ['with an empty NO_COLOR, which says nothing', [], { NO_COLOR: '' }, { color: true, ascii: false }],
    ['with --no-color', ['--no-color'], {}, { color: false, ascii: false }],
    ['with FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, { color: false, ascii: false }],
    ['with FORCE_COLOR', [], { FORCE_COLOR: '1' }, { color: true, ascii: false }],
    ['with NO_COLOR and FORCE_COLOR: who asked for none gets none', [], { NO_COLOR: '1', FORCE_COLOR: '1' }, { color: false, ascii: false }],
    ['with an empty CI', [], { CI: '' }, { color: true, ascii: false }],
    ['on the Linux console', [], { TERM: 'linux' }, { color: true, ascii: true }],
    ['with LANG=C', [], { LANG: 'C' }, { color: true, ascii: true }],
    ['with LC_ALL=POSIX over a UTF-8 LANG', [], { LC_ALL: 'POSIX' }, { color: true, ascii: true }],
    ['with neither colour nor more than ASCII', [], { NO_COLOR: '1', LANG: 'C' }, { color: false, ascii: true }],
  ])('%s', async (_where, flags, env, { color, ascii }) => {
    const session = open(['create', '--sandbox', ...flags], env);
    await session.showsNow('Enter next');
    expect(MOVEMENT.test(session.bytes)).toBe(true);
    expect(COLOR.test(session.bytes)).toBe(color);
    expect(ASCII.test(session.text())).toBe(ascii);
    session.type(KEYS.ctrlC);
    expect(await session.ended).toBe(130);
  });
});

describe('a wizard of lines', () => {
  it.each<[string, string[], Record<string, string>]>([
    ['on a dumb terminal', [], { TERM: 'dumb' }],
    ['for a screen reader', [], { INK_SCREEN_READER: 'true' }],
    ['where accessible output is asked for', [], { ACCESSIBLE: '1' }],
    ['with --plain', ['--plain'], {}],
  ])('%s asks line by line, and draws no frame', async (_where, flags, env) => {
    const session = open(['create', '--sandbox', ...flags], env);
    await session.shows('Name of the tenant');
    expect(session.bytes).not.toContain('\u001b[?2026h');
    expect(session.bytes).not.toContain('\u001b[?1049h');
    session.type(KEYS.ctrlC);
    expect(await session.ended).toBe(130);
  });
});

describe('where nobody can be asked', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['in a pipe', {}, '"$@" | cat; exit ${PIPESTATUS[0]}'],
    ['in a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, '"$@" | cat; exit ${PIPESTATUS[0]}'],
    ['in CI', { CI: 'true' }, undefined],
    ['without input', {}, '"$@" </dev/null'],
  ])('%s, the missing flags are named and nothing is drawn', async (_where, env, shell) => {
    const session = open(['create', '--sandbox'], env, shell);
    expect(await session.ended).toBe(2);
    expect(session.text()).toContain('<name>');
    expect(session.bytes).not.toMatch(MOVEMENT);
    expect(session.bytes).not.toMatch(COLOR);
  });
});

describe('status', () => {
  it.each<[string, string[], Record<string, string>, string | undefined]>([
    ['on a dumb terminal', [], { TERM: 'dumb' }, undefined],
    ['for a screen reader', [], { ACCESSIBLE: '1' }, undefined],
    ['in a pipe', [], {}, '"$@" | cat'],
    ['with --once', ['--once'], {}, undefined],
    ['in CI', [], { CI: 'true' }, undefined],
  ])('%s is a table, printed once', async (_where, flags, env, shell) => {
    const session = open(['status', '--sandbox', ...flags], env, shell);
    expect(await session.ended).toBe(0);
    expect(session.text()).toMatch(/acme +ready/);
    expect(session.bytes).not.toMatch(MOVEMENT);
  });

  it('is a dashboard on a capable terminal', async () => {
    const session = open(['status', '--sandbox']);
    await session.showsNow('q quit');
    expect(session.modes().alternateScreen).toBe(true);
    session.type('q');
    expect(await session.ended).toBe(0);
  });
});
