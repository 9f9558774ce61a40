import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { succeeded } from '../support/outcome.js';

let operator: Operator;
beforeAll(async () => {
  operator = await newOperator();
  succeeded(await operator.run(['create', 'acme', '--models', 'none', '--yes', '--sandbox', '--json']));
});
afterAll(() => operator.close());

const run = (args: string[], env: Record<string, string> = {}): Promise<CliResult> => operator.run(args, { env: { XDG_CONFIG_HOME: join(operator.home, 'config'), IONOS_TENANTS_CONFIG_DIR: join(operator.home, 'config/ionos-tenants'), ...env } });
const account = async (token: string): Promise<Record<string, string>> => ({ HOME: operator.home, IONOS_API_URL: await operator.apiUrl(), ...(token === '' ? {} : { IONOS_TOKEN: token }) });

describe('exit codes', () => {
  it.each<[number, string[]]>([
    [0, ['--version']],
    [0, ['--help']],
    [0, ['help']],
    [0, ['help', 'platform', 'adopt']],
    [0, ['status', '--help']],
    [0, []],
    [0, ['status', '--once', '--sandbox']],
    [0, ['list', '--sandbox']],
    [0, ['credentials', 'acme', '--sandbox']],
    [0, ['open', 'acme', 'openwebui', '--sandbox']],
    [0, ['logs', 'acme', 'gateway', '--tail', '5', '--sandbox']],
    [0, ['create', 'acme', '--models', 'none', '--yes', '--sandbox']],
    [0, ['create', 'acme', '--models', 'none', '--dry-run', '--sandbox']],
    [0, ['delete', 'acme', '--dry-run', '--sandbox']],
    [0, ['doctor', '--orphans', '--sandbox']],
    [0, ['sandbox', 'fault', '--list']],
    [2, ['creat']],
    [2, ['help', 'creat']],
    [2, ['platform']],
    [2, ['sandbox', 'faults']],
    [2, ['--sandbox']],
    [2, ['status', '--nonsense']],
    [2, ['status', 'acme', 'globex']],
    [2, ['delete']],
    [2, ['create', 'acme', '--timeout', '-1']],
    [2, ['create', 'kube-system', '--yes', '--sandbox']],
    [2, ['create', 'globex', '--preset', 'tiny', '--yes', '--sandbox']],
    [2, ['create', 'globex', '--models', 'none', '--sandbox']],
    [2, ['status', 'nobody', '--once', '--sandbox']],
    [2, ['credentials', 'nobody', '--sandbox']],
    [2, ['open', 'acme', 'mariadb', '--sandbox']],
    [2, ['logs', 'acme', 'nothing', '--sandbox']],
    [2, ['logs', 'acme', '--previous', '--sandbox']],
    [2, ['delete', 'acme', '--sandbox']],
    [2, ['platform', 'delete', '--platform', 'elsewhere', '--sandbox']],
    [2, ['list', '--platform', 'No', '--sandbox']],
    [2, ['sandbox', 'fault', 'no-such-fault']],
    [2, ['completion', 'tcsh']],
    [2, ['tools', '--log-file', '/nowhere/run.log']],
  ])('%i: %j', async (code, args) => {
    expect((await run(args)).exitCode).toBe(code);
  });

  it.each([['list'], ['status'], ['create globex --yes --models none'], ['update acme --yes'], ['delete acme --yes'], ['credentials acme'], ['platform delete --yes']])('4: `%s` with credentials that are refused, or with none', async (line) => {
    for (const token of ['wrong-token-value', '']) expect((await run(line.split(' '), await account(token))).exitCode, token).toBe(4);
  });

  it.each([
    ['list', { IONOS_TOKEN: 'any-token-value', IONOS_API_URL: 'http://127.0.0.1:9' }],
    ['doctor', { IONOS_TOKEN: 'any-token-value', IONOS_API_URL: 'http://127.0.0.1:9' }],
    ['tools', { PATH: '/nonexistent', IONOS_TENANTS_CACHE_DIR: '/nonexistent' }],
    ['tools --install', { PATH: '/nonexistent', IONOS_TENANTS_CACHE_DIR: '/nonexistent', IONOS_TENANTS_NO_INSTALL: '1' }],
  ])('1: `%s` where it cannot be done', async (line, env) => {
    expect((await run(line.split(' '), { HOME: operator.home, ...env })).exitCode).toBe(1);
  });

  it('8: `status --once` of a tenant that is not well', async () => {
    const cluster = await operator.cluster();
    const pods = await cluster?.core.listNamespacedPod({ namespace: 'tenant-acme' });
    expect(pods?.items.length).toBeGreaterThan(0);
    expect((await run(['sandbox', 'fault', 'image-pull:app=openwebui'])).exitCode).toBe(0);
    for (const pod of pods?.items ?? []) await cluster?.core.deleteNamespacedPod({ name: pod.metadata?.name ?? '', namespace: 'tenant-acme' });
    for (const args of [['status', '--once', '--sandbox'], ['status', 'acme', '--once', '--json', '--sandbox']]) expect((await run(args)).exitCode).toBe(8);
    await run(['sandbox', 'fault', '--clear']);
  });

  it('130: a run that is interrupted', async () => {
    const { child, until, finished } = await operator.start(['create', 'initech', '--models', 'none', '--yes', '--sandbox', '--json']);
    await until((event) => event.type === 'task' && event.task.startsWith('onboard/') && event.state === 'started');
    child.kill('SIGINT');
    const { exitCode, result } = await finished;
    expect(exitCode).toBe(130);
    expect(result).toMatchObject({ ok: false, exitCode: 130, error: { code: 'cancelled' } });
  });
});

describe('wrong use', () => {
  it.each<[string[], RegExp, RegExp]>([
    [['creat'], /unknown command 'creat'/, /Did you mean create\?/],
    [['help', 'statu'], /unknown command 'statu'/, /Did you mean status\?/],
    [['create', '--presett', 'small'], /unknown option '--presett'/, /Did you mean --preset\?/],
    [['platform', 'adop'], /unknown command 'adop'/, /Did you mean adopt\?/],
    [['sandbox', 'rest'], /unknown command 'rest'/, /Did you mean reset\?/],
    [['--plain'], /unknown option '--plain'/, /flags follow the command/],
  ])('%j says what is unknown, and what was meant', async (args, what, meant) => {
    const wrong = await run(args);
    expect(wrong.stdout).toBe('');
    expect(wrong.stderr).toMatch(what);
    expect(wrong.stderr).toMatch(meant);
    expect(wrong.stderr).toMatch(/→ .*--help shows what there is/);
  });

  it('`help` of a command is its --help', async () => {
    for (const words of [['create'], ['platform', 'adopt'], ['sandbox', 'fault']]) expect((await run(['help', ...words])).stdout).toBe((await run([...words, '--help'])).stdout);
  });

  it('a reader that leaves early ends nothing badly', async () => {
    const { child, finished } = await operator.start(['create', '--help']);
    child.stdout?.destroy();
    const { exitCode, stderr } = await finished;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});

describe('the log of a run', () => {
  const logs = async (): Promise<string[]> => (await readdir(join(operator.home, 'state/logs'))).sort();

  it.each([['list --sandbox'], ['status --once --sandbox'], ['tools'], ['credentials acme --sandbox'], ['completion bash'], ['completion bash --json'], ['doctor --sandbox']])('is not kept of a look that succeeds: %s', async (line) => {
    const before = await logs();
    await run(line.split(' '));
    expect(await logs()).toEqual(before);
  });

  it('is kept of a look that fails, where the failure says', async () => {
    const { result } = await run(['status', 'nobody', '--once', '--sandbox', '--json']);
    const log = result.ok ? '' : (result.error.log ?? '');
    expect(await readFile(log, 'utf8')).toContain('"tenant-missing"');
    expect((await run(['status', 'nobody', '--once', '--sandbox'])).stderr).toMatch(/Log: \/.*\.ndjson/);
  });

  it('is kept of a change, and of a look where it was asked for', async () => {
    const before = await logs();
    const run1 = await run(['update', 'acme', '--yes', '--sandbox', '--json']);
    const [first] = run1.events;
    expect((await logs()).length).toBe(before.length + 1);
    expect(first).toMatchObject({ type: 'run', log: expect.stringContaining(join(operator.home, 'state/logs')) as string });
    await run(['list', '--sandbox', '--log-file', join(operator.home, 'list.log')]);
    expect(await readFile(join(operator.home, 'list.log'), 'utf8')).toContain('"type":"result"');
  });

  it('has no password that `credentials` showed', async () => {
    const file = join(operator.home, 'credentials.log');
    const shown = await run(['credentials', 'acme', '--sandbox', '--json', '--verbose', '--log-file', file]);
    const { wordpress, openwebui } = succeeded(shown).data as Record<'wordpress' | 'openwebui', { url: string; user: string; password: string }>;
    const cluster = await operator.cluster();
    const secret = await cluster?.core.readNamespacedSecret({ name: 'wordpress', namespace: 'tenant-acme' });
    expect(wordpress).toMatchObject({ user: 'admin', password: Buffer.from(secret?.data?.['admin-password'] ?? '', 'base64').toString() });
    expect(openwebui).toMatchObject({ user: 'owner@sandbox.example', password: expect.stringMatching(/^\w{24}$/) as string });
    const log = await readFile(file, 'utf8');
    expect(log).toContain('"user":"admin"');
    for (const { password } of [wordpress, openwebui]) expect(log).not.toContain(password);
    const { stdout } = await run(['credentials', 'acme', '--sandbox']);
    expect(stdout).toContain(`password  ${wordpress.password}`);
  });
});
