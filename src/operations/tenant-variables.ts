import type { PlannedChange } from '../engine/events.js';
import type { IonosApi } from '../ionos/client.js';
import { nodePublicIps, type TenantPreset } from '../tenant/preset.js';
import { GIB, MIB, parseBytes } from '../tenant/quantities.js';
import { ipBlockName, ownClusterName } from '../tenant/resource-names.js';
import type { TenantSpec } from '../tenant/spec.js';
import type { TakeOver } from '../terraform/driver.js';
import type { RunContext } from './context.js';
import type { ManagedCluster } from './open-platform.js';
import { takeOver } from './take-over.js';

/** What a tenant's stack is made from. */
export interface StackInput {
  tenant: Pick<TenantSpec, 'name' | 'isolation'>;
  preset: Pick<TenantPreset, 'ownNodes'>;
  platform: string;
  location: string;
  managed: ManagedCluster | undefined;
  /** Kubernetes release of a cluster of the tenant's own. */
  ownVersion: string;
  /** That of the tenant's own nodes, where they are there: an upgrade rebuilds them, and is nobody's side effect. Undefined: the cluster's. */
  nodeVersion?: string | undefined;
}

/** Address of the pool of the tenant's own nodes in its stack. */
export const OWN_POOL = 'module.node_pool[0].ionoscloud_k8s_node_pool.this[0]';

/** The tenant stack's variables. RAM in MB and disks in GB, as IONOS counts them. */
export const tenantVariables = ({ tenant: { name, isolation }, preset: { ownNodes }, platform, location, managed, ownVersion, nodeVersion }: StackInput): Record<string, unknown> => ({
  name,
  platform,
  location,
  isolation,
  // With it, terraform checks that the address is in the same location as the nodes that will hold it.
  ...(managed?.pools[0] === undefined ? {} : { datacenter_id: managed.pools[0].datacenterId }),
  ...(isolation === 'node-pool' && managed ? { cluster_id: managed.id, k8s_version: managed.k8sVersion } : {}),
  ...(isolation === 'cluster' ? { k8s_version: ownVersion } : {}),
  ...(isolation === 'namespace'
    ? {}
    : {
        node_pool: {
          ...(nodeVersion === undefined ? {} : { k8s_version: nodeVersion }),
          node_count: ownNodes.count,
          server_type: ownNodes.serverType,
          cores_count: ownNodes.cores,
          ram_size: parseBytes(ownNodes.memory) / MIB,
          storage_type: ownNodes.storageType,
          storage_size: parseBytes(ownNodes.storage) / GIB,
        },
      }),
});

/** What the stack of a new tenant makes. Before its platform exists, terraform cannot be asked. */
export const expectedChanges = ({ tenant: { isolation }, preset: { ownNodes } }: Pick<StackInput, 'tenant' | 'preset'>): PlannedChange[] => {
  const addresses = Array.from({ length: nodePublicIps(ownNodes) }, (_, index) => `module.node_pool[0].ionoscloud_ipblock.nodes[${index}]`);
  const nodes = isolation === 'namespace' ? [] : [...addresses, OWN_POOL];
  const cluster = isolation === 'cluster' ? ['module.kubernetes[0].ionoscloud_k8s_cluster.this', 'module.network[0].ionoscloud_datacenter.this', 'module.network[0].ionoscloud_lan.this'] : [];
  return ['module.address.ionoscloud_ipblock.this', ...cluster, ...nodes].map((address) => ({ address, action: 'create' }));
};

/** Finds what a killed terraform has made of a tenant's stack without having noted it. */
export const takeOverOf = (context: RunContext, api: IonosApi, platform: string, { name, isolation }: StackInput['tenant']): TakeOver =>
  takeOver(context, api, platform, ipBlockName(platform, name), ...(isolation === 'cluster' ? [ownClusterName(platform, name)] : []));
