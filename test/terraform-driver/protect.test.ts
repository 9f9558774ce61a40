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
});
