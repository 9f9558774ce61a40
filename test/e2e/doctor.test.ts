import { V1MicroTime } from '@kubernetes/client-node';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Orphan } from '../../src/operations/doctor/orphans.js';
import type { CheckResult } from '../../src/operations/doctor/check.js';
import { cloudOf, newOperator, snapshotOf, type CliResult, type Operator } from '../support/cli.js';
import { json, testServer } from '../support/http.js';
import { succeeded } from '../support/outcome.js';

let operator: Operator;
beforeAll(async () => {
  operator = await newOperator();
  succeeded(await operator.run(['create', 'acme', '--models', 'none', '--yes', '--sandbox', '--json']));
});
afterAll(() => operator.close());

interface Examined {
  run: CliResult;
  check: (id: string) => CheckResult;
  counts: Record<CheckResult['state'], number>;
}

const examine = async (args: string[], env: Record<string, string> = {}): Promise<Examined> => {
  // Whose account this machine has is no business of the tests.
  const home = args.includes('--sandbox') ? {} : { HOME: operator.home, XDG_CONFIG_HOME: join(operator.home, 'config') };
  const run = await operator.run(['doctor', ...args, '--json'], { env: { ...home, ...env } });
  const { result } = run;
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const { checks, counts } = result.data as { checks: CheckResult[]; counts: Examined['counts'] };
  return {
    run,
    counts,
    check(id) {
      const found = checks.find((each) => each.id === id);
      if (!found) throw new Error(`no check ${id} among ${checks.map((each) => each.id).join(', ')}`);
      return found;
    },
  };
};

const everything = async (): Promise<unknown> => {
  const cluster = await operator.cluster();
  return { cloud: await cloudOf(operator), objects: cluster && (await snapshotOf(cluster)) };
};

/** A token that ends in so many days. Nobody has signed it. */
const tokenFor = (days: number): string => ['{"alg":"none"}', JSON.stringify({ exp: Math.floor(Date.now() / 1000) + days * 24 * 3600 + 60 }), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('where all is well', () => {
  it('everything is in order, exit code 0, and nothing was changed', async () => {
    const before = await everything();
    const { run, counts, check } = await examine(['--sandbox']);
    expect(run.exitCode).toBe(0);
    expect(counts.failed).toBe(0);
    for (const id of ['node', 'terraform', 'helm', 'state', 'cache', 'credentials', 'api', 'clock', 'contract', 'model-token', 'platform', 'guard-rails', 'left-behind']) expect(check(id), id).toMatchObject({ state: 'ok', fix: [] });
    expect(check('contract').detail).toMatch(/31000001 of owner@sandbox\.example, left: \d+ IP addresses, \d+ cores/);
    expect(check('platform').detail).toMatch(/main, managed by IONOS, Kubernetes v1\.\d+\.\d+, 2 nodes/);
    expect(await everything()).toEqual(before);
  });

  it('each check is an event as it ends, before the result', async () => {
    const { run } = await examine(['--sandbox']);
    const checks = run.events.filter((event) => event.type === 'check');
    expect(checks.map(({ check }) => check)).toEqual(expect.arrayContaining(['node', 'platform']));
    expect(run.events.at(-1)?.type).toBe('result');
  });

  it('people read a line each, with a word where something is to be done', async () => {
    const { stdout, stderr, exitCode } = await operator.run(['doctor', '--sandbox']);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^✔ terraform {6}\d+\.\d+\.\d+ from /m);
    expect(stdout).toMatch(/^▲ Images {9}warning: \d of \d images pinned by tag only/m);
    expect(stdout).toMatch(/^▲ \d warnings?, .* in order$/m);
    expect(stdout).not.toContain('undefined');
  });

  it('no log is left of a look', async () => {
    expect(await logs()).toEqual(await logsAfter(['doctor', '--sandbox']));
  });
});

const logs = async (): Promise<string[]> => (await import('node:fs/promises')).readdir(join(operator.home, 'state/logs'));
const logsAfter = async (args: string[]): Promise<string[]> => {
  await operator.run(args);
  return logs();
};

describe('credentials', () => {
  it('that are wrong fail the contract, with what to do; exit code 1', async () => {
    const { run, check } = await examine([], { IONOS_API_URL: await operator.apiUrl(), IONOS_TOKEN: 'wrong-token-value' });
    expect(run.exitCode).toBe(1);
    expect(check('contract')).toMatchObject({ state: 'failed', fix: expect.arrayContaining([expect.stringContaining('IONOS_TOKEN')]) as string[] });
    expect(check('platform').state).toBe('not-checked');
    expect(run.stdout).not.toContain('wrong-token-value');
  });

  it.each([
    [-1, 'failed', /expired on \d{4}-\d\d-\d\d/],
    [3, 'warning', /expires on .* in 3 days/],
    [13, 'warning', /in 13 days/],
    [15, 'ok', /in 15 days/],
  ] as const)('that end in %i days are %s, read offline', async (days, state, words) => {
    const { check } = await examine([], { IONOS_API_URL: 'http://127.0.0.1:9', IONOS_TOKEN: tokenFor(days) });
    expect(check('credentials').state).toBe(state);
    expect(check('credentials').detail).toMatch(words);
    expect(check('credentials').fix.length > 0).toBe(state !== 'ok');
  });

  it('that are missing are a warning: the sandbox needs none', async () => {
    const { check } = await examine([], { IONOS_API_URL: await operator.apiUrl() });
    expect(check('credentials')).toMatchObject({ state: 'warning', fix: expect.arrayContaining([expect.stringContaining('--sandbox')]) as string[] });
    expect(check('contract')).toMatchObject({ state: 'not-checked', detail: 'there are no credentials' });
  });
});

describe('the network', () => {
  it('a server that takes a call and never answers holds nobody up: what was not asked is not checked', async () => {
    const silent = await testServer(() => undefined);
    const kubeconfig = join(operator.home, 'silent.kubeconfig');
    await writeFile(kubeconfig, `apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: "${silent.url}", insecure-skip-tls-verify: true}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: some-user-token}}]\n`);
    await mkdir(join(operator.home, 'state/platforms/silent'), { recursive: true });
    await writeFile(join(operator.home, 'state/platforms/silent/adopted.json'), JSON.stringify({ kubeconfig, context: 'c', addresses: 'node-port' }));
    const { check, run } = await examine(['--platform', 'silent'], { IONOS_API_URL: silent.url, IONOS_TOKEN: 'some-token-value', IONOS_MODEL_TOKEN: 'other-token-value', IONOS_MODEL_URL: silent.url });
    expect(run.exitCode).toBe(0);
    for (const id of ['clock', 'contract', 'model-token', 'platform', 'guard-rails', 'left-behind']) expect(check(id).state, id).toBe('not-checked');
    expect(check('platform').detail).toBe('no answer within 10 s');
    expect(check('api')).toMatchObject({ state: 'warning', detail: expect.stringContaining('no answer within 4 s') as string });
  });

  it('an API that is not there fails, with where it was looked for', async () => {
    const { check, run } = await examine([], { IONOS_API_URL: 'http://127.0.0.1:9', IONOS_TOKEN: 'some-token-value' });
    expect(run.exitCode).toBe(1);
    expect(check('api')).toMatchObject({ state: 'failed', detail: expect.stringContaining('http://127.0.0.1:9') as string });
    expect(check('contract')).toMatchObject({ state: 'not-checked', detail: 'the API was not reached' });
  });

  it('a login page in the place of the API is told from it', async () => {
    const portal = await testServer((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<form>'));
    expect((await examine([], { IONOS_API_URL: portal.url })).check('api')).toMatchObject({ state: 'failed', detail: expect.stringContaining('not the Cloud API') as string });
  });

  it('a clock that is wrong is found by the date that the API gives', async () => {
    const late = await testServer((_request, response) => json(response, 200, {}, { date: new Date(Date.now() - 10 * 60 * 1000).toUTCString() }));
    const { detail, state } = (await examine([], { IONOS_API_URL: late.url })).check('clock');
    expect(state).toBe('warning');
    expect(detail).toMatch(/^(599|600|601) s ahead of the API's/);
  });

  it('a proxy is named without the password in its address', async () => {
    const { detail } = (await examine(['--sandbox'], { HTTPS_PROXY: 'http://anna:proxy-password@proxy.example:3128', NO_PROXY: '127.0.0.1' })).check('proxies');
    expect(detail).toContain('HTTPS_PROXY=http://proxy.example:3128');
    expect(detail).not.toContain('proxy-password');
  });
});

describe('this machine', () => {
  it('folders that others can read are named, with the command that closes them', async () => {
    const state = join(operator.home, 'open-state');
    await mkdir(state, { mode: 0o755 });
    const cache = join(operator.home, 'open-cache');
    await mkdir(cache);
    await chmod(cache, 0o777);
    const { check } = await examine([], { IONOS_TENANTS_STATE_DIR: state, IONOS_TENANTS_CACHE_DIR: cache });
    expect(check('state')).toMatchObject({ state: 'warning', fix: [`chmod 700 ${state}`] });
    expect(check('cache')).toMatchObject({ state: 'warning', fix: [`chmod go-w ${cache}`] });
    expect(check('config').detail).toContain('made when it is needed');
  });

  it('a terraform that is too old is named; it is a failure only where none may be installed', async () => {
    const bin = join(operator.home, 'old-bin');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'terraform'), `#!/bin/sh\necho '{"terraform_version":"1.5.7"}'\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:/usr/bin:/bin`, IONOS_TENANTS_CACHE_DIR: join(operator.home, 'no-cache') };
    const will = await examine([], env);
    expect(will.check('terraform')).toMatchObject({ state: 'warning', detail: expect.stringContaining(`${bin}/terraform is 1.5.7 and is not used: older than 1.11.0`) as string, fix: [expect.stringContaining('tools --install')] });
    const must = await examine([], { ...env, IONOS_TENANTS_NO_INSTALL: '1' });
    expect(must.check('helm').state).toBe('failed');
    expect(must.run.exitCode).toBe(1);
  });
});

describe('what a crash has left', () => {
  const leave = async (renewTime: Date): Promise<void> => {
    const cluster = await operator.cluster();
    const where = { name: 'tenant-acme', namespace: 'ionos-tenants-system' };
    const lease = await cluster?.coordination.readNamespacedLease(where);
    if (!lease?.spec) throw new Error('acme has no Lease');
    Object.assign(lease.spec, { holderIdentity: 'anna@elsewhere pid 7 update', renewTime: new V1MicroTime(renewTime.getTime()), leaseDurationSeconds: 60 });
    await cluster?.coordination.replaceNamespacedLease({ ...where, body: lease });
  };

  it('is told, with the command that repairs it; what somebody does right now is not', async () => {
    await leave(new Date());
    expect((await examine(['--sandbox'])).check('left-behind').state).toBe('ok');
    await leave(new Date(Date.now() - 120_000));
    const { check, run } = await examine(['--sandbox']);
    expect(check('left-behind')).toMatchObject({ state: 'warning', detail: expect.stringContaining('anna@elsewhere pid 7 update, which is gone') as string, fix: [expect.stringMatching(/acme repairs it: .*update acme --sandbox/)] });
    expect(run.exitCode).toBe(0);
    succeeded(await operator.run(['update', 'acme', '--yes', '--sandbox', '--json']));
    expect((await examine(['--sandbox'])).check('left-behind').state).toBe('ok');
  });
});

describe('--orphans', () => {
  const orphans = async (): Promise<{ found: Orphan[]; exitCode: number | null }> => {
    const run = await operator.run(['doctor', '--orphans', '--sandbox', '--json']);
    return { found: (succeededAnyhow(run).data as { orphans: Orphan[] }).orphans, exitCode: run.exitCode };
  };
  const succeededAnyhow = (run: CliResult): Extract<CliResult['result'], { ok: true }> => {
    if (!run.result.ok) throw new Error(JSON.stringify(run.result.error));
    return run.result;
  };

  it('lists what belongs to no registered tenant, with the command that removes it, and removes nothing', async () => {
    expect(await orphans()).toEqual({ found: [], exitCode: 0 });
    const cluster = await operator.cluster();
    await cluster?.core.createNamespace({ body: { metadata: { name: 'tenant-ghost', labels: { 'ionos-tenants.io/tenant': 'ghost' } } } });
    await cluster?.core.createNamespace({ body: { metadata: { name: 'tenant-elses' } } });
    const api = `${await operator.apiUrl()}/cloudapi/v6/ipblocks`;
    const headers = { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' };
    const reserve = async (name: string): Promise<{ id: string }> => (await fetch(api, { method: 'POST', headers, body: JSON.stringify({ properties: { name, location: 'de/fra', size: 1 } }) })).json() as Promise<{ id: string }>;
    // Its address and one of a node of its own; and one that is reserved for a node that acme is about to get.
    const [block, node, coming] = [await reserve('ionos-tenants-main-ghost'), await reserve('ionos-tenants-main-ghost.0'), await reserve('ionos-tenants-main-acme.0')];
    const before = await everything();

    const { found, exitCode } = await orphans();
    expect(exitCode).toBe(1);
    expect(found.map(({ remove }) => remove).sort()).toEqual([...[block, node].map(({ id }) => `ionosctl ipblock delete --ipblock-id ${id}`), 'kubectl delete namespace tenant-ghost'].sort());
    expect(JSON.stringify(found)).not.toContain('acme');
    expect(await everything()).toEqual(before);
    const { stdout } = await operator.run(['doctor', '--orphans', '--sandbox']);
    expect(stdout).toMatch(/3 things of tenants that are not registered\. Nothing was removed/);

    for (const { id } of [block, node, coming]) await fetch(`${api}/${id}`, { method: 'DELETE', headers });
    await cluster?.core.deleteNamespace({ name: 'tenant-ghost' });
    expect(await orphans()).toEqual({ found: [], exitCode: 0 });
  });

  it('without an account ends with 4, as every command that needs one', async () => {
    const run = await operator.run(['doctor', '--orphans', '--json'], { env: { HOME: operator.home, XDG_CONFIG_HOME: operator.home } });
    expect(run.exitCode).toBe(4);
  });
});
