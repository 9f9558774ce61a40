import { stateSuffix } from '../tenant/resource-names.js';
import { orUndefined, SYSTEM_NAMESPACE, type Cluster } from './client.js';

/**
 * Id of the lock that terraform's kubernetes backend holds on a tenant's state: the holder of the Lease that the backend keeps
 * beside the state. Undefined when nobody holds it.
 */
export const heldStateLock = async (cluster: Cluster, tenant: string): Promise<string | undefined> => {
  const lease = await orUndefined(cluster.coordination.readNamespacedLease({ name: `lock-tfstate-default-${stateSuffix(tenant)}`, namespace: SYSTEM_NAMESPACE }));
  const holder = lease?.spec?.holderIdentity;
  return holder === undefined || holder === '' ? undefined : holder;
};
