import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { PodView } from '../engine/events.js';

const INIT_WORDS: Record<string, string> = {
  'prepare-core': 'copying WordPress',
  'install-wordpress': 'installing WordPress',
};

const waitingReason = (status: V1ContainerStatus): string => {
  const waiting = status.state?.waiting;
  if (waiting) {
    if (waiting.reason === 'CrashLoopBackOff') return 'crash loop';
    if (waiting.reason === 'ImagePullBackOff' || waiting.reason === 'ErrImagePull') return `image cannot be pulled: ${status.image}`;
    if (waiting.reason === 'ContainerCreating') return 'creating container';
    return waiting.reason ?? 'waiting';
  }
  const terminated = status.state?.terminated;
  if (terminated && terminated.exitCode !== 0) return `${status.name} ended with ${terminated.exitCode}${terminated.reason ? ` (${terminated.reason})` : ''}`;
  return '';
};

const initReason = (pod: V1Pod): string => {
  const inits = pod.status?.initContainerStatuses ?? [];
  const total = pod.spec?.initContainers?.length ?? 0;
  const done = inits.filter((init) => init.state?.terminated?.exitCode === 0).length;
  if (total === 0 || done === total) return '';
  const current = inits.find((init) => init.state?.terminated?.exitCode !== 0);
  const trouble = current && waitingReason(current);
  const name = current?.name ?? pod.spec?.initContainers?.[done]?.name ?? '';
  const words = INIT_WORDS[name] ?? name;
  return trouble && trouble !== 'creating container' && trouble !== 'PodInitializing' ? `${words}: ${trouble}` : `init ${done + 1}/${total}, ${words}`;
};

/** Why a pod is not ready, in a few words for an operator; empty when it is. */
export const whyNotReady = (pod: V1Pod): string => {
  if (isEnding(pod)) return 'terminating';
  const status = pod.status;
  if (status?.phase === 'Succeeded') return '';
  if (status?.phase === 'Failed') return status.message ?? status.reason ?? 'failed';
  const conditions = status?.conditions ?? [];
  if (conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')) return '';
  const scheduled = conditions.find((condition) => condition.type === 'PodScheduled');
  if (scheduled?.status === 'False') return scheduled.message ?? scheduled.reason ?? 'not scheduled';
  const init = initReason(pod);
  if (init !== '') return init;
  for (const container of status?.containerStatuses ?? []) {
    const reason = waitingReason(container);
    if (reason !== '') return reason;
  }
  return status?.phase === 'Running' ? 'started, not ready yet' : (status?.phase?.toLowerCase() ?? 'pending');
};

/** Ended for good: evicted, refused by its node, or done. It never starts again, whatever its node does. */
export const hasEnded = (pod: V1Pod): boolean => pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';

/** On its way out. */
export const isEnding = (pod: V1Pod): boolean => pod.metadata?.deletionTimestamp !== undefined;

/**
 * What a ReplicaSet has left lying: it makes another pod for one that has ended, and never removes the old one (a StatefulSet does, and a
 * Job's tell how it went). Such a pod says nothing about its workload.
 */
export const isLeftOver = (pod: V1Pod): boolean => hasEnded(pod) && (pod.metadata?.ownerReferences ?? []).some(({ kind }) => kind === 'ReplicaSet');

/** In a state that does not pass by itself: waiting longer is pointless. A pod on its way out is in none: that passes. */
export const isStuck = (pod: V1Pod): boolean => {
  if (isEnding(pod)) return false;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return (
    pod.status?.phase === 'Failed' ||
    statuses.some((status) => ['CrashLoopBackOff', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError'].includes(status.state?.waiting?.reason ?? ''))
  );
};

export const podView = (pod: V1Pod): PodView => {
  const statuses = pod.status?.containerStatuses ?? [];
  return {
    namespace: pod.metadata?.namespace ?? '',
    name: pod.metadata?.name ?? '',
    app: pod.metadata?.labels?.['app.kubernetes.io/name'] ?? '',
    ready: statuses.filter((status) => status.ready).length,
    containers: pod.spec?.containers.length ?? 0,
    phase: pod.status?.phase ?? 'Pending',
    reason: whyNotReady(pod),
    restarts: statuses.reduce((sum, status) => sum + status.restartCount, 0),
    ...(pod.spec?.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
    ...(pod.metadata?.creationTimestamp === undefined ? {} : { createdAt: new Date(pod.metadata.creationTimestamp).toISOString() }),
  };
};

/** A pod that is up, or has done its work. */
export const isWell = (pod: V1Pod): boolean => whyNotReady(pod) === '';
