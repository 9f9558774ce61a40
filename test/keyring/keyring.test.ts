import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsFrom } from '../../src/engine/paths.js';
import type { IdentityView } from '../../src/engine/identity.js';
import { sandboxJwt } from '../../src/sandbox/cloud/index.js';
import { openApi, type ApiClient } from '../support/api.js';
import { findCanaries } from '../support/canaries.js';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { immediateCloud } from '../support/cloud.js';
import { temporaryFolder } from '../support/folder.js';
import { filePlaces, recordedChildren } from '../support/hygiene-places.js';
import { refused, succeeded } from '../support/outcome.js';
import { thePackage } from '../support/package.js';
import { TerminalSession } from '../support/terminal-session.js';
import { openKeyringSession, type KeyringSession } from './support/keyring.js';

const TOKEN = sandboxJwt(31_000_001, 90 * 86_400);
const MODEL_TOKEN = 'sandbox-model-token';
const RECORDER = fileURLToPath(new URL('../support/record-children.mjs', import.meta.url));

let operator: Operator;
let session: KeyringSession;
let api: ApiClient;
let env: Record<string, string>;

beforeEach(async () => {
  operator = await newOperator();
  session = await openKeyringSession(operator.home);
  api = await openApi(immediateCloud());
  env = { ...session.env, IONOS_TENANTS_NO_KEYCHAIN: '', IONOS_API_URL: api.url, IONOS_MODEL_URL: api.url };
});

afterEach(async () => {
  await session.close();
  await api.close();
  await operator.close();
});

const run = (args: string[], extra: Record<string, string> = {}, input?: string): Promise<CliResult> => operator.run(args, { env: { ...env, ...extra }, ...(input === undefined ? {} : { input }) });
const login = (...more: string[]): Promise<CliResult> => run(['login', '--with-token', '--store', 'keychain', '--json', ...more], {}, more.includes('--model') ? MODEL_TOKEN : TOKEN);
const whoami = async (): Promise<IdentityView> => succeeded(await run(['whoami', '--json'])).data as IdentityView;
const keptFile = (): string => join(operator.home, 'config/credentials.json');
const onTerminal = async (args: string[]): Promise<TerminalSession> => {
  const { CI: _ci, ...rest } = { ...operator.env, ...env } as Record<string, string>;
  return new TerminalSession([join(await thePackage(), 'dist/main.js'), ...args], { ...rest, TERM: 'xterm-256color', LANG: 'C.UTF-8', NO_COLOR: '1' });
};

describe('a token in the keyring', () => {
  it('is found by later runs, which work with it, and is gone after logout', async () => {
    expect(succeeded(await login()).data).toEqual({ entry: 'IONOS_TOKEN', store: 'keychain' });
    expect(await whoami()).toMatchObject({ credentials: { kind: 'token', source: 'keychain', contractNumber: 31_000_001 }, account: { owner: 'owner@sandbox.example' }, kept: { keychain: { name: 'Secret Service', holds: ['IONOS_TOKEN'] }, file: { holds: [] } } });
    expect(succeeded(await run(['list', '--json'])).data).toMatchObject({ tenants: [] });
    const logout = succeeded(await run(['logout', '--json']));
    expect(logout).toMatchObject({ changed: true, data: { removed: [{ entry: 'IONOS_TOKEN', store: 'keychain' }], remaining: [] } });
    expect(refused(await run(['whoami', '--json']))).toMatchObject({ exitCode: 4, code: 'credentials-missing' });
    expect(succeeded(await run(['logout', '--json'])).changed).toBe(false);
  });

  it('leads create to the plan, with the model token beside it', async () => {
    succeeded(await login());
    succeeded(await login('--model'));
    expect((await whoami()).modelToken).toMatchObject({ source: 'keychain' });
    // The operator's own sandbox, as if it were the cloud: its API for us, its provider for terraform.
    await operator.serve();
    const { apiUrl, reattach } = JSON.parse(await readFile(join(operator.home, 'state/sandbox/process.json'), 'utf8')) as { apiUrl: string; reattach: string };
    const create = await run(['create', 'acme', '--yes', '--dry-run', '--json'], { IONOS_API_URL: apiUrl, IONOS_MODEL_URL: apiUrl, TF_REATTACH_PROVIDERS: reattach, IONOS_TENANTS_CACHE_DIR: pathsFrom(process.env).cache });
    expect(succeeded(create)).toMatchObject({ changed: false, data: { dryRun: true } });
    expect(create.events.filter((event) => event.type === 'plan').map((event) => event.stack)).toContain('platform');
  });

  it('stands in no file in clear, in no output, and in nobody’s arguments or environment', async () => {
    const beside = await temporaryFolder();
    const recorded = { NODE_OPTIONS: `--import ${RECORDER}`, RECORDED_CHILDREN: beside };
    const runs = [await run(['login', '--with-token', '--store', 'keychain', '--json', '--verbose'], recorded, TOKEN), await run(['whoami', '--plain'], recorded), await run(['logout', '--plain'], recorded)];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const children = await recordedChildren(beside);
    expect(children.length).toBeGreaterThan(2);
    const places = [
      ...(await filePlaces(operator.home)),
      ...runs.map(({ stdout, stderr }, index) => ({ name: `output ${index}`, content: stdout + stderr })),
      ...children.map(({ args, env: theirs }) => ({ name: `child ${args.join(' ').slice(-20)}`, content: JSON.stringify([args, theirs]) })),
    ];
    expect(places.map(({ name }) => name).join()).toContain('login.keyring');
    expect(findCanaries({ TOKEN }, places)).toEqual([]);
  });

  it('replaces one that was in the file', async () => {
    succeeded(await run(['login', '--with-token', '--store', 'file', '--json'], {}, sandboxJwt(31_000_001, 86_400)));
    succeeded(await login());
    await expect(stat(keptFile())).rejects.toThrow('ENOENT');
    expect((await whoami()).credentials).toMatchObject({ source: 'keychain' });
  });

  it('is offered by login, and by the wizard after a typed token was accepted', async () => {
    const terminal = await onTerminal(['login']);
    await terminal.shows('IONOS Cloud token');
    terminal.type(`${TOKEN}\r`);
    await terminal.shows('In the keychain: Secret Service');
    // Suggested, because somebody who logs in wants it kept.
    terminal.type('\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toContain('The token is kept in the keychain (Secret Service).');
    succeeded(await run(['logout', '--json']));

    const wizard = await onTerminal(['create']);
    await wizard.shows('Where should it run?');
    wizard.type('1\r');
    await wizard.shows('IONOS Cloud token');
    wizard.type(`${TOKEN}\r`);
    await wizard.shows('Keep the token?');
    wizard.type('1\r');
    await wizard.shows('main (new)');
    await wizard.shows('contract 31000001, token typed');
    wizard.type('\u0003');
    expect(await wizard.ended).toBe(130);
    // Whoever cancels has kept nothing.
    expect(refused(await run(['whoami', '--json']))).toMatchObject({ code: 'credentials-missing' });
  });
});

describe('a keyring that does not do its work', () => {
  it.each([
    ['is locked', 'lock', /locked/],
    ['does not answer', 'stall', /did not answer within 2 s/],
    ['has died', 'kill', /locked|D-Bus/],
  ] as const)('that %s keeps nothing, says so, and a file is offered', async (_what, how, reason) => {
    await session[how]();
    const failure = refused(await login());
    expect(failure).toMatchObject({ exitCode: 1, code: 'keychain', text: expect.stringMatching(reason) as string });
    expect(failure.text).toContain('login --store file');
    const terminal = await onTerminal(['login']);
    await terminal.shows('IONOS Cloud token');
    terminal.type(`${TOKEN}\r`);
    await terminal.shows('In the keychain not here');
    terminal.type('\u001b[A\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.text()).toContain('a backup of them, can read the token');
    expect(JSON.parse(await readFile(keptFile(), 'utf8'))).toEqual({ IONOS_TOKEN: TOKEN });
    expect(await whoami()).toMatchObject({ credentials: { source: keptFile() }, kept: { keychain: { problem: expect.stringMatching(reason) as string } } });
  });

  it.each(['lock', 'stall'] as const)('is not said to be empty by logout (%s)', async (how) => {
    succeeded(await login());
    await session[how]();
    expect(refused(await run(['logout', '--json']))).toMatchObject({ exitCode: 1, code: 'keychain', text: expect.stringContaining('Unlock it') as string });
  });

  it('does not stand in the way of credentials that are elsewhere', async () => {
    session.stall();
    await writeFile(join(operator.home, 'token'), TOKEN, { mode: 0o600 });
    expect(succeeded(await run(['list', '--json', '--token-file', join(operator.home, 'token')])).data).toMatchObject({ tenants: [] });
    expect(succeeded(await run(['list', '--json'], { IONOS_TOKEN: TOKEN })).data).toMatchObject({ tenants: [] });
  });
});
