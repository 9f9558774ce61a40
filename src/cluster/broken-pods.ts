import type { V1ContainerStatus, V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { sleep } from '../engine/interrupts.js';
import { orUndefined, statusOf, type Cluster } from './client.js';
import { isEnding, isStuck, isWell } from './pods.js';

/** How often the controller is looked at until it has seen a new template. */
const LOOK_MS = 100;

/** The set, once its controller has taken note of the newest template. */
const observed = async (cluster: Cluster, namespace: string, name: string, signal: AbortSignal): Promise<V1StatefulSet | undefined> => {
  for (;;) {
    const set = await orUndefined(cluster.apps.readNamespacedStatefulSet({ name, namespace }));
    if (!set || (set.status?.observedGeneration ?? 0) >= (set.metadata?.generation ?? 0)) return set;
    await sleep(LOOK_MS, signal);
  }
};

const revisionOf = (pod: V1Pod): string | undefined => pod.metadata?.labels?.['controller-revision-hash'];

/** Has begun, for the first time, and does not say yet that it is up: it may be changing its data for a new version, for half an hour. */
const isAtWork = ({ state, started, restartCount }: V1ContainerStatus): boolean => state?.running !== undefined && started !== true && restartCount === 0;

/** A pod that must be let alone: to end it now could leave half-changed data. Once it is up, Kubernetes replaces it by itself. */
const isStarting = (pod: V1Pod): boolean => !isStuck(pod) && [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].some(isAtWork);

const nameOf = (pod: V1Pod): string => pod.metadata?.name ?? '';

export interface EarlierPods {
  /** Names of those that were deleted. */
  replaced: string[];
  /** Names of those that start, and are waited for. */
  starting: string[];
}

/**
 * Deletes pods of a StatefulSet that are not well and still run an earlier template. Kubernetes waits for such a pod to become ready
 * before it replaces it, which a broken one never does (Kubernetes documentation, StatefulSets, "Forced rollback"). Their claims stay.
 * One that starts is not broken, and left alone.
 */
export const replaceBrokenPods = async (cluster: Cluster, namespace: string, name: string, signal: AbortSignal): Promise<EarlierPods> => {
  const set = await observed(cluster, namespace, name, signal);
  const current = set?.status?.updateRevision;
  if (current === undefined) return { replaced: [], starting: [] };
  const labels = Object.entries(set?.spec?.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const pods = (await cluster.core.listNamespacedPod({ namespace, labelSelector: labels.join(',') })).items;
  const unwell = pods.filter((pod) => !isEnding(pod) && revisionOf(pod) !== undefined && revisionOf(pod) !== current && !isWell(pod));
  const broken = unwell.filter((pod) => !isStarting(pod));
  for (const pod of broken) {
    try {
      await cluster.core.deleteNamespacedPod({ name: nameOf(pod), namespace, body: { preconditions: { uid: pod.metadata?.uid ?? '' } } });
    } catch (error) {
      // Gone or replaced meanwhile: that is what was wanted.
      if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
    }
  }
  return { replaced: broken.map(nameOf), starting: unwell.filter(isStarting).map(nameOf) };
};
