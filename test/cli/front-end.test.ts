import { describe, expect, it } from 'vitest';
import { commandName } from '../../src/cli/command-name.js';
import { canAsk, chooseFrontEnd } from '../../src/cli/front-end.js';

const terminal = (env: Record<string, string> = {}, tty = true) => ({ stdinIsTty: tty, stdoutIsTty: tty, env: { TERM: 'xterm-256color', ...env } });

describe('the front end', () => {
  it.each([
    ['on a capable terminal', {}, terminal(), 'ink'],
    ['on a pipe', {}, terminal({}, false), 'plain'],
    ['where only the output is a terminal', {}, { ...terminal(), stdinIsTty: false }, 'plain'],
    ['in CI', {}, terminal({ CI: 'true' }), 'plain'],
    ['on a dumb terminal', {}, terminal({ TERM: 'dumb' }), 'plain'],
    ['with a screen reader', {}, terminal({ INK_SCREEN_READER: 'true' }), 'plain'],
    ['with --plain', { plain: true }, terminal(), 'plain'],
    ['with --json', { json: true }, terminal(), 'json'],
    ['with --json and --plain', { json: true, plain: true }, terminal(), 'json'],
  ] as const)('%s is chosen once', (_where, options, where, expected) => {
    expect(chooseFrontEnd(options, where)).toBe(expected);
  });

  it('asks only where somebody can answer', () => {
    expect(canAsk(terminal())).toBe(true);
    expect(canAsk(terminal({ CI: '1' }))).toBe(false);
    expect(canAsk({ ...terminal(), stdoutIsTty: false })).toBe(false);
  });
});

describe('printed commands repeat how the program was started', () => {
  it.each([
    ['npx ionos-tenants', ['node', '/x/.bin/ionos-tenants'], { npm_command: 'exec' }],
    ['ionos-tenants', ['node', '/usr/local/bin/ionos-tenants'], {}],
    ['node dist/main.js', ['node', `${process.cwd()}/dist/main.js`], {}],
    ['node /elsewhere/dist/main.js', ['node', '/elsewhere/dist/main.js'], {}],
  ])('%s', (expected, argv, env) => {
    expect(commandName(argv, env)).toBe(expected);
  });
});
