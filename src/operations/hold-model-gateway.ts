import type { Cluster } from '../cluster/client.js';
import { takeModelGateway, type HeldLease } from '../cluster/lease.js';
import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import type { RunContext } from './context.js';
import { stopWhenLost } from './hold-tenant.js';
import type { Cell } from './open-platform.js';

const POLL_MS = 500;

/** Takes the model gateway's Lease when it is free; `say` is told meanwhile who has it. Throws the signal's reason when that aborts. */
const whenFree = async (cluster: Cluster, run: ModelGatewayChange): Promise<HeldLease> => {
  for (;;) {
    try {
      return await takeModelGateway(cluster, `for ${run.tenant}`, { signal: run.signal, say: (words) => run.say(`waiting: ${words}`), onLost: stopWhenLost(run.context, 'the model gateway') });
    } catch (error) {
      if (!(error instanceof InstallerError && error.code === 'busy')) throw error;
      run.say(`waiting: ${error.what}, ${error.why}`);
      await sleep(POLL_MS, run.signal);
    }
  }
};

export interface ModelGatewayChange {
  context: RunContext;
  /** For whom it is changed. */
  tenant: string;
  /** Where the tenant has a cluster of its own: nobody else changes the model gateway there. */
  ownCell?: Cell | undefined;
  signal: AbortSignal;
  say: (words: string) => void;
}

/**
 * Changes the model gateway alone. Each tenant has a Lease of its own, but all of a cluster share this release: an operation that found
 * another one's helm at work would take it for one that was killed. It is held for the change only, not until the pods are ready.
 */
export const holdModelGateway = async <T>(cluster: Cluster, run: ModelGatewayChange, change: () => Promise<T>): Promise<T> => {
  if (run.ownCell) return change();
  const lease = await whenFree(cluster, run);
  try {
    return await change();
  } finally {
    await lease.release();
  }
};
