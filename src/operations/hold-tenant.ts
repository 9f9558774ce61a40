import type { Cluster } from '../cluster/client.js';
import { takeLease, type HeldLease } from '../cluster/lease.js';
import { InstallerError } from '../engine/errors.js';
import type { RunContext } from './context.js';

/**
 * Takes the tenant's Lease for an operation, and says what a dead process has left of it. Throws InstallerError `busy`.
 * An operation that loses it (its computer slept, and another operator went on) is stopped.
 */
export const holdTenant = async (context: RunContext, cluster: Cluster, tenant: string, operation: string): Promise<HeldLease> => {
  const lease = await takeLease(cluster, tenant, operation, (holder) =>
    context.interrupts.stop(
      new InstallerError({
        code: 'lease-lost',
        what: `another operation has taken over ${tenant}`,
        why: `${holder === '' ? 'somebody' : holder} took the Lease, which this process had not renewed in time`,
        next: ['Wait until it has finished, then run the same command again.'],
      }),
    ),
  );
  if (lease.repaired !== undefined) context.bus.emit({ type: 'notice', level: 'info', message: lease.repaired });
  return lease;
};
