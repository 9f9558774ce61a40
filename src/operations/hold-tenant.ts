import type { Cluster } from '../cluster/client.js';
import { takeLease, type HeldLease } from '../cluster/lease.js';
import type { RunContext } from './context.js';

/** Takes the tenant's Lease for an operation, and says what a dead process has left of it. Throws InstallerError `busy`. */
export const holdTenant = async (context: RunContext, cluster: Cluster, tenant: string, operation: string): Promise<HeldLease> => {
  const lease = await takeLease(cluster, tenant, operation);
  if (lease.repaired !== undefined) context.bus.emit({ type: 'notice', level: 'info', message: lease.repaired });
  return lease;
};
