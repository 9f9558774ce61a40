import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { InstallerError } from '../../src/engine/errors.js';
import { CancelledError } from '../../src/engine/interrupts.js';
import { Terraform } from '../../src/terraform/driver.js';
import { parseMessage, plannedChange, shortAddress, type TerraformMessage } from '../../src/terraform/messages.js';
import { openWorkspace } from '../../src/terraform/workspace.js';
import { temporaryFolder } from '../support/folder.js';
import { REPOSITORY } from '../support/workspace.js';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** A terraform that says what the real one said, and ends as it did. */
const replaying = async (options: { stdout?: string; stderr?: string; exitCode?: number; waitsForSignal?: boolean }) => {
  const folder = await temporaryFolder();
  const path = join(folder, 'terraform');
  await writeFile(join(folder, 'stdout'), options.stdout ?? '');
  await writeFile(join(folder, 'stderr'), options.stderr ?? '');
  // The trap stands before anything is said: the signal may come at any moment.
  const trap = options.waitsForSignal ? `trap 'kill $(jobs -p); exit ${options.exitCode ?? 0}' INT; ` : '';
  const wait = options.waitsForSignal ? 'sleep 3600 & wait; ' : '';
  await writeFile(path, `#!/bin/bash\n${trap}cat ${folder}/stdout; cat ${folder}/stderr >&2; ${wait}exit ${options.exitCode ?? 0}\n`);
  await chmod(path, 0o755);
  const workspace = await openWorkspace(REPOSITORY, join(folder, 'acme'), 'tenant');
  const messages: TerraformMessage[] = [];
  const driver = (signal?: AbortSignal): Terraform =>
    new Terraform(workspace, { path, env: { PATH: process.env.PATH ?? '' }, pluginCache: join(folder, 'plugins'), signal, onMessage: (message) => messages.push(message) });
  return { driver, messages };
};

const thrownBy = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

describe('the recorded output of the real terraform', () => {
  it('of a plan gives its changes', async () => {
    const { driver } = await replaying({ stdout: await readFile(fixture('plan.ndjson'), 'utf8') });
    expect((await driver().plan({})).changes).toEqual([{ address: 'module.address.ionoscloud_ipblock.this', action: 'create' }]);
  });

  it('of an apply gives start and end of each resource', async () => {
    const { driver, messages } = await replaying({ stdout: await readFile(fixture('apply.ndjson'), 'utf8') });
    await driver().apply();
    expect(messages.filter(({ hook }) => hook).map(({ type }) => type)).toEqual(['apply_start', 'apply_complete']);
  });

  it("of a refused apply gives the API's reason", async () => {
    const { driver } = await replaying({ stdout: await readFile(fixture('apply-422.ndjson'), 'utf8'), exitCode: 1 });
    const error = await thrownBy(driver().apply());
    expect(error).toBeInstanceOf(InstallerError);
    expect(error).toMatchObject({ what: 'terraform apply failed at module.address.ionoscloud_ipblock.this', why: expect.stringMatching(/Contract limit exceeded: reservable IPs/) as string });
  });

  it('of an interrupted apply is a cancellation, not a failure', async () => {
    const { driver, messages } = await replaying({ stdout: await readFile(fixture('apply-interrupted.ndjson'), 'utf8'), exitCode: 1, waitsForSignal: true });
    const stop = new AbortController();
    const applying = thrownBy(driver(stop.signal).apply());
    while (messages.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await applying).toBeInstanceOf(CancelledError);
  });
});

describe('a terraform that could not give its lock back', () => {
  const KEPT = 'Error releasing the state lock';
  const diagnostic = `${JSON.stringify({ '@level': 'error', type: 'diagnostic', diagnostic: { severity: 'error', summary: KEPT, detail: 'connection refused' } })}\n`;

  it('is known to the next run, also where it was interrupted', async () => {
    const { driver, messages } = await replaying({ stdout: diagnostic, exitCode: 1, waitsForSignal: true });
    const stop = new AbortController();
    const terraform = driver(stop.signal);
    const since = new Date().toISOString();
    const applying = thrownBy(terraform.apply());
    while (messages.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await applying).toBeInstanceOf(CancelledError);
    const kept = await driver().keptItsLock();
    expect((kept?.startedAt ?? '') >= since).toBe(true);
    await driver().forgetKeptLock();
    expect(await driver().keptItsLock()).toBeUndefined();
  });

  it('is known also where its command has no messages', async () => {
    const { driver } = await replaying({ stderr: `╷\n│ Error: ${KEPT}\n│ \n│ connection refused\n╵\n`, exitCode: 1 });
    await thrownBy(driver().import({}, 'module.address.ionoscloud_ipblock.this', 'id'));
    expect(await driver().keptItsLock()).toBeDefined();
  });

  it('is none of those that only failed', async () => {
    const { driver } = await replaying({ stdout: await readFile(fixture('apply-422.ndjson'), 'utf8'), exitCode: 1 });
    await thrownBy(driver().apply());
    expect(await driver().keptItsLock()).toBeUndefined();
  });
});

describe('output that is not what we know', () => {
  const version = (ui: string): string => `${JSON.stringify({ '@level': 'info', type: 'version', terraform: '9.0.0', ui })}\n`;

  it('of a later 1.x is read, with everything that is new ignored', async () => {
    const lines = `${version('1.9')}Warning: something about the configuration\n{"type":"from_the_future","x":1}\n{"not":"a message"}\n{broken\n${await readFile(fixture('plan.ndjson'), 'utf8')}`;
    const { driver } = await replaying({ stdout: lines });
    expect((await driver().plan({})).changes).toHaveLength(1);
  });

  it('of another major version is refused', async () => {
    const { driver } = await replaying({ stdout: version('2.0') });
    expect(await thrownBy(driver().plan({}))).toMatchObject({ code: 'terraform-interface', what: expect.stringContaining('2.0') as string });
  });

  it('on stderr only is shown without the frame that terraform draws', async () => {
    const { driver } = await replaying({ stderr: '╷\n│ Error: Failed to load plugin schemas\n│ \n│ details\n╵\n', exitCode: 1 });
    expect(await thrownBy(driver().plan({}))).toMatchObject({ code: 'terraform-plan', why: expect.stringMatching(/^Error: Failed to load plugin schemas\s+details$/) as string });
  });

  it('of a terraform that a signal ended names the signal', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'terraform');
    await writeFile(path, '#!/bin/bash\nkill -KILL $$\n');
    await chmod(path, 0o755);
    const workspace = await openWorkspace(REPOSITORY, join(folder, 'acme'), 'tenant');
    const terraform = new Terraform(workspace, { path, env: {}, pluginCache: join(folder, 'plugins') });
    expect(await thrownBy(terraform.plan({}))).toMatchObject({ what: 'terraform plan was ended by SIGKILL' });
  });
});

describe('messages', () => {
  it.each([
    ['create', 'create'],
    ['update', 'update'],
    ['replace', 'replace'],
    ['delete', 'delete'],
    ['remove', 'delete'],
    ['import', 'import'],
    ['read', 'read'],
  ])('a planned %s is %s', (action, expected) => {
    expect(plannedChange({ type: 'planned_change', change: { resource: { addr: 'a.b' }, action } })).toEqual({ address: 'a.b', action: expected });
  });

  it.each([
    ['a no-op', { type: 'planned_change', change: { resource: { addr: 'a.b' }, action: 'noop' } }],
    ['a drift', { type: 'resource_drift', change: { resource: { addr: 'a.b' }, action: 'update' } }],
  ])('%s is no change', (_what, message) => {
    expect(plannedChange(message)).toBeUndefined();
  });

  it('a line that is not JSON is nothing', () => {
    for (const line of ['', 'Warning: x', '{', '{"a":1}', '[]']) expect(parseMessage(line)).toBeUndefined();
  });

  it.each([
    ['module.address.ionoscloud_ipblock.this', 'ionoscloud_ipblock.this'],
    ['module.a.module.b.ionoscloud_lan.this', 'ionoscloud_lan.this'],
    ['module.node_pool[0].ionoscloud_k8s_node_pool.this[0]', 'ionoscloud_k8s_node_pool.this[0]'],
    ['module.pools["shared.big"].ionoscloud_ipblock.nodes[1]', 'ionoscloud_ipblock.nodes[1]'],
    ['ionoscloud_ipblock.this', 'ionoscloud_ipblock.this'],
  ])('%s is shown as %s', (address, shown) => {
    expect(shortAddress(address)).toBe(shown);
  });
});
