import { describe, expect, it } from 'vitest';
import { closePool } from '../../src/cluster/cordon.js';
import { openClient } from '../support/kubernetes.js';

describe('the nodes of a pool', () => {
  it('are closed and opened again, but not those of others, nor one that somebody else has cordoned', async () => {
    const { client } = await openClient({ start: false });
    const node = (name: string, pool: string, unschedulable?: true): Promise<unknown> =>
      client.objects.create({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'ionos-tenants.io/pool': pool } }, ...(unschedulable ? { spec: { unschedulable } } : {}) } as never);
    await node('a', 'acme');
    await node('b', 'acme', true);
    await node('c', 'acme-2');
    const closed = async (): Promise<string[]> => (await client.core.listNode()).items.filter(({ spec }) => spec?.unschedulable === true).map(({ metadata }) => metadata?.name ?? '').sort();
    await closePool(client, 'acme', true);
    await closePool(client, 'acme', true);
    expect(await closed()).toEqual(['a', 'b']);
    await closePool(client, 'acme', false);
    expect(await closed()).toEqual(['b']);
    expect((await client.core.readNode({ name: 'a' })).metadata?.annotations ?? {}).toEqual({});
  });
});
