import type { Cluster } from '../cluster/client.js';
import { takeLease, type HeldLease } from '../cluster/lease.js';
import type { LeaseWatch } from '../cluster/lease-holder.js';
import { InstallerError } from '../engine/errors.js';
import type { RunContext } from './context.js';

/** Stops an operation that has lost what it held: its computer slept, and another operator went on. */
export const stopWhenLost = (context: RunContext, what: string) => (holder: string): void =>
  context.interrupts.stop(
    new InstallerError({
      code: 'lease-lost',
      what: `another operation has taken over ${what}`,
      why: `${holder === '' ? 'somebody' : holder} took the Lease, which this process had not renewed in time`,
      next: ['Wait until it has finished, then run the same command again.'],
    }),
  );

/** How an operation watches a Lease whose holder looks dead: the operator is told, and Ctrl-C ends it. */
export const leaseWatchOf = ({ bus, interrupts }: RunContext): LeaseWatch => ({ signal: interrupts.signal, say: (message) => bus.emit({ type: 'notice', level: 'info', message }) });

/** Takes the tenant's Lease for an operation, and says what a dead process has left of it. Throws InstallerError `busy`. */
export const holdTenant = async (context: RunContext, cluster: Cluster, tenant: string, operation: string): Promise<HeldLease> => {
  const lease = await takeLease(cluster, tenant, operation, { ...leaseWatchOf(context), onLost: stopWhenLost(context, tenant) });
  if (lease.repaired !== undefined) context.bus.emit({ type: 'notice', level: 'info', message: lease.repaired });
  return lease;
};
