import type { EngineEvent, Failure } from '../../src/engine/events.js';
import type { Proposal } from '../../src/engine/proposal.js';
import type { RemovalProposal } from '../../src/engine/removal.js';
import { completeTenant } from '../../src/tenant/spec.js';

/** What the pictures show: one tenant, as it is planned, fails and is removed. */

export const PROPOSAL: Proposal = {
  operation: 'create',
  changes: [],
  tenant: completeTenant({ name: 'acme', displayName: 'Acme GmbH' }, { adminEmail: 'owner@acme.example' }),
  platform: 'main',
  platformIsNew: true,
  stacks: [
    { stack: 'platform', changes: ['ionoscloud_datacenter', 'ionoscloud_lan', 'ionoscloud_k8s_cluster', 'ionoscloud_k8s_node_pool'].map((type) => ({ address: `module.cell.${type}.this`, action: 'create' as const })) },
    { stack: 'tenant', changes: [{ address: 'module.address.ionoscloud_ipblock.this', action: 'create' }] },
  ],
  releases: ['ionos-tenants-system/tenant-acme', 'tenant-acme/wordpress', 'tenant-acme/openwebui', 'tenant-acme/gateway'],
  costEur30d: { low: 7.76, high: 16.13 },
  platformCostEur30d: { low: 135.68, high: 206.52 },
  priceDate: '2026-11-23',
};

export const REMOVAL: RemovalProposal = {
  tenant: 'acme',
  platform: 'main',
  displayName: 'Acme GmbH',
  createdAt: '2026-11-20T10:00:00.000Z',
  namespaces: ['tenant-acme'],
  releases: ['ionos-tenants-system/tenant-acme', 'tenant-acme/wordpress'],
  volumes: [
    { claim: 'mariadb-data', bytes: 8 * 2 ** 30, volume: 'pvc-1' },
    { claim: 'openwebui-data', bytes: 10 * 2 ** 30, volume: 'pvc-2' },
  ],
  modelKey: true,
  cloud: [{ address: 'module.address.ionoscloud_ipblock.this', type: 'ionoscloud_ipblock', id: 'block-1' }],
  ip: '203.0.113.5',
  changes: [{ address: 'module.address.ionoscloud_ipblock.this', action: 'delete' }],
  costEur30d: { low: 7.76, high: 16.13 },
  priceDate: '2026-11-23',
  keptClaims: [],
};

export const STUCK: Failure = {
  code: 'pods-stuck',
  what: 'WordPress does not come up',
  why: 'wordpress-6f9c8d7b5-x1x2x: the image cannot be pulled: registry.example/wordpress:7.1.4: not found',
  next: ['kubectl -n tenant-acme describe pods', 'npx ionos-tenants create acme finishes the work'],
};

/** WordPress has failed, and with it the branch; what ran beside it was stopped. */
export const failedApplications = (before: readonly EngineEvent[]): EngineEvent[] => {
  const at = before.at(-1)?.at ?? '';
  const task = 'onboard/applications';
  return [
    { type: 'task', at, task: `${task}/wordpress`, title: 'WordPress', state: 'failed', elapsedMs: 92_000, failure: STUCK },
    { type: 'task', at, task, title: 'Applications', state: 'failed', elapsedMs: 95_000, failure: STUCK },
  ];
};
