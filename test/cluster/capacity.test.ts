import { describe, expect, it } from 'vitest';
import { readCapacity } from '../../src/cluster/capacity.js';
import { readNodes, sharedNodes } from '../../src/cluster/facts.js';
import { capacityOf, fitTenant } from '../../src/tenant/capacity.js';
import { usageOf } from '../../src/tenant/sizing.js';
import { makeNamespace, openClient, type ClientBed } from '../support/kubernetes.js';
import { shared, tenantPreset } from '../tenant/support.js';

const GI = 2 ** 30;

/** A cluster without nodes, on which nothing places pods. */
const openEmpty = async (): Promise<ClientBed> => {
  const bed = await openClient({ start: false });
  for (const { metadata } of (await bed.client.core.listNode()).items) await bed.client.core.deleteNode({ name: metadata?.name ?? '' });
  return bed;
};

const putNode = (bed: ClientBed, name: string, pool: string | undefined, memory: string): Promise<unknown> =>
  bed.client.objects.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: pool === undefined ? {} : { 'ionos-tenants.io/pool': pool } },
    status: { allocatable: { cpu: '4', memory, pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }] },
  } as never);

const putPod = (bed: ClientBed, namespace: string, nodeName: string, memory: string): Promise<unknown> =>
  bed.client.core.createNamespacedPod({ namespace, body: { metadata: { name: 'app' }, spec: { nodeName, containers: [{ name: 'app', image: 'app', resources: { requests: { memory, cpu: '100m' } } }] } } });

describe('room on shared nodes', () => {
  it('is not found on the nodes of another tenant', async () => {
    const bed = await openEmpty();
    await putNode(bed, 'small-1', 'shared', '512Mi');
    await putNode(bed, 'small-2', 'shared', '512Mi');
    await putNode(bed, 'large', 'globex', '64Gi');
    const nodes = await readNodes(bed.client);
    const capacity = capacityOf(await readCapacity(bed.client, sharedNodes(nodes)));
    expect(capacity.nodes).toBe(2);
    expect(fitTenant(usageOf(tenantPreset('small'), shared), capacity)).toMatchObject({ fits: false, binding: 'memory' });
  });

  it('is that of all nodes that are no tenant\'s own, where none carries the label of the shared pool', async () => {
    const bed = await openEmpty();
    await putNode(bed, 'a', undefined, '8Gi');
    await putNode(bed, 'b', undefined, '8Gi');
    await putNode(bed, 'c', 'globex', '8Gi');
    expect(sharedNodes(await readNodes(bed.client)).map(({ name }) => name).sort()).toEqual(['a', 'b']);
  });

  it('counts what others hold, and not what the tenant that moves in has there already', async () => {
    const bed = await openEmpty();
    await putNode(bed, 'a', 'shared', '8Gi');
    for (const [tenant, memory] of [['acme', '2Gi'], ['globex', '3Gi']] as const) {
      await makeNamespace(bed, `tenant-${tenant}`);
      await putPod(bed, `tenant-${tenant}`, 'a', memory);
    }
    const nodes = await readNodes(bed.client);
    const requested = async (without?: string): Promise<number> => (await readCapacity(bed.client, nodes, without)).reduce((sum, { requested: { memory } }) => sum + memory, 0);
    expect(await requested()).toBe(5 * GI);
    expect(await requested('tenant-acme')).toBe(3 * GI);
  });
});
