import { V1MicroTime, type V1Lease } from '@kubernetes/client-node';
import { hostname, userInfo } from 'node:os';
import { processIsAlive } from '../engine/living-process.js';
import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import { leaseName, MODEL_GATEWAY_LEASE } from '../tenant/resource-names.js';
import { createOnce, orUndefined, statusOf, SYSTEM_NAMESPACE, TENANT_LABEL, type Cluster } from './client.js';

/** A Lease that was not renewed for so long belongs to a dead process. */
const LEASE_SECONDS = 60;
const RENEW_MS = 15_000;

/** Who holds a Lease: `<user>@<host> pid <pid> <operation>`. */
const identity = (operation: string): string => `${userInfo().username}@${hostname()} pid ${process.pid} ${operation}`;

/** On this machine a holder's process can be asked for; elsewhere only time tells. */
const holderIsDeadHere = (holder: string): boolean => {
  const match = /^(.+)@(.+) pid (\d+) /.exec(holder);
  if (!match || match[2] !== hostname()) return false;
  const pid = Number(match[3]);
  return pid === process.pid || !processIsAlive({ pid });
};

/** Somebody works on a tenant, by its Lease. */
export interface LeaseHolder {
  tenant: string;
  /** `<user>@<host> pid <pid> <operation>`. */
  holder: string;
  /** The holder is gone: the next operation takes it over. */
  isDead: boolean;
}

/** Every tenant that somebody works on, or did when he was killed. */
export const leaseHolders = async (cluster: Cluster): Promise<LeaseHolder[]> => {
  const { items } = await cluster.coordination.listNamespacedLease({ namespace: SYSTEM_NAMESPACE, labelSelector: TENANT_LABEL });
  return items.flatMap(({ metadata, spec }) => {
    const holder = spec?.holderIdentity ?? '';
    const expired = Date.now() - new Date(spec?.renewTime ?? 0).getTime() > (spec?.leaseDurationSeconds ?? LEASE_SECONDS) * 1000;
    return holder === '' ? [] : [{ tenant: metadata?.labels?.[TENANT_LABEL] ?? '', holder, isDead: expired || holderIsDeadHere(holder) }];
  });
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

/** Called when somebody else has taken the Lease meanwhile, because this process slept for too long. */
type OnLost = (holder: string) => void;

/**
 * Takes the tenant's Lease, which serialises operations between operators. Renewed until released.
 * Throws InstallerError `busy` (who, since when, from where) while somebody else holds it.
 */
export const takeLease = (cluster: Cluster, tenant: string, operation: string, onLost?: OnLost): Promise<HeldLease> =>
  take(cluster, { name: leaseName(tenant), busy: `works on ${tenant}`, labels: { [TENANT_LABEL]: tenant } }, operation, onLost);

/** Takes the Lease of the model gateway, the one release that operations on several tenants of a cluster change. Otherwise as {@link takeLease}. */
export const takeModelGateway = (cluster: Cluster, operation: string, onLost?: OnLost): Promise<HeldLease> =>
  take(cluster, { name: MODEL_GATEWAY_LEASE, busy: 'changes the model gateway', labels: {} }, operation, onLost);

const take = async (cluster: Cluster, { name, busy, labels }: Subject, operation: string, onLost?: OnLost): Promise<HeldLease> => {
  const holder = identity(operation);
  const body = (previous?: V1Lease): V1Lease => ({
    metadata: {
      name,
      namespace: SYSTEM_NAMESPACE,
      labels: { ...labels, 'app.kubernetes.io/part-of': 'ionos-tenants' },
      ...(previous?.metadata?.resourceVersion === undefined ? {} : { resourceVersion: previous.metadata.resourceVersion }),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: new V1MicroTime(),
      renewTime: new V1MicroTime(),
      leaseTransitions: (previous?.spec?.leaseTransitions ?? 0) + (previous ? 1 : 0),
    },
  });
  let repaired: string | undefined;
  for (;;) {
    const present = await orUndefined(cluster.coordination.readNamespacedLease({ name, namespace: SYSTEM_NAMESPACE }));
    if (!present) {
      if (await createOnce(cluster.coordination.createNamespacedLease({ namespace: SYSTEM_NAMESPACE, body: body() }))) break;
      continue;
    }
    const current = present.spec?.holderIdentity ?? '';
    const renewed = new Date(present.spec?.renewTime ?? 0).getTime();
    const expired = Date.now() - renewed > (present.spec?.leaseDurationSeconds ?? LEASE_SECONDS) * 1000;
    if (current !== '' && !expired && !holderIsDeadHere(current)) {
      const since = new Date(present.spec?.acquireTime ?? 0).toISOString();
      throw new InstallerError({
        code: 'busy',
        what: `another operation ${busy}`,
        why: `${current}, since ${since}`,
        next: ['Wait until it has finished, then run the same command again.', `A crashed one is taken over ${LEASE_SECONDS} seconds after its last sign of life.`],
      });
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
    if (present?.spec?.holderIdentity !== holder) {
      clearInterval(timer);
      lost = true;
      return onLost?.(present?.spec?.holderIdentity ?? '');
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
const giveBack = async (cluster: Cluster, name: string, holder: string): Promise<void> => {
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      const present = await orUndefined(cluster.coordination.readNamespacedLease({ name, namespace: SYSTEM_NAMESPACE }));
      if (present?.spec?.holderIdentity !== holder) return;
      present.spec.holderIdentity = '';
      await cluster.coordination.replaceNamespacedLease({ name, namespace: SYSTEM_NAMESPACE, body: present });
      return;
    } catch {
      // Written to in between, or not reached: what it is now decides.
      await sleep(PAUSE_MS);
    }
  }
};
