import { describe, expect, it } from 'vitest';
import { readNodes } from '../../src/cluster/facts.js';
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
