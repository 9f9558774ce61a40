import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import { readTenant } from '../../src/cluster/registry.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { parseBytes } from '../../src/tenant/quantities.js';
import { cloudOf, newOperator, snapshotOf, type CliResult, type CliRun, type Operator } from '../support/cli.js';
import { eventIs } from '../support/interruption.js';
import { refused, succeeded } from '../support/outcome.js';

const FLAGS = ['--sandbox', '--json'];
const TO_OWN = ['update', 'acme', '--isolation', 'node-pool'];
const TO_SHARED = ['update', 'acme', '--isolation', 'namespace'];
const POOL_LABEL = 'ionos-tenants.io/pool';

type Planned = Extract<EngineEvent, { type: 'plan' }>;
const planIn = (run: CliResult): Planned => {
  const plan = run.events.find((event) => event.type === 'plan' && event.stack === 'tenant');
  if (plan?.type !== 'plan') throw new Error('there was no plan');
  return plan;
};

describe('a tenant between shared nodes and nodes of its own', () => {
  let operator: Operator;
  let cluster: Cluster;
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, ...FLAGS]);
  const until = async (args: string[], moment: Parameters<CliRun['until']>[0], signal: NodeJS.Signals): Promise<CliResult> => {
    const started = await operator.start([...args, '--yes', ...FLAGS]);
    await started.until(moment);
    started.child.kill(signal);
    return started.finished;
  };

  /** What a tenant must find again, wherever its pods are. */
  const kept = async (): Promise<unknown> => {
    const namespace = 'tenant-acme';
    const [claims, secrets, service] = await Promise.all([
      cluster.core.listNamespacedPersistentVolumeClaim({ namespace }),
      cluster.core.listNamespacedSecret({ namespace, labelSelector: 'ionos-tenants.io/tenant' }),
      cluster.core.readNamespacedService({ name: 'gateway', namespace }),
    ]);
    return {
      claims: claims.items.map(({ metadata, spec }) => [metadata?.name, metadata?.uid, spec?.volumeName]),
      secrets: secrets.items.map(({ metadata, data }) => [metadata?.name, metadata?.uid, data]),
      address: [service.metadata?.uid, service.status?.loadBalancer?.ingress?.[0]?.ip],
    };
  };
  /** What belongs to another tenant, or says something of it. */
  const neighbours = (): Promise<unknown> => snapshotOf(cluster, (namespace, _kind, name) => namespace === 'tenant-globex' || name.includes('globex'));
  /** Everything but what ticks by itself. */
  const world = async (): Promise<unknown> => [await snapshotOf(cluster, (_namespace, kind) => kind !== 'Lease'), await cloudOf(operator)];
  /** Value of the pool label of every node. */
  const pools = async (): Promise<string[]> => [...new Set((await cluster.core.listNode()).items.map(({ metadata }) => metadata?.labels?.[POOL_LABEL] ?? ''))].sort();
  /** Where the tenant's pods run that have not ended. */
  const placesOf = async (tenant: string): Promise<string[]> => {
    const nodes = new Map((await cluster.core.listNode()).items.map(({ metadata }) => [metadata?.name, metadata?.labels?.[POOL_LABEL] ?? '']));
    const pods = (await cluster.core.listNamespacedPod({ namespace: `tenant-${tenant}` })).items.filter(({ status, metadata }) => status?.phase === 'Running' && metadata?.deletionTimestamp === undefined);
    return [...new Set(pods.map(({ spec }) => nodes.get(spec?.nodeName) ?? 'gone'))];
  };
  /** Addresses of the tenant's own nodes, as the cloud has them reserved. */
  const blocksOfNodes = async (): Promise<number> => JSON.stringify(await cloudOf(operator)).match(/"name":"ionos-tenants-main-acme-\d+"/g)?.length ?? 0;

  let before: unknown;
  let others: unknown;
  beforeAll(async () => {
    operator = await newOperator();
    succeeded(await run('create', 'globex', '--yes'));
    succeeded(await run('create', 'acme', '--yes'));
    const found = await operator.cluster();
    if (!found) throw new Error('there is no cluster');
    cluster = found;
    [before, others] = [await kept(), await neighbours()];
  });
  afterAll(() => operator.close());

  it('is told what is added, that its pods move and what that costs, and nothing is done for a look or without a yes', async () => {
    const was = await world();
    const dry = await run(...TO_OWN, '--dry-run');
    expect(succeeded(dry).changed).toBe(false);
    const plan = planIn(dry);
    expect(plan.changes.map(({ action, address }) => `${action} ${address.replace(/\[\d+\]$/, '')}`)).toEqual(expect.arrayContaining(['create module.node_pool[0].ionoscloud_k8s_node_pool.this', 'create module.node_pool[0].ionoscloud_ipblock.nodes']));
    expect(plan.changes.every(({ action, address }) => action === 'create' && address.startsWith('module.node_pool[0].'))).toBe(true);
    expect(plan.move).toBe('to-own');
    expect(plan.costEur30d?.low).toBeGreaterThan(plan.costBeforeEur30d?.high ?? Infinity);
    expect(refused(await run(...TO_OWN))).toMatchObject({ exitCode: 2, code: 'not-approved' });
    expect(await world()).toEqual(was);
  });

  it.each([['namespace', 'acme'], ['namespace', 'globex']])('from %s never becomes a cluster of its own (%s), and is told why', async (level, name) => {
    const was = await world();
    const refusal = refused(await run('update', name, '--isolation', 'cluster', '--yes'));
    expect(refusal).toMatchObject({ exitCode: 2, code: 'isolation-change' });
    expect(refusal.text).toMatch(new RegExp(`no volume can[\\s\\S]*--isolation ${level}[\\s\\S]*export and import[\\s\\S]*Nothing was changed`));
    expect(await world()).toEqual(was);
  });

  it('moves to nodes of its own, also when that is killed and interrupted on the way', async () => {
    expect((await until(TO_OWN, eventIs(/^update\/infrastructure\/.*ionoscloud_k8s_node_pool/, 'started'), 'SIGKILL')).exitCode).toBeNull();
    expect((await until(TO_OWN, eventIs(/^update\/guard-rails$/, 'done'), 'SIGINT')).exitCode).toBe(130);
    const { changed, tenant } = succeeded(await run(...TO_OWN, '--yes'));
    expect(changed).toBe(true);
    expect(tenant).toMatchObject({ isolation: 'node-pool', http: { wordpress: 200, openwebui: 200 } });
    expect(await placesOf('acme')).toEqual(['acme']);
    expect(await placesOf('globex')).toEqual(['shared']);
    expect(await kept()).toEqual(before);
    expect(await neighbours()).toEqual(others);
    expect(await readTenant(cluster, 'acme')).toMatchObject({ phase: 'ready', spec: { isolation: 'node-pool' } });
    // The contract's token is in the model gateway, which must never come to where this tenant's code runs alone.
    const gateways = (await cluster.core.listNamespacedPod({ namespace: 'ionos-tenants-models' })).items;
    expect(gateways.map(({ spec }) => spec?.nodeSelector?.[POOL_LABEL])).toEqual(gateways.length > 0 ? gateways.map(() => 'shared') : ['a gateway']);
  });

  it('is there as it should be: neither update nor create changes anything', async () => {
    const was = await world();
    expect(succeeded(await run(...TO_OWN, '--yes')).changed).toBe(false);
    expect(succeeded(await run('create', 'acme', '--yes')).changed).toBe(false);
    expect(await world()).toEqual(was);
  });

  it('does not come back to shared nodes that have no room, and nothing is changed', async () => {
    const shared = (await cluster.core.listNode()).items.filter(({ metadata }) => metadata?.labels?.[POOL_LABEL] === 'shared');
    const guests = shared.map(({ metadata, status }, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `guest-${index}`, namespace: 'default' },
      spec: { nodeName: metadata?.name ?? '', containers: [{ name: 'guest', image: 'guest', resources: { requests: { memory: String(Math.floor(parseBytes(status?.allocatable?.['memory'] ?? '0') * 0.9)) } } }] },
    }));
    for (const body of guests) await cluster.core.createNamespacedPod({ namespace: 'default', body });
    try {
      const was = [await kept(), await cloudOf(operator), await placesOf('acme'), await readTenant(cluster, 'acme')];
      const refusal = refused(await run(...TO_SHARED, '--yes'));
      expect(refusal).toMatchObject({ exitCode: 2, code: 'platform-full' });
      expect(refusal.text).toMatch(/shared nodes of platform main[\s\S]*of memory[\s\S]*update acme --isolation node-pool[\s\S]*Nothing was changed/);
      expect([await kept(), await cloudOf(operator), await placesOf('acme'), await readTenant(cluster, 'acme')]).toEqual(was);
    } finally {
      for (const { metadata } of guests) await cluster.core.deleteNamespacedPod({ name: metadata.name, namespace: 'default', gracePeriodSeconds: 0 });
    }
  });

  it('comes back: its pods first, then its nodes go, also when that is killed and interrupted on the way', async () => {
    const plan = planIn(await run(...TO_SHARED, '--dry-run'));
    expect(plan.move).toBe('to-shared');
    expect(plan.changes.every(({ action, address }) => action === 'delete' && address.startsWith('module.node_pool[0].'))).toBe(true);
    expect(plan.costEur30d?.high).toBeLessThan(plan.costBeforeEur30d?.low ?? 0);

    // Pods may be on the way; the nodes are all there.
    expect((await until(TO_SHARED, eventIs(/^update\/applications$/, 'started'), 'SIGINT')).exitCode).toBe(130);
    expect(await pools()).toEqual(['acme', 'shared']);
    // Turned back, they take pods as before; and back again.
    expect(succeeded(await run(...TO_OWN, '--yes')).tenant).toMatchObject({ isolation: 'node-pool' });
    expect(await placesOf('acme')).toEqual(['acme']);
    expect((await until(TO_SHARED, eventIs(/^update\/own-nodes\/.*ionoscloud_k8s_node_pool/, 'started'), 'SIGKILL')).exitCode).toBeNull();
    expect(await placesOf('acme')).toEqual(['shared']);
    // What was begun is finished by create too, which only brings it to its settings.
    const { changed, tenant } = succeeded(await run('create', 'acme', '--yes'));
    expect(changed).toBe(true);
    expect(tenant).toMatchObject({ isolation: 'namespace', http: { wordpress: 200, openwebui: 200 } });
    expect(await pools()).toEqual(['shared']);
    expect(await blocksOfNodes()).toBe(0);
    expect(await placesOf('acme')).toEqual(['shared']);
    expect(await kept()).toEqual(before);
    expect(await neighbours()).toEqual(others);
  });

  it('is back as it should be: repeated, nothing changes', async () => {
    const was = await world();
    expect(succeeded(await run(...TO_SHARED, '--yes')).changed).toBe(false);
    expect(await world()).toEqual(was);
  });
});
