import { describe, expect, it } from 'vitest';
import type { PlannedChange } from '../../src/engine/events.js';
import { refuseLosses } from '../../src/terraform/protect.js';

const STATEFUL = ['ionoscloud_ipblock', 'ionoscloud_datacenter', 'ionoscloud_k8s_cluster', 'ionoscloud_k8s_node_pool', 'ionoscloud_s3_bucket'];

describe('a plan', () => {
  it.each(STATEFUL.flatMap((type) => (['delete', 'replace'] as const).map((action) => [action, type] as const)))('that would %s an %s is refused, wherever it is', (action, type) => {
    for (const address of [`${type}.this`, `module.a.${type}.this[0]`, `module.pools["ionoscloud.odd"].${type}.this`]) {
      const refused = (): void => refuseLosses([{ address: 'ionoscloud_lan.x', action: 'create' }, { address, action }]);
      expect(refused, address).toThrow(expect.objectContaining({ code: 'plan-would-lose-data', why: `${address}: ${action}` }) as Error);
    }
  });

  it('names everything that would be lost', () => {
    const losses: PlannedChange[] = [{ address: 'ionoscloud_ipblock.a', action: 'delete' }, { address: 'ionoscloud_ipblock.b', action: 'replace' }];
    expect(() => refuseLosses(losses)).toThrow(/ionoscloud_ipblock\.a: delete, ionoscloud_ipblock\.b: replace/);
  });

  it.each([
    ['creates', { address: 'ionoscloud_ipblock.this', action: 'create' }],
    ['changes in place', { address: 'ionoscloud_k8s_cluster.this', action: 'update' }],
    ['removes what holds no data', { address: 'ionoscloud_group.this', action: 'delete' }],
    ['does nothing', undefined],
  ] as const)('that %s passes', (_what, change) => {
    expect(() => refuseLosses(change ? [change] : [])).not.toThrow();
  });

  describe('of a tenant that leaves nodes of its own', () => {
    const nodes: PlannedChange[] = ['ionoscloud_k8s_node_pool.this[0]', 'ionoscloud_k8s_node_pool.autoscaled[0]', 'ionoscloud_ipblock.nodes[2]'].map((address) => ({ address: `module.node_pool[0].${address}`, action: 'delete' }));

    it('passes, and is refused to every other', () => {
      expect(() => refuseLosses(nodes, true)).not.toThrow();
      expect(() => refuseLosses(nodes)).toThrow(/k8s_node_pool\.this\[0\]: delete/);
    });

    it.each([
      ['replaces them', 'module.node_pool[0].ionoscloud_k8s_node_pool.this[0]', 'replace'],
      ['also takes its address', 'module.address.ionoscloud_ipblock.this', 'delete'],
      ['also takes a cluster', 'module.kubernetes[0].ionoscloud_k8s_cluster.this', 'delete'],
      ['also takes a data centre', 'module.network[0].ionoscloud_datacenter.this', 'delete'],
      ['takes nodes of the platform', 'module.node_pool["shared"].ionoscloud_k8s_node_pool.this[0]', 'delete'],
    ] as const)('is refused when it %s', (_what, address, action) => {
      expect(() => refuseLosses([...nodes, { address, action }], true)).toThrow(expect.objectContaining({ code: 'plan-would-lose-data', why: `${address}: ${action}` }) as Error);
    });
  });
});
