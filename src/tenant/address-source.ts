/**
 * Where a platform's tenants get their address from.
 * - `ip-block`: a reserved IP block in IONOS Cloud, which terraform owns. The only one for production.
 * - `load-balancer`: whatever the cluster's own load balancer hands out (k3s, MetalLB); for a trial.
 * - `node-port`: a node's address and two of its ports, where the cluster has no load balancer (kind); for a trial.
 */
export const ADDRESS_SOURCES = ['ip-block', 'load-balancer', 'node-port'] as const;
export type AddressSource = (typeof ADDRESS_SOURCES)[number];

/** Whether tenants own something in IONOS Cloud. Without it, neither an account nor terraform is needed. */
export const usesCloud = (source: AddressSource): boolean => source === 'ip-block';

/** What is said of a tenant's address on every screen; empty for an address of its own. */
export const addressNote = (source: AddressSource | undefined): string =>
  source === 'load-balancer' ? 'from the cluster\'s own load balancer' : source === 'node-port' ? 'from a node of the cluster, through node ports' : '';
