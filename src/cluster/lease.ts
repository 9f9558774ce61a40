import { V1MicroTime, type V1Lease } from '@kubernetes/client-node';
import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import { leaseName, MODEL_GATEWAY_LEASE } from '../tenant/resource-names.js';
import { createOnce, orUndefined, statusOf, SYSTEM_NAMESPACE, TENANT_LABEL, type Cluster } from './client.js';
import { holds, isDeadHere, LEASE_SECONDS, looksSilent, staysSilent, thisHolder, WATCH_SECONDS, withoutHolder, type Holder, type LeaseWatch } from './lease-holder.js';

/** Whoever watches a Lease sees two renewals of a holder that lives, also where one of them fails. */
const RENEW_MS = 8_000;

/** Somebody works on a tenant, by its Lease. */
export interface LeaseHolder {
  tenant: string;
  /** `<user>@<host> pid <pid> <operation>`. */
  holder: string;
  /** The holder is gone, as far as one look tells: the next operation makes sure of it and takes it over. */
  isDead: boolean;
}

const heldLeases = async (cluster: Cluster): Promise<V1Lease[]> => {
  const { items } = await cluster.coordination.listNamespacedLease({ namespace: SYSTEM_NAMESPACE, labelSelector: TENANT_LABEL });
  return items.filter(({ spec }) => (spec?.holderIdentity ?? '') !== '');
};

const holderOf = (lease: V1Lease, isDead: boolean): LeaseHolder => ({ tenant: lease.metadata?.labels?.[TENANT_LABEL] ?? '', holder: lease.spec?.holderIdentity ?? '', isDead });

/** Every tenant that somebody works on, or did when he was killed. */
export const leaseHolders = async (cluster: Cluster): Promise<LeaseHolder[]> =>
  (await heldLeases(cluster)).map((lease) => holderOf(lease, looksSilent(lease) || isDeadHere(lease)));

/** Every tenant that somebody works on. Whoever looks silent is watched first: a removal must not trust another computer's clock. */
export const livingHolders = async (cluster: Cluster, watch: LeaseWatch): Promise<LeaseHolder[]> => {
  const judged = await Promise.all((await heldLeases(cluster)).map(async (lease) => holderOf(lease, isDeadHere(lease) || (looksSilent(lease) && (await staysSilent(cluster, lease, watch))))));
  return judged.filter(({ isDead }) => !isDead);
};

export interface HeldLease {
  /** Said to the operator when a dead process's Lease was taken over. */
  repaired?: string;
  /** Somebody else has it now: nothing of the tenant may be changed any more. */
  readonly isLost: boolean;
  /** Gives it back, where it is still ours. Never fails. */
  release(): Promise<void>;
}

/** What is kept to one operation at a time. */
interface Subject {
  /** Name of the Lease. */
  name: string;
  /** What an operation does that has it, for the error of another one. */
  busy: string;
  labels: Record<string, string>;
}

/** What the taker of a Lease wants to know and to say. */
export interface LeaseRun extends LeaseWatch {
  /** Called when somebody else has taken the Lease meanwhile, because this process slept for too long. */
  onLost?: (holder: string) => void;
}

/**
 * Takes the tenant's Lease, which serialises operations between operators. Renewed until released. One whose holder looks dead elsewhere is
 * watched for {@link WATCH_SECONDS} before it is taken over. Throws InstallerError `busy` (who, since when, from where) while somebody else
 * holds it, and the reason of `signal`.
 */
export const takeLease = (cluster: Cluster, tenant: string, operation: string, run: LeaseRun = {}): Promise<HeldLease> =>
  take(cluster, { name: leaseName(tenant), busy: `works on ${tenant}`, labels: { [TENANT_LABEL]: tenant } }, operation, run);

/** Takes the Lease of the model gateway, the one release that operations on several tenants of a cluster change. Otherwise as {@link takeLease}. */
export const takeModelGateway = (cluster: Cluster, operation: string, run: LeaseRun = {}): Promise<HeldLease> =>
  take(cluster, { name: MODEL_GATEWAY_LEASE, busy: 'changes the model gateway', labels: {} }, operation, run);

const take = async (cluster: Cluster, { name, busy, labels }: Subject, operation: string, run: LeaseRun): Promise<HeldLease> => {
  const holder = thisHolder(operation);
  const body = (previous?: V1Lease): V1Lease => ({
    metadata: {
      name,
      namespace: SYSTEM_NAMESPACE,
      labels: { ...labels, 'app.kubernetes.io/part-of': 'ionos-tenants' },
      annotations: holder.annotations,
      ...(previous?.metadata?.resourceVersion === undefined ? {} : { resourceVersion: previous.metadata.resourceVersion }),
    },
    spec: {
      holderIdentity: holder.words,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: new V1MicroTime(),
      renewTime: new V1MicroTime(),
      leaseTransitions: (previous?.spec?.leaseTransitions ?? 0) + (previous ? 1 : 0),
    },
  });
  const refusal = (present: V1Lease): InstallerError =>
    new InstallerError({
      code: 'busy',
      what: `another operation ${busy}`,
      why: `${present.spec?.holderIdentity}, since ${new Date(present.spec?.acquireTime ?? 0).toISOString()}`,
      next: ['Wait until it has finished, then run the same command again.', `A crashed one is taken over ${LEASE_SECONDS} seconds after its last sign of life, once it was watched for ${WATCH_SECONDS} more.`],
    });
  let repaired: string | undefined;
  let watched = false;
  for (;;) {
    const present = await orUndefined(cluster.coordination.readNamespacedLease({ name, namespace: SYSTEM_NAMESPACE }));
    if (!present) {
      if (await createOnce(cluster.coordination.createNamespacedLease({ namespace: SYSTEM_NAMESPACE, body: body() }))) break;
      continue;
    }
    const current = present.spec?.holderIdentity ?? '';
    if (current !== '' && !isDeadHere(present)) {
      // Whoever has written to it before our eyes lives, whatever the clocks say.
      if (watched || !looksSilent(present)) throw refusal(present);
      watched = true;
      if (!(await staysSilent(cluster, present, run))) continue;
    }
    if (current !== '') repaired = `took over from ${current}, which is gone`;
    try {
      await cluster.coordination.replaceNamespacedLease({ name, namespace: SYSTEM_NAMESPACE, body: body(present) });
      break;
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
    }
  }
  let lost = false;
  const renew = async (): Promise<void> => {
    const present = await orUndefined(cluster.coordination.readNamespacedLease({ name, namespace: SYSTEM_NAMESPACE }));
    if (!present?.spec || !holds(holder, present)) {
      clearInterval(timer);
      lost = true;
      return run.onLost?.(present?.spec?.holderIdentity ?? '');
    }
    present.spec.renewTime = new V1MicroTime();
    await cluster.coordination.replaceNamespacedLease({ name, namespace: SYSTEM_NAMESPACE, body: present });
  };
  let renewal: Promise<void> | undefined;
  const timer = setInterval(() => {
    renewal ??= renew()
      .catch(() => undefined)
      .finally(() => (renewal = undefined));
  }, RENEW_MS);
  timer.unref();
  return {
    ...(repaired === undefined ? {} : { repaired }),
    get isLost() {
      return lost;
    },
    async release() {
      clearInterval(timer);
      // A renewal that is on its way would write between the two steps of giving back, or take what was given back for lost.
      await renewal;
      await giveBack(cluster, name, holder);
    },
  };
};

/** Tries of giving back; after the last one the Lease ends by itself. */
const TRIES = 5;
const PAUSE_MS = 200;

/** Gives a Lease back that this holder still has; another's is never touched. Best effort: an operation that is done does not fail here. */
const giveBack = async (cluster: Cluster, name: string, holder: Holder): Promise<void> => {
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      const present = await orUndefined(cluster.coordination.readNamespacedLease({ name, namespace: SYSTEM_NAMESPACE }));
      if (!present || !holds(holder, present)) return;
      await cluster.coordination.replaceNamespacedLease({ name, namespace: SYSTEM_NAMESPACE, body: withoutHolder(present) });
      return;
    } catch {
      // Written to in between, or not reached: what it is now decides.
      await sleep(PAUSE_MS);
    }
  }
};
