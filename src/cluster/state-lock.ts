import { stateSuffix } from '../tenant/resource-names.js';
import { orUndefined, SYSTEM_NAMESPACE, type Cluster } from './client.js';

/** Where terraform's kubernetes backend says who holds a lock. Source: terraform, internal/backend/remote-state/kubernetes/client.go. */
const LOCK_INFO = 'app.terraform.io/lock-info';

/** A lock that a terraform holds. */
export interface StateLock {
  id: string;
  /** `<user>@<host>`. */
  who: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

/** The Lease that terraform's kubernetes backend keeps beside a tenant's state. */
export const stateLockName = (tenant: string): string => `lock-tfstate-default-${stateSuffix(tenant)}`;

/** The lock that is held on a tenant's state: the holder of that Lease. Undefined when nobody holds it. */
export const heldStateLock = async (cluster: Cluster, tenant: string): Promise<StateLock | undefined> => {
  const lease = await orUndefined(cluster.coordination.readNamespacedLease({ name: stateLockName(tenant), namespace: SYSTEM_NAMESPACE }));
  const id = lease?.spec?.holderIdentity;
  if (id === undefined || id === '') return undefined;
  const info = JSON.parse(lease?.metadata?.annotations?.[LOCK_INFO] ?? '{}') as { Who?: string; Created?: string };
  return { id, who: info.Who ?? '', createdAt: Date.parse(info.Created ?? '') };
};
