import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../src/cluster/client.js';
import type { NodeFacts } from '../../src/cluster/facts.js';
import type { TenantRecord } from '../../src/cluster/registry.js';
import type { PlannedChange } from '../../src/engine/events.js';
import { createInterrupts } from '../../src/engine/interrupts.js';
import type { Onboarding } from '../../src/operations/onboarding.js';
import { leavesOwnNodes, mayLeaveOwnNodes, moveOf, refuseForgottenNodes, untilOwnNodesAreThere } from '../../src/operations/own-nodes.js';
import { completeTenant, type Isolation } from '../../src/tenant/spec.js';

const spec = (isolation: Isolation) => completeTenant({ name: 'acme', isolation, wordpress: { adminEmail: 'web@acme.example' } });
const node = (name: string, pool: string): NodeFacts => ({ name, ready: true, unready: '', cpu: '4', memory: '16Gi', pods: 110, addresses: [], labels: { 'ionos-tenants.io/pool': pool } });

/** A run that is to bring acme to a level; `recorded` is the one that the registry has, undefined for a tenant that is new. */
const runTo = (isolation: Isolation, recorded?: Isolation, phase: TenantRecord['phase'] = 'ready'): Onboarding =>
  ({
    context: { command: (words: string) => `ionos-tenants ${words}` },
    input: { platform: { name: 'main' } },
    tenant: spec(isolation),
    record: recorded && ({ name: 'acme', phase, spec: spec(recorded), createdAt: '', updatedAt: '', history: [] } satisfies TenantRecord),
  }) as unknown as Onboarding;

const SHARED = [node('a', 'shared'), node('b', 'shared'), node('c', 'globex')];
const OWN = [...SHARED, node('d', 'acme')];
const REMOVAL: PlannedChange[] = [
  { address: 'module.node_pool[0].ionoscloud_k8s_node_pool.this[0]', action: 'delete' },
  { address: 'module.node_pool[0].ionoscloud_ipblock.nodes[0]', action: 'delete' },
];
const noPools = (): Promise<string[]> => Promise.resolve(['ionos-tenants-main-shared', 'ionos-tenants-main-acme-2']);
const ownPool = async (): Promise<string[]> => [...(await noPools()), 'ionos-tenants-main-acme'];

describe('the way that pods move', () => {
  it.each([
    ['to own nodes, of a tenant on shared ones', runTo('node-pool', 'namespace'), SHARED, 'to-own'],
    ['to own nodes that an earlier run has made', runTo('node-pool', 'namespace'), OWN, 'to-own'],
    ['to shared nodes, as long as own ones are there', runTo('namespace', 'node-pool'), OWN, 'to-shared'],
    ['to shared nodes, when that was begun and the registry says so already', runTo('namespace', 'namespace', 'updating'), OWN, 'to-shared'],
    ['nowhere, on shared nodes', runTo('namespace', 'namespace'), SHARED, undefined],
    ['nowhere, on own nodes', runTo('node-pool', 'node-pool'), OWN, undefined],
    ['nowhere, for a new tenant', runTo('node-pool'), SHARED, undefined],
    ['nowhere, for one whose name was given back', runTo('node-pool', 'namespace', 'deleted'), SHARED, undefined],
    ['nowhere, in a cluster of its own', runTo('cluster', 'cluster'), [node('x', 'acme')], undefined],
  ] as const)('is %s', (_what, run, nodes, move) => {
    expect(moveOf(run, nodes)).toBe(move);
  });
});

describe('own nodes', () => {
  it('are left by a tenant that is there and is meant for shared ones, and by no other', () => {
    expect(leavesOwnNodes(REMOVAL)).toBe(true);
    expect(leavesOwnNodes(REMOVAL.map(({ address }) => ({ address, action: 'create' })))).toBe(false);
    expect([runTo('namespace', 'node-pool'), runTo('namespace', 'namespace')].map(mayLeaveOwnNodes)).toEqual([true, true]);
    expect([runTo('namespace'), runTo('namespace', 'node-pool', 'deleted'), runTo('node-pool', 'node-pool'), runTo('cluster', 'cluster')].map(mayLeaveOwnNodes)).toEqual([false, false, false, false]);
  });

  it('are not left before everything that stays is there', async () => {
    await expect(refuseForgottenNodes(runTo('namespace', 'node-pool', 'failed'), [...REMOVAL, { address: 'module.address.ionoscloud_ipblock.this', action: 'create' }], ownPool)).rejects.toMatchObject({
      code: 'onboarding-unfinished',
      exitCode: 2,
      why: expect.stringContaining('module.address.ionoscloud_ipblock.this') as string,
      next: [expect.stringContaining('update acme --isolation node-pool') as string, 'Nothing was changed.'],
    });
    await refuseForgottenNodes(runTo('namespace', 'node-pool'), REMOVAL, ownPool);
  });

  it('that terraform does not know are never forgotten, and those of a tenant with a similar name are not taken for them', async () => {
    await expect(refuseForgottenNodes(runTo('namespace', 'node-pool'), [], ownPool)).rejects.toMatchObject({ code: 'own-nodes-unknown', next: [expect.stringMatching(/--isolation node-pool$/) as string, expect.stringMatching(/--isolation namespace$/) as string, 'Nothing was changed.'] });
    await refuseForgottenNodes(runTo('namespace', 'namespace'), [], noPools);
    await refuseForgottenNodes(runTo('node-pool', 'node-pool'), [], ownPool);
  });

  it('are waited for until each has its address, as their pool is ready a little earlier', async () => {
    const own = (address?: string) => ({ metadata: { name: 'd', labels: { 'ionos-tenants.io/pool': 'acme' } }, status: address === undefined ? {} : { addresses: [{ type: 'InternalIP', address }] } });
    const answers = [[], [own()], [own('10.0.0.9')]];
    const cluster = { core: { listNode: () => Promise.resolve({ items: answers.length > 1 ? answers.shift() : answers[0] }) }, storage: { listCSINode: () => Promise.resolve({ items: [] }) } } as unknown as Cluster;
    const run = (timeoutMs: number) => ({ context: { interrupts: createInterrupts() }, tenant: spec('node-pool'), preset: { ownNodes: { count: 1 } }, input: { timeoutMs } }) as unknown as Onboarding;
    expect(await untilOwnNodesAreThere(run(60_000), cluster)).toMatchObject([{ name: 'd', addresses: ['10.0.0.9'] }]);
    answers[0] = [];
    await expect(untilOwnNodesAreThere(run(1), cluster)).rejects.toMatchObject({ code: 'nodes-missing', why: expect.stringContaining('0 of 1') as string });
  });
});
