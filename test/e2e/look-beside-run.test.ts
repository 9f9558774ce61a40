import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTenant } from '../../src/cluster/registry.js';
import { heldStateLock } from '../../src/cluster/state-lock.js';
import { clusterOf, newOperator, type CliResult, type Operator } from '../support/cli.js';
import { cloudList, noticesOf, sandboxFault } from '../support/faults.js';
import { eventIs } from '../support/interruption.js';
import { succeeded } from '../support/outcome.js';
import { thePackage } from '../support/package.js';
import { closeSessions, TerminalSession } from '../support/terminal-session.js';

const FLAGS = ['--sandbox', '--json'];

describe('a look at a tenant', () => {
  let operator: Operator;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, ...FLAGS]);
  const poolsOf = async (): Promise<string[]> => {
    const clusters = await cloudList(operator, 'k8s');
    return (await Promise.all(clusters.map(({ id }) => cloudList(operator, `k8s/${id}/nodepools`)))).flat().map(({ properties }) => properties.name);
  };
  beforeEach(async () => {
    operator = await newOperator();
    succeeded(await run('create', 'globex', '--yes'));
  });
  afterEach(async () => {
    closeSessions();
    await operator.close();
  });

  it('does not change what a run is about to do that waits for its yes', async () => {
    succeeded(await run('create', 'acme', '--yes'));
    const blocks = await cloudList(operator, 'ipblocks');
    const { CI: _ci, NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...env } = operator.env as Record<string, string>;
    const update = new TerminalSession([join(await thePackage(), 'dist/main.js'), 'update', 'acme', '--isolation', 'node-pool', '--sandbox', '--plain'], { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' });
    await update.shows('(y/N)');
    const look = succeeded(await run('delete', 'acme', '--dry-run'));
    expect(look).toMatchObject({ changed: false, data: { dryRun: true } });
    update.type('y\r');
    expect(await update.ended, update.text()).toBe(0);
    expect(await poolsOf()).toHaveLength(2);
    const ids = (await cloudList(operator, 'ipblocks')).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(blocks.map(({ id }) => id)));
    expect(await readTenant(await clusterOf(operator), 'acme')).toMatchObject({ phase: 'ready', spec: { isolation: 'node-pool' } });
    expect(succeeded(await run('update', 'acme', '--yes')).changed).toBe(false);
  });

  it('beside a create that is at work neither waits for its terraform nor takes its lock', async () => {
    const create = await operator.start(['create', 'acme', '--yes', '--fault', 'stuck-busy:kind=ipblock', ...FLAGS]);
    await create.until(eventIs(/^onboard\/infrastructure\/ionoscloud_ipblock/, 'started'));
    const cluster = await clusterOf(operator);
    const held = await heldStateLock(cluster, 'acme');
    expect(held).toBeDefined();
    for (const args of [['create', 'acme'], ['delete', 'acme']]) {
      const look = await run(...args, '--dry-run');
      expect(succeeded(look).changed).toBe(false);
      expect(noticesOf(look)).not.toMatch(/still at work|gave back/);
      expect(await heldStateLock(cluster, 'acme')).toEqual(held);
    }
    expect(create.child.exitCode).toBeNull();
    await sandboxFault(operator, '--clear');
    succeeded(await create.finished);
    expect(succeeded(await run('create', 'acme', '--yes')).changed).toBe(false);
  });

  it('leaves what an interrupted create has left to the next run that works', async () => {
    const create = await operator.start(['create', 'acme', '--yes', '--fault', 'stuck-busy:kind=ipblock', ...FLAGS]);
    await create.until(eventIs(/^onboard\/infrastructure\/ionoscloud_ipblock/, 'started'));
    await sandboxFault(operator, 'api-away');
    create.child.kill('SIGINT');
    expect((await create.finished).exitCode).toBe(130);
    await sandboxFault(operator, '--clear');
    const cluster = await clusterOf(operator);
    const held = await heldStateLock(cluster, 'acme');
    expect(held).toBeDefined();
    const look = await run('create', 'acme', '--dry-run');
    expect(succeeded(look).changed).toBe(false);
    expect(noticesOf(look)).not.toMatch(/gave back|saved/);
    expect(await heldStateLock(cluster, 'acme')).toEqual(held);
    const again = await run('create', 'acme', '--yes');
    succeeded(again);
    expect(noticesOf(again)).toMatch(/gave back the lock[\s\S]*saved the terraform state/);
  });
});

describe('a machine whose terraform could not save its state', () => {
  let operator: Operator;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, ...FLAGS]);
  beforeEach(async () => {
    operator = await newOperator();
    succeeded(await run('create', 'globex', '--yes'));
  });
  afterEach(() => operator.close());

  it('works on after another one has finished the work, and does not undo it', async () => {
    const create = await operator.start(['create', 'acme', '--yes', '--timeout', '4', '--cloud-timeout', '60', '--fault', 'stuck-busy:kind=ipblock', ...FLAGS]);
    await create.until(eventIs(/^onboard\/infrastructure\/ionoscloud_ipblock/, 'started'));
    await sandboxFault(operator, 'api-away');
    await sandboxFault(operator, '--clear', 'stuck-busy');
    expect((await create.finished).exitCode).toBe(1);
    await sandboxFault(operator, '--clear');
    const mine = join(operator.home, 'state/sandbox/operator/tenants/main/acme');
    // The lock goes first, as an operator of the other machine has it given back: there nobody knows whose it is.
    await releaseLock(operator);
    await rename(mine, `${mine}.elsewhere`);
    succeeded(await run('create', 'acme', '--yes'));
    const blocks = await cloudList(operator, 'ipblocks');
    await rm(mine, { recursive: true, force: true });
    await cp(`${mine}.elsewhere`, mine, { recursive: true });
    const update = await run('update', 'acme', '--display-name', 'Acme', '--yes');
    succeeded(update);
    expect(noticesOf(update)).toMatch(/could not save is not used, because work has gone on without it: it is kept in \S+left-\S+\.tfstate/);
    expect(await cloudList(operator, 'ipblocks')).toEqual(blocks);
    const again = await run('update', 'acme', '--yes');
    expect(succeeded(again).changed).toBe(false);
    expect(noticesOf(again)).not.toContain('tfstate');
  });
});

const releaseLock = async (operator: Operator): Promise<void> => {
  const cluster = await clusterOf(operator);
  const where = { name: 'lock-tfstate-default-acme-state', namespace: 'ionos-tenants-system' };
  const lease = await cluster.coordination.readNamespacedLease(where);
  const { holderIdentity: _holder, ...spec } = lease.spec ?? {};
  await cluster.coordination.replaceNamespacedLease({ ...where, body: { ...lease, spec } });
};
