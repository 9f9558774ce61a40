import type { V1Pod } from '@kubernetes/client-node';
import { InstallerError } from '../engine/errors.js';
import type { PodView } from '../engine/events.js';
import type { Cluster } from './client.js';
import { hasEnded, isEnding, isStuck, isWell, podView } from './pods.js';
import { explainPods } from './explain.js';
import { StartingLogs, type OnPodLine } from './starting-logs.js';
import { follow } from './watch.js';

/** How long a pod may stay in a state that does not pass by itself (a crash loop, a missing image) before waiting ends. */
const STUCK_MS = 120_000;

export interface RolloutOptions {
  namespace: string;
  /** Values of `app.kubernetes.io/name`, with what each must reach. */
  apps: readonly { name: string; kind: 'Deployment' | 'StatefulSet' }[];
  signal: AbortSignal;
  timeoutMs: number;
  /** Milliseconds; a test may shorten it. */
  stuckMs?: number;
  /** How long a Deployment's pod that ends is waited for, in milliseconds: until it surely takes nothing new. What it still answers it may finish by itself. */
  drainMs?: number;
  onPod: (view: PodView, gone: boolean) => void;
  /** What the containers of pods that are not ready yet write. */
  onLine?: OnPodLine;
  /** Called when the connection to the API server is lost (with why) and when it is back (without): what is shown of the pods is old until then. */
  onConnection?: (lost?: string) => void;
}

const appOf = (pod: V1Pod): string => pod.metadata?.labels?.['app.kubernetes.io/name'] ?? '';
const nameOf = (pod: V1Pod): string => pod.metadata?.name ?? '';

/** Keeps since when something is so, in milliseconds since 1970. */
const keepSince = (since: Map<string, number>, name: string, isSo: boolean): void => {
  if (!isSo) since.delete(name);
  else if (!since.has(name)) since.set(name, Date.now());
};

/** The controllers have seen the newest spec, and all replicas run it. */
const workloadsAreCurrent = async (cluster: Cluster, options: RolloutOptions): Promise<boolean> => {
  for (const app of options.apps) {
    if (app.kind === 'Deployment') {
      const { spec, status, metadata } = await cluster.apps.readNamespacedDeployment({ name: app.name, namespace: options.namespace });
      const wanted = spec?.replicas ?? 1;
      if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0) || (status?.updatedReplicas ?? 0) < wanted || (status?.availableReplicas ?? 0) < wanted || (status?.replicas ?? 0) > wanted) return false;
    } else {
      const { spec, status, metadata } = await cluster.apps.readNamespacedStatefulSet({ name: app.name, namespace: options.namespace });
      const wanted = spec?.replicas ?? 1;
      const current = status?.updateRevision === undefined || status.currentRevision === status.updateRevision || (status.updatedReplicas ?? 0) >= wanted;
      if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0) || (status?.readyReplicas ?? 0) < wanted || !current) return false;
    }
  }
  return true;
};

/** What an operator reads when waiting has ended without success. */
const failureOf = async (cluster: Cluster, { namespace }: RolloutOptions, { stuck, waiting, lost }: { stuck: boolean; waiting: V1Pod[]; lost: string | undefined }): Promise<InstallerError> => {
  if (lost !== undefined) {
    return new InstallerError({
      code: 'cluster-unreachable',
      what: 'the Kubernetes API of the platform was lost while the pods came up',
      why: lost,
      next: ['Check the network, and the cluster in the DCD.', 'Then run the same command again: it continues where it stopped.'],
    });
  }
  const { why, next } = await explainPods(cluster, waiting);
  return new InstallerError({
    code: stuck ? 'pods-stuck' : 'pods-timeout',
    what: stuck ? `${waiting[0]?.metadata?.name} does not come up` : 'the pods did not become ready in time',
    why: why === '' ? 'no pod has been made' : why,
    next: [...next, `Look closer: kubectl -n ${namespace} describe pods`, 'Mend the cause, then run the same command again: nothing was removed, it continues where it stopped.'],
  });
};

/**
 * Waits until the workloads run what was asked for, by watching their pods; helm is never asked to wait. Of a Deployment's pods, those
 * that have ended or are ending are not waited for: others stand in for them, which its status tells.
 * Throws InstallerError `pods-stuck` when a pod is in a state that does not pass by itself, `pods-timeout` when time is up.
 */
export const waitForRollout = async (cluster: Cluster, options: RolloutOptions): Promise<void> => {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.signal]);
  const kinds = new Map(options.apps.map(({ name, kind }) => [name, kind]));
  const pods = new Map<string, V1Pod>();
  const stuckSince = new Map<string, number>();
  const endingSince = new Map<string, number>();
  /** Those of a Deployment that ended while they were waited for: where each successor does too, they tell why. */
  const lostPods = new Map<string, V1Pod>();
  const stuckMs = options.stuckMs ?? STUCK_MS;
  let failed: { stuck: boolean; waiting: V1Pod[] } | undefined;
  let lost: string | undefined;
  let done = false;
  let checking = false;
  let again = false;

  const logs = options.onLine && new StartingLogs(cluster, signal, options.onLine);
  const show = (pod: V1Pod, gone = false): void => {
    options.onPod(podView(pod), gone);
    if (gone) logs?.forget(pod);
    else logs?.see(pod);
  };
  const isDeployed = (pod: V1Pod): boolean => kinds.get(appOf(pod)) === 'Deployment';
  /** Its Deployment no longer counts on it. A StatefulSet makes no successor before the old one is gone. */
  const isLeaving = (pod: V1Pod): boolean => isDeployed(pod) && Date.now() - (endingSince.get(nameOf(pod)) ?? Infinity) >= (options.drainMs ?? 0);
  const check = async (): Promise<void> => {
    if (checking) {
      again = true;
      return;
    }
    checking = true;
    do {
      again = false;
      const mine = [...pods.values()].filter((pod) => !isLeaving(pod));
      const running = mine.length > 0 && mine.every((pod) => isWell(pod)) && options.apps.every((app) => mine.some((pod) => appOf(pod) === app.name));
      if (running && (await workloadsAreCurrent(cluster, options).catch(() => false))) {
        done = true;
        stop.abort();
      }
    } while (again && !done);
    checking = false;
  };
  /** False where it was not waited for. */
  const forget = (pod: V1Pod): boolean => {
    const name = nameOf(pod);
    stuckSince.delete(name);
    endingSince.delete(name);
    const known = pods.delete(name);
    if (known) show(pod, true);
    return known;
  };
  const take = (pod: V1Pod): void => {
    const name = nameOf(pod);
    if (!kinds.has(appOf(pod))) return;
    if (isDeployed(pod) && hasEnded(pod)) {
      if (forget(pod) && !isEnding(pod)) lostPods.set(name, pod);
      return;
    }
    pods.set(name, pod);
    show(pod);
    keepSince(stuckSince, name, isStuck(pod));
    keepSince(endingSince, name, isEnding(pod));
  };
  const stuckPod = (): V1Pod | undefined => [...stuckSince].filter(([, since]) => Date.now() - since >= stuckMs).map(([name]) => pods.get(name))[0];

  const started = Date.now();
  // Deployments report a moment after their pods do, and time passes without any event.
  const timer = setInterval(() => {
    const stuck = stuckPod();
    if (stuck || Date.now() - started > options.timeoutMs) {
      failed = { stuck: stuck !== undefined, waiting: stuck ? [stuck] : [...[...pods.values()].filter((pod) => !isWell(pod)), ...lostPods.values()] };
      stop.abort();
      return;
    }
    void check();
  }, 250);
  try {
    const path = `/api/v1/namespaces/${options.namespace}/pods`;
    await follow<V1Pod>(cluster, {
      path,
      list: () => cluster.core.listNamespacedPod({ namespace: options.namespace }),
      signal,
      onConnection: (why) => {
        lost = why;
        options.onConnection?.(why);
      },
      onChange: (change) => {
        if (change.type === 'snapshot') {
          const there = new Set(change.objects.map(nameOf));
          for (const pod of [...pods.values()].filter((each) => !there.has(nameOf(each)))) forget(pod);
          for (const pod of change.objects) take(pod);
        } else if (change.type === 'set') take(change.object);
        else forget(change.object);
        void check();
      },
    });
  } finally {
    clearInterval(timer);
    logs?.end();
  }
  if (done) return;
  if (failed) throw await failureOf(cluster, options, { ...failed, lost });
  if (options.signal.aborted) throw options.signal.reason;
};
