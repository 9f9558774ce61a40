import type { V1Lease } from '@kubernetes/client-node';
import { hostname, userInfo } from 'node:os';
import { markOf, processIsAlive, processSpace, type ProcessMark } from '../engine/living-process.js';
import { sleep } from '../engine/interrupts.js';
import { orUndefined, SYSTEM_NAMESPACE, type Cluster } from './client.js';

/** A Lease that was not renewed for so long belongs to a dead process, as far as clocks can be trusted. */
export const LEASE_SECONDS = 60;
/** How long a Lease must stay as it is before our eyes until its holder elsewhere is taken for dead: a living one renews it twice in that time. */
export const WATCH_SECONDS = 20;

/** On a Lease: which process holds it, and where its number means that process. The holder's words are for people. */
const PROCESS_ANNOTATION = 'ionos-tenants.io/holder-process';

interface HolderProcess extends ProcessMark {
  space?: string | undefined;
}

/** Who holds a Lease. */
export interface Holder {
  /** `<user>@<host> pid <pid> <operation>`. */
  words: string;
  annotations: Record<string, string>;
}

/** This process, as the holder of a Lease. */
export const thisHolder = (operation: string): Holder => ({
  words: `${userInfo().username}@${hostname()} pid ${process.pid} ${operation}`,
  annotations: { [PROCESS_ANNOTATION]: JSON.stringify({ ...markOf(process.pid), space: processSpace() } satisfies HolderProcess) },
});

/** Whether it holds the Lease. The words alone do not tell: two containers of one host name may both be process 7. */
export const holds = ({ words, annotations }: Holder, lease: V1Lease): boolean =>
  lease.spec?.holderIdentity === words && lease.metadata?.annotations?.[PROCESS_ANNOTATION] === annotations[PROCESS_ANNOTATION];

/** Takes the holder out of a Lease that is given back. */
export const withoutHolder = (lease: V1Lease): V1Lease => {
  const { [PROCESS_ANNOTATION]: _gone, ...annotations } = lease.metadata?.annotations ?? {};
  return { ...lease, metadata: { ...lease.metadata, annotations }, spec: { ...lease.spec, holderIdentity: '' } };
};

/** Among the process numbers that are ours too, a holder can be asked for; elsewhere only its silence tells. */
export const isDeadHere = (lease: V1Lease): boolean => {
  const text = lease.metadata?.annotations?.[PROCESS_ANNOTATION];
  const space = processSpace();
  if (text === undefined || space === undefined) return false;
  try {
    const holder = JSON.parse(text) as HolderProcess;
    return holder.space === space && (holder.pid === process.pid || !processIsAlive(holder));
  } catch {
    return false;
  }
};

/**
 * Whether the holder's last sign of life is further from now, by two computers' clocks, than it may be. Either clock may be wrong (a machine
 * that slept sets its clock late): one that lies ahead says as little as one that lies behind.
 */
export const looksSilent = ({ spec }: V1Lease): boolean =>
  Math.abs(Date.now() - new Date(spec?.renewTime ?? 0).getTime()) > (spec?.leaseDurationSeconds ?? LEASE_SECONDS) * 1000;

/** How a Lease is watched that looks silent. */
export interface LeaseWatch {
  /** Ends the watching; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Told that somebody is watched, and for how long. */
  say?: ((words: string) => void) | undefined;
}

/** Watches a Lease that looks silent, by this computer's clock alone: true when nobody wrote to it for {@link WATCH_SECONDS}. */
export const staysSilent = async (cluster: Cluster, lease: V1Lease, { signal, say }: LeaseWatch): Promise<boolean> => {
  say?.(`${lease.spec?.holderIdentity} may be gone: watching for ${WATCH_SECONDS} seconds whether it gives a sign of life`);
  for (let second = 0; second < WATCH_SECONDS; second += 1) {
    await sleep(1000, signal);
    const now = await orUndefined(cluster.coordination.readNamespacedLease({ name: lease.metadata?.name ?? '', namespace: SYSTEM_NAMESPACE }));
    if (now?.metadata?.resourceVersion !== lease.metadata?.resourceVersion) return false;
  }
  return true;
};
