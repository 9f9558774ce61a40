import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdentityView } from '../../src/engine/identity.js';
import { sandboxJwt } from '../../src/sandbox/cloud/index.js';
import { openApi, type ApiClient } from '../support/api.js';
import { findCanaries } from '../support/canaries.js';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { immediateCloud } from '../support/cloud.js';
import { filePlaces } from '../support/hygiene-places.js';
import { refused, succeeded } from '../support/outcome.js';
import { thePackage } from '../support/package.js';
import { TerminalSession } from '../support/terminal-session.js';

const DAY = 86_400;
/** A token in the shape of a real one, that the cloud below takes. */
const TOKEN = sandboxJwt(31_000_001, 90 * DAY + 600);
const MODEL_TOKEN = 'sandbox-model-token';

let operator: Operator;
let api: ApiClient;
let env: Record<string, string>;

beforeEach(async () => {
  operator = await newOperator();
  api = await openApi(immediateCloud());
  env = { HOME: operator.home, IONOS_API_URL: api.url, IONOS_MODEL_URL: api.url };
});

afterEach(async () => {
  await api.close();
  await operator.close();
});

const run = (args: string[], extra: Record<string, string> = {}, input?: string): Promise<CliResult> => operator.run(args, { env: { ...env, ...extra }, ...(input === undefined ? {} : { input }) });
const keptFile = (): string => join(operator.home, 'config/credentials.json');
const whoami = async (...args: string[]): Promise<IdentityView> => succeeded(await run(['whoami', '--json', ...args])).data as IdentityView;
const onTerminal = async (args: string[], extra: Record<string, string> = {}): Promise<TerminalSession> => {
  const { CI: _ci, ...rest } = { ...operator.env, ...env } as Record<string, string>;
  return new TerminalSession([join(await thePackage(), 'dist/main.js'), ...args], { ...rest, ...extra, TERM: 'xterm-256color', LANG: 'C.UTF-8', NO_COLOR: '1' });
};

describe('login, without anybody to ask', () => {
  it('keeps a token from the standard input in a file that only its user may read, and later runs use it', async () => {
    const login = await run(['login', '--with-token', '--store', 'file', '--plain'], {}, `${TOKEN}\n`);
    expect(login.exitCode).toBe(0);
    expect(login.stdout).toMatch(/The token is good: owner@sandbox\.example, contract 31000001, until \d{4}-\d\d-\d\d\./);
    expect(login.stdout).toContain('Warning: ~/config/credentials.json is not encrypted');
    expect(((await stat(keptFile())).mode & 0o777).toString(8)).toBe('600');
    expect(((await stat(join(operator.home, 'config'))).mode & 0o777).toString(8)).toBe('700');
    expect(await whoami()).toMatchObject({ credentials: { kind: 'token', source: keptFile(), contractNumber: 31_000_001 }, account: { owner: 'owner@sandbox.example' }, kept: { file: { holds: ['IONOS_TOKEN'] } } });
    expect(succeeded(await run(['list', '--json'])).data).toMatchObject({ tenants: [] });
  });

  it('keeps it in its place only: no log, no output, no other file has it', async () => {
    const runs = [await run(['login', '--with-token', '--store', 'file', '--json', '--verbose'], {}, TOKEN), await run(['whoami', '--json']), await run(['whoami', '--plain']), await run(['login', '--with-token', '--store', 'file', '--plain'], { IONOS_API_URL: 'http://127.0.0.1:9' }, TOKEN)];
    const files = await filePlaces(operator.home);
    expect(files.map(({ name }) => name)).toContain('file config/credentials.json');
    const places = [...files.filter(({ name }) => name !== 'file config/credentials.json'), ...runs.map(({ stdout, stderr }, index) => ({ name: `output ${index}`, content: stdout + stderr }))];
    expect(findCanaries({ TOKEN }, places)).toEqual([]);
    expect(await readFile(keptFile(), 'utf8')).toContain(TOKEN);
  });

  it('a token that the API refuses is not kept: exit code 4', async () => {
    const failure = refused(await run(['login', '--with-token', '--store', 'file', '--json'], {}, sandboxJwt(31_000_001, -60)));
    expect(failure).toMatchObject({ exitCode: 4, code: 'credentials' });
    await expect(stat(keptFile())).rejects.toThrow('ENOENT');
  });

  it.each([
    [['--with-token'], '--store keychain or file'],
    [['--store', 'file'], '--with-token or --token-file'],
    [[], '--with-token or --token-file, --store keychain or file'],
  ])('%j is not enough, and says what is open before anything is read', async (args, open) => {
    expect(refused(await run(['login', '--json', ...args], {}, TOKEN))).toMatchObject({ exitCode: 2, code: 'answers-missing', text: expect.stringContaining(open) as string });
  });

  it.each([
    [['--token-file', 'nowhere', '--store', 'file'], 'file-unreadable'],
    [['--with-token', '--store', 'vault'], 'store-unknown'],
    [['--sandbox', '--with-token', '--store', 'file'], 'sandbox-credentials'],
  ])('%j is wrong use: exit code 2, nothing stored', async (args, code) => {
    expect(refused(await run(['login', '--json', ...args], {}, TOKEN))).toMatchObject({ exitCode: 2, code });
    await expect(stat(keptFile())).rejects.toThrow('ENOENT');
  });

  it('what is no token is refused without being sent anywhere', async () => {
    expect(refused(await run(['login', '--with-token', '--store', 'file', '--json'], { IONOS_API_URL: 'http://127.0.0.1:9' }, 'two words of a password'))).toMatchObject({ exitCode: 2, code: 'token-invalid' });
  });

  it('says that it cannot use a keychain that is not there, and what to type instead', async () => {
    const failure = refused(await run(['login', '--with-token', '--store', 'keychain', '--json'], {}, TOKEN));
    expect(failure).toMatchObject({ exitCode: 1, code: 'keychain' });
    expect(failure.text).toMatch(/IONOS_TENANTS_NO_KEYCHAIN[^]*login --store file/);
    await expect(stat(keptFile())).rejects.toThrow('ENOENT');
  });

  it('warns when something else comes first', async () => {
    const login = await run(['login', '--with-token', '--store', 'file', '--plain'], { IONOS_TOKEN: TOKEN }, TOKEN);
    expect(login.exitCode).toBe(0);
    expect(login.stdout).toContain('Warning: IONOS_TOKEN comes first');
  });

  it('keeps a model token of its own beside it, and not one that may do more', async () => {
    expect(succeeded(await run(['login', '--model', '--with-token', '--store', 'file', '--json'], {}, MODEL_TOKEN)).data).toEqual({ entry: 'IONOS_MODEL_TOKEN', store: 'file' });
    succeeded(await run(['login', '--with-token', '--store', 'file', '--json'], {}, TOKEN));
    expect(JSON.parse(await readFile(keptFile(), 'utf8'))).toEqual({ IONOS_MODEL_TOKEN: MODEL_TOKEN, IONOS_TOKEN: TOKEN });
    expect(await whoami()).toMatchObject({ modelToken: { source: keptFile() }, credentials: { source: keptFile() } });
    expect(refused(await run(['login', '--model', '--with-token', '--store', 'file', '--json'], {}, TOKEN))).toMatchObject({ exitCode: 4, code: 'model-token-too-wide' });
    expect(refused(await run(['login', '--model', '--with-token', '--store', 'file', '--json'], {}, 'another-model-token'))).toMatchObject({ exitCode: 4, code: 'model-token' });
  });
});

describe('login, on a terminal', () => {
  it('asks for the token masked, asks again when it is refused, and keeps it where it is told', async () => {
    const session = await onTerminal(['login']);
    await session.shows('IONOS Cloud token');
    session.type(`${sandboxJwt(31_000_001, -60)}\r`);
    await session.until(() => /Not accepted: IONOS Cloud did not accept the credentials[^]*\? IONOS Cloud token/.test(session.text()), 'the question again');
    session.type(TOKEN);
    await session.shows('*'.repeat(70));
    // The prompts' own key that would show it.
    session.type('\u0014\r');
    await session.shows('The token is good: owner@sandbox.example');
    await session.shows('Keep the token?');
    await session.shows('In the keychain not here: switched off');
    // From "No": one up is the file.
    session.type('\u001b[A\r');
    expect(await session.ended).toBe(0);
    expect(session.text()).toContain('The token is kept in ~/config/credentials.json.');
    expect(session.bytes).not.toContain(TOKEN.slice(0, 20));
    expect(session.text()).toContain('IONOS Cloud token ********\n');
    expect(JSON.parse(await readFile(keptFile(), 'utf8'))).toEqual({ IONOS_TOKEN: TOKEN });
  });

  it('keeps nothing by silence, and nothing when Ctrl-C is pressed', async () => {
    const silent = await onTerminal(['login']);
    await silent.shows('IONOS Cloud token');
    silent.type(`${TOKEN}\r`);
    await silent.shows('Keep the token?');
    silent.type('\r');
    expect(await silent.ended).toBe(0);
    expect(silent.text()).toContain('Nothing was stored.');
    const pressed = await onTerminal(['login']);
    await pressed.shows('IONOS Cloud token');
    pressed.type(`${TOKEN}\r`);
    await pressed.shows('Keep the token?');
    pressed.type('\u0003');
    expect(await pressed.ended).toBe(130);
    expect(await readdir(operator.home)).not.toContain('config');
  });

  it('does not let a token be typed onto the screen', async () => {
    const session = await onTerminal(['login', '--with-token', '--store', 'file']);
    expect(await session.ended).toBe(2);
    expect(session.text()).toContain('the token would stand on the screen');
  });
});

describe('the wizard', () => {
  const create = ['create', 'acme', '--platform', 'main', '--preset', 'small', '--isolation', 'namespace', '--display-name', 'Acme', '--wordpress-admin-email', 'a@b.example', '--openwebui-admin-email', 'a@b.example', '--allow', '10.0.0.0/8'];
  /** Types both tokens and has them kept in the file; ends before the last answer. */
  const typeTokens = async (...more: string[]): Promise<TerminalSession> => {
    const session = await onTerminal([...create, ...more]);
    await session.shows('Where should it run?');
    session.type('\r');
    await session.shows('IONOS Cloud token');
    session.type(`${TOKEN}\r`);
    await session.shows('Keep the token?');
    session.type('\u001b[A\r');
    await session.shows('Models of the IONOS AI Model Hub');
    session.type('\r');
    await session.shows('Token for the AI Model Hub');
    session.type(`${MODEL_TOKEN}\r`);
    await session.shows('Keep the model token?');
    return session;
  };

  it.each([[[]], [['--plain']]])('keeps typed tokens where it was told, once it has ended, and says so (%j)', async (more) => {
    const session = await typeTokens(...more);
    // Not before: whoever goes away now has kept nothing.
    await expect(stat(keptFile())).rejects.toThrow('ENOENT');
    session.type('\u001b[A\r');
    await session.shows('The model token is kept in ~/config/credentials.json');
    session.type('\u0003');
    await session.ended;
    expect(JSON.parse(await readFile(keptFile(), 'utf8'))).toEqual({ IONOS_TOKEN: TOKEN, IONOS_MODEL_TOKEN: MODEL_TOKEN });
    expect(session.text()).toContain('The token is kept in ~/config/credentials.json');
    expect(findCanaries({ TOKEN, MODEL_TOKEN }, [{ name: 'terminal', content: session.bytes }])).toEqual([]);
  });

  it('keeps nothing when it is cancelled', async () => {
    const session = await typeTokens();
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    await expect(stat(keptFile())).rejects.toThrow('ENOENT');
  });
});

describe('logout', () => {
  it('removes both tokens and says what remains elsewhere', async () => {
    await run(['login', '--with-token', '--store', 'file', '--json'], {}, TOKEN);
    await run(['login', '--model', '--with-token', '--store', 'file', '--json'], {}, MODEL_TOKEN);
    await mkdir(join(operator.home, '.ionos'));
    await writeFile(join(operator.home, '.ionos/config'), `currentProfile: me\nprofiles: [{ name: me, credentials: { token: ${TOKEN} } }]\n`);
    const logout = await run(['logout', '--json'], { IONOS_TOKEN: TOKEN });
    expect(succeeded(logout)).toMatchObject({
      changed: true,
      data: {
        removed: [{ entry: 'IONOS_TOKEN', store: 'file' }, { entry: 'IONOS_MODEL_TOKEN', store: 'file' }],
        remaining: [{ what: 'credentials', source: 'IONOS_TOKEN' }, { what: 'credentials', source: join(operator.home, '.ionos/config') }],
      },
    });
    await expect(stat(keptFile())).rejects.toThrow('ENOENT');
    const again = await run(['logout', '--plain']);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain('Nothing was kept here.');
    expect(again.stdout).toContain('~/.ionos/config');
  });
});

describe('whoami', () => {
  it('without credentials tells where it looked: exit code 4', async () => {
    const result = await run(['whoami', '--json']);
    expect(refused(result)).toMatchObject({ exitCode: 4, code: 'credentials-missing' });
    expect(result.events.find((event) => event.type === 'identity')).toMatchObject({ view: { credentials: null, kept: { keychain: { problem: expect.stringContaining('IONOS_TENANTS_NO_KEYCHAIN') as string } } } });
  });

  it.each([
    ['refused', 4, 'credentials', () => sandboxJwt(7, -5 * DAY), {}],
    ['not reached', 1, 'ionos-api', () => sandboxJwt(7, 5 * DAY), { IONOS_API_URL: 'http://127.0.0.1:9' }],
  ] as const)('whose credentials are %s still tells where they came from and how long they last, then fails with %i', async (_what, exitCode, code, token, extra) => {
    const result = await run(['whoami', '--json'], { ...extra, IONOS_TOKEN: token() });
    expect(refused(result)).toMatchObject({ exitCode, code });
    const view = result.events.find((event) => event.type === 'identity')?.view;
    expect(view).toMatchObject({ credentials: { source: 'IONOS_TOKEN', contractNumber: 7, expiresAt: expect.stringMatching(/^\d{4}-/) as string }, account: null });
    const plain = await run(['whoami', '--plain'], { ...extra, IONOS_TOKEN: token() });
    expect(plain.exitCode).toBe(exitCode);
    expect(plain.stdout).toMatch(/Credentials {2}token from IONOS_TOKEN\n +for contract 7, expire/);
    expect(plain.stdout).toMatch(/Warning: the token (has expired|expires in 4 days)/);
  });

  it('names the user by the token, the limits with their use, and what is there but not used', async () => {
    await run(['login', '--with-token', '--store', 'file', '--json'], {}, TOKEN);
    const result = await run(['whoami', '--json'], { IONOS_USERNAME: 'owner@sandbox.example', IONOS_PASSWORD: 'sandbox-password' });
    expect(succeeded(result).data).toMatchObject({
      credentials: { kind: 'password', source: 'IONOS_USERNAME and IONOS_PASSWORD', username: 'owner@sandbox.example' },
      unused: [{ what: 'credentials', source: keptFile() }],
    });
    expect(await whoami()).toMatchObject({ account: { user: 'owner@sandbox.example', contractNumber: 31_000_001 }, limits: expect.arrayContaining([{ name: 'Kubernetes clusters', used: 0, limit: 10, unit: 'count' }]) as unknown });
  });

  it('a file that others may read is not used, with the command to type; other credentials still are', async () => {
    await run(['login', '--with-token', '--store', 'file', '--json'], {}, TOKEN);
    await chmod(keptFile(), 0o644);
    for (const args of [['whoami'], ['list']]) expect(refused(await run([...args, '--json']))).toMatchObject({ exitCode: 4, code: 'credentials-file', text: expect.stringContaining(`chmod 600 ${keptFile()}`) as string });
    expect(succeeded(await run(['whoami', '--json'], { IONOS_TOKEN: TOKEN })).data).toMatchObject({ credentials: { source: 'IONOS_TOKEN' }, problems: [expect.stringContaining('chmod 600') as string] });
  });

  it("ionosctl's configuration is used, with the API that its environment names; one of no use is told", async () => {
    const { IONOS_API_URL: _url, ...rest } = env;
    await mkdir(join(operator.home, '.config/ionosctl'), { recursive: true });
    const path = join(operator.home, '.config/ionosctl/config.yaml');
    await writeFile(path, `version: 1.0\ncurrentProfile: me\nprofiles:\n  - name: me\n    environment: here\n    credentials: { token: ${TOKEN} }\nenvironments:\n  - name: here\n    products: [{ name: cloud, endpoints: [{ name: '${api.url}' }] }]\n`);
    const found = await operator.run(['whoami', '--json'], { env: rest });
    expect(succeeded(found).data).toMatchObject({ credentials: { source: path }, api: { url: `${api.url}/cloudapi/v6`, overridden: true }, account: { contractNumber: 31_000_001 } });
    await writeFile(path, 'profiles: {');
    const broken = await operator.run(['whoami', '--plain'], { env: rest });
    expect(broken.exitCode).toBe(4);
    expect(broken.stdout).toContain(`Warning: ${path} is not a configuration of ionosctl`);
  });

  it('works in the sandbox, and looks at nothing of the account', async () => {
    const result = await run(['whoami', '--sandbox', '--json'], { IONOS_TOKEN: TOKEN });
    expect(succeeded(result).data).toMatchObject({ credentials: { source: 'sandbox' }, modelToken: { source: 'sandbox' }, unused: [], kept: null, account: { owner: 'owner@sandbox.example' } });
  });
});
