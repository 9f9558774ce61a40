import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxJwt } from '../../src/sandbox/cloud/index.js';
import { bareCluster } from '../support/bare-cluster.js';
import { everyCommand } from '../support/commands.js';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { thePackage } from '../support/package.js';
import { TerminalSession } from '../support/terminal-session.js';

const COMMANDS = everyCommand().filter(({ runs }) => runs);

let operator: Operator;
let adopted: string;
beforeAll(async () => {
  operator = await newOperator();
  expect((await operator.run(['create', 'acme', '--models', 'none', '--yes', '--sandbox', '--json'])).exitCode).toBe(0);
  adopted = (await bareCluster(operator)).kubeconfig;
  await writeFile(join(operator.home, 'token.txt'), `${sandboxJwt(31_000_001, 3600)}\n`, { mode: 0o600 });
});
afterAll(() => operator.close());

/** Whose account and whose keys this machine has is no business of the tests. */
const home = (): Record<string, string> => ({ XDG_CONFIG_HOME: join(operator.home, 'config'), IONOS_TENANTS_CONFIG_DIR: join(operator.home, 'config/ionos-tenants') });
const run = async (args: string[], env: Record<string, string> = {}): Promise<CliResult> => operator.run(args, { env: { ...home(), ...env } });

/** Arguments with which each command succeeds, in an order in which all of them can. Runs in the foreground are tried by their examples. */
const SUCCEEDING: Record<string, () => string[]> = {
  create: () => ['acme', '--models', 'none', '--yes', '--sandbox'],
  status: () => ['--once', '--sandbox'],
  list: () => ['--sandbox'],
  credentials: () => ['acme', '--sandbox'],
  open: () => ['acme', '--no-browser', '--sandbox'],
  logs: () => ['acme', 'mariadb', '--sandbox'],
  update: () => ['acme', '--yes', '--sandbox'],
  login: () => ['--token-file', join(operator.home, 'token.txt'), '--store', 'file'],
  whoami: () => ['--sandbox'],
  logout: () => [],
  doctor: () => ['--sandbox'],
  tools: () => [],
  completion: () => ['bash'],
  demo: () => ['--auto', '--speed', '100'],
  delete: () => ['acme', '--dry-run', '--sandbox'],
  'platform adopt': () => ['--kubeconfig', adopted, '--platform', 'trial'],
  'platform delete': () => ['--platform', 'trial', '--yes'],
  'sandbox fault': () => ['--clear'],
  'sandbox reset': () => [],
};
const IN_THE_FOREGROUND = ['sandbox run'];
/** What of them needs a cloud that is not named by --sandbox. */
const environmentFor = async (name: string): Promise<Record<string, string>> => (name === 'login' ? { IONOS_API_URL: await operator.apiUrl() } : {});
const ORDER = Object.keys(SUCCEEDING).filter((name) => COMMANDS.some((command) => command.name === name));
const argsOf = (name: string): string[] => [...name.split(' '), ...(SUCCEEDING[name]?.() ?? [])];

it('every command is tried here', () => {
  expect(COMMANDS.map(({ name }) => name).filter((name) => !(name in SUCCEEDING) && !IN_THE_FOREGROUND.includes(name))).toEqual([]);
});

describe('--plain', () => {
  // What empties the sandbox is tried last, by --json.
  const SAFE = ORDER.filter((name) => name !== 'sandbox reset');

  it.each(SAFE)('%s writes no escape sequence, whatever the environment says of colours', async (name) => {
    const { stdout, stderr, exitCode } = await run([...argsOf(name), '--plain'], { ...(await environmentFor(name)), FORCE_COLOR: '1' });
    expect(exitCode).toBe(0);
    expect(stdout + stderr).not.toContain('\x1b');
    expect(stderr).toBe('');
  });

  it.each(SAFE)('%s writes none on a terminal', async (name) => {
    const terminal = new TerminalSession([join(await thePackage(), 'dist/main.js'), ...argsOf(name), '--plain'], { ...(operator.env as Record<string, string>), ...home(), ...(await environmentFor(name)), CI: '', TERM: 'xterm-256color' });
    expect(await terminal.ended).toBe(0);
    expect(terminal.bytes).not.toContain('\x1b');
  });
});

describe('--json', () => {
  it.each(COMMANDS.map(({ name }) => name))('%s: wrong use ends with a result too, and nothing else is printed', async (name) => {
    const wrong = await run([...argsOf(name), '--no-such-flag', '--json']);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.events).toHaveLength(1);
    expect(wrong.result).toMatchObject({ ok: false, operation: name.replaceAll(' ', '-'), exitCode: 2, error: { code: 'usage', what: expect.stringContaining('--no-such-flag') as string, next: [expect.stringContaining('--help') as string] } });
    expect(wrong.stderr).toBe('');
  });

  it.each(COMMANDS.filter(({ flags }) => flags.includes('--fault')).map(({ name }) => name))('%s: a refusal is a result', async (name) => {
    const refused = await run([...argsOf(name).filter((word) => word !== '--sandbox'), '--fault', 'no-such-fault', '--json']);
    expect(refused.result).toMatchObject({ ok: false, exitCode: refused.exitCode });
    expect(refused.exitCode).toBe(2);
  });

  it.each([
    [['create', '--preset', 'nonsense']],
    [['create', 'acme', '--timeout', 'soon']],
    [['update']],
    [['completion', 'tcsh']],
    [['no-such-command']],
    [['platform']],
    [[]],
  ])('wrong use (%j) is a result', async (args) => {
    const wrong = await run([...args, '--json']);
    expect(wrong.result).toMatchObject({ ok: false, exitCode: 2 });
    expect(wrong.exitCode).toBe(2);
  });

  it.each(ORDER)('%s prints one JSON object a line, and a result at the end', async (name) => {
    const done = await run([...argsOf(name), '--json'], await environmentFor(name));
    expect(done.exitCode).toBe(0);
    expect(done.events.filter(({ type }) => type === 'result')).toHaveLength(1);
    expect(done.result).toMatchObject({ ok: true, operation: name.replaceAll(' ', '-') });
    for (const event of done.events) expect(event.at).toMatch(/^\d{4}-\d\d-\d\dT/);
  });
});
