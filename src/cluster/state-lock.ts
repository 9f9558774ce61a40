import { stateSuffix } from '../tenant/resource-names.js';
import { orUndefined, SYSTEM_NAMESPACE, type Cluster } from './client.js';

/** The Lease that terraform's kubernetes backend keeps beside a tenant's state. */
export const stateLockName = (tenant: string): string => `lock-tfstate-default-${stateSuffix(tenant)}`;

/** Id of the lock that is held on a tenant's state: the holder of that Lease. Undefined when nobody holds it. */
export const heldStateLock = async (cluster: Cluster, tenant: string): Promise<string | undefined> => {
  const lease = await orUndefined(cluster.coordination.readNamespacedLease({ name: stateLockName(tenant), namespace: SYSTEM_NAMESPACE }));
  const holder = lease?.spec?.holderIdentity;
  return holder === undefined || holder === '' ? undefined : holder;
};
