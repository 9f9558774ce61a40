import { describe, expect, it } from 'vitest';
import { protectedNetworks, readNodes } from '../../src/cluster/facts.js';
import { openClient } from '../support/kubernetes.js';

describe('what is read of nodes', () => {
  it('includes how many volumes a node can still take, and nothing of it where no storage driver runs', async () => {
    const { client } = await openClient();
    for (const [name, drivers] of [
      ['with-driver', [{ name: 'cloud.ionos.com', nodeID: 'with-driver', allocatable: { count: 24 } }]],
      // As the kubelet writes it.
      ['without-driver', null],
    ] as const) {
      await client.objects.create({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
      await client.objects.create({ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name }, spec: { drivers } } as never);
    }
    const slots = Object.fromEntries((await readNodes(client)).map(({ name, volumeSlots }) => [name, volumeSlots]));
    expect(slots).toMatchObject({ 'with-driver': 24, 'without-driver': undefined });
  });
});

describe('what the opened internet leaves out besides private networks', () => {
  it('is each node, and the ranges of pods and Services where they are others than private ones', async () => {
    const { client } = await openClient();
    const before = await protectedNetworks(client, await readNodes(client));
    await client.objects.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' }, spec: { podCIDRs: ['25.1.2.0/24', 'fd00:1::/64'] } } as never);
    await client.objects.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'two' }, spec: { podCIDRs: ['100.96.3.0/24'] }, status: { addresses: [{ type: 'ExternalIP', address: '25.9.9.9' }] } } as never);
    client.networking.listServiceCIDR = () => Promise.resolve({ items: [{ spec: { cidrs: ['25.2.0.0/16', 'fd00:2::/112'] } }, { spec: { cidrs: ['10.233.0.0/18'] } }, {}] });
    expect(await protectedNetworks(client, await readNodes(client))).toEqual([...before, '25.1.2.0/24', '25.2.0.0/16', '25.9.9.9/32'].sort());
  });

  it('is as much as can be known of a cluster that does not tell the range of its Services', async () => {
    const { client } = await openClient();
    // As every version before 1.33.
    await expect(client.networking.listServiceCIDR()).rejects.toMatchObject({ code: 404 });
    expect(await protectedNetworks(client, await readNodes(client))).toEqual(expect.arrayContaining([expect.stringMatching(/\/32$/)]));
  });
});
