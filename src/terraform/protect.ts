import { InstallerError } from '../engine/errors.js';
import type { PlannedChange } from '../engine/events.js';

/** Types whose loss is a tenant's loss: their deletion or replacement never happens as a side effect. */
const STATEFUL = ['ionoscloud_ipblock', 'ionoscloud_datacenter', 'ionoscloud_k8s_cluster', 'ionoscloud_k8s_node_pool', 'ionoscloud_s3_bucket'];

/** Type of the resource at an address, for example `ionoscloud_ipblock`. */
export const typeOf = (address: string): string => address.split('.').find((part) => part.startsWith('ionoscloud_')) ?? '';

/** Addresses of nodes come and go with the nodes; only a tenant's own address is lost for good. */
const isNodeAddress = (address: string): boolean => /\bionoscloud_ipblock\.nodes\[/.test(address);

/** The nodes of one tenant's own: their pool and its addresses, as terraform/tenant makes them. No volume and no data is part of it. */
const OWN_NODES = /^module\.node_pool\[0\]\.ionoscloud_(?:k8s_node_pool\.(?:this|autoscaled)|ipblock\.nodes)\[\d+\]$/;

/** Whether a change takes nodes of a tenant's own away, and not only one for another. */
export const removesOwnNodes = ({ action, address }: PlannedChange): boolean => action === 'delete' && OWN_NODES.test(address);

/**
 * Refuses a plan that deletes or replaces something stateful. `prevent_destroy` is not used for this, because it would also stand in
 * the way of a wanted removal, which goes through `delete`. `leavesOwnNodes`: the tenant moves to the shared nodes, so that those of its own
 * may go, once nothing runs there any more; everything else stays refused.
 */
export const refuseLosses = (changes: readonly PlannedChange[], leavesOwnNodes = false): void => {
  const losses = changes.filter((change) => !(leavesOwnNodes && removesOwnNodes(change)) && ['delete', 'replace'].includes(change.action) && STATEFUL.includes(typeOf(change.address)) && !isNodeAddress(change.address));
  if (losses.length === 0) return;
  throw new InstallerError({
    code: 'plan-would-lose-data',
    what: 'the plan was refused: it would remove or replace what a tenant owns',
    why: losses.map((loss) => `${loss.address}: ${loss.action}`).join(', '),
    next: ['Undo the change that leads to this, or offboard the tenant with `delete` if that is what you want.'],
  });
};
