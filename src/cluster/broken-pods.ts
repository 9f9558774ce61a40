import type { V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { sleep } from '../engine/interrupts.js';
import { orUndefined, statusOf, type Cluster } from './client.js';
import { isWell } from './pods.js';

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

/**
 * Deletes pods of a StatefulSet that are not well and still run an earlier template. Kubernetes waits for such a pod to become ready
 * before it replaces it, which a broken one never does (Kubernetes documentation, StatefulSets, "Forced rollback"). Their claims stay.
 * Returns their names.
 */
export const replaceBrokenPods = async (cluster: Cluster, namespace: string, name: string, signal: AbortSignal): Promise<string[]> => {
  const set = await observed(cluster, namespace, name, signal);
  const current = set?.status?.updateRevision;
  if (current === undefined) return [];
  const labels = Object.entries(set?.spec?.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const pods = (await cluster.core.listNamespacedPod({ namespace, labelSelector: labels.join(',') })).items;
  const broken = pods.filter((pod) => pod.metadata?.deletionTimestamp === undefined && revisionOf(pod) !== undefined && revisionOf(pod) !== current && !isWell(pod));
  for (const pod of broken) {
    try {
      await cluster.core.deleteNamespacedPod({ name: pod.metadata?.name ?? '', namespace, body: { preconditions: { uid: pod.metadata?.uid ?? '' } } });
    } catch (error) {
      // Gone or replaced meanwhile: that is what was wanted.
      if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
    }
  }
  return broken.map((pod) => pod.metadata?.name ?? '');
};
