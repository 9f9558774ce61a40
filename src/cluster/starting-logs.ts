import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from './client.js';
import { followLogs } from './logs.js';
import { isEnding, isWell } from './pods.js';

/** Logs that are followed at the same time, at most: an operator reads one. */
const MOST_FOLLOWED = 8;
/** What a container had written before anybody looked. */
const TAIL_LINES = 20;

export type OnPodLine = (pod: string, container: string, line: string) => void;

const begunContainers = (pod: V1Pod): V1ContainerStatus[] =>
  [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].filter(({ state }) => state?.running !== undefined || state?.terminated !== undefined);

/**
 * Follows what the containers of pods write that are not ready yet, each start of a container once, until the pod is ready. A log that
 * cannot be read is left out: it is there to be looked at, and nothing depends on it.
 */
export class StartingLogs {
  private readonly seen = new Set<string>();
  private readonly following = new Map<string, AbortController>();

  constructor(
    private readonly cluster: Cluster,
    private readonly signal: AbortSignal,
    private readonly onLine: OnPodLine,
  ) {}

  /** Takes in the present state of a pod. */
  see(pod: V1Pod): void {
    const { uid = '', name = '', namespace = '' } = pod.metadata ?? {};
    if (isWell(pod) || isEnding(pod)) return this.forget(pod);
    for (const status of begunContainers(pod)) {
      const start = `${uid}/${status.name}/${status.restartCount}`;
      if (this.seen.has(start) || this.following.size >= MOST_FOLLOWED) continue;
      this.seen.add(start);
      const stop = new AbortController();
      this.following.set(start, stop);
      void followLogs(this.cluster, {
        namespace,
        pod: name,
        container: status.name,
        tailLines: TAIL_LINES,
        signal: AbortSignal.any([this.signal, stop.signal]),
        onLine: (line) => this.onLine(name, status.name, line),
      })
        .catch(() => undefined)
        .finally(() => this.following.delete(start));
    }
  }

  /** A pod that is ready, or gone, has nothing more to tell. */
  forget(pod: V1Pod): void {
    for (const [start, stop] of this.following) if (start.startsWith(`${pod.metadata?.uid ?? ''}/`)) stop.abort();
  }

  end(): void {
    for (const stop of this.following.values()) stop.abort();
  }
}
