import type { Cluster } from '../../src/cluster/client.js';
import type { TenantResult } from '../../src/engine/events.js';
import type { IonosApi } from '../../src/ionos/client.js';

/** What probes and measurements work with. */
export interface Suite {
  rehearsal: boolean;
  platform: string;
  env: NodeJS.ProcessEnv;
  api: IonosApi;
  cluster: Cluster;
  clusterId: string;
  tenants: Record<'acme' | 'globex', TenantResult>;
  signal: AbortSignal;
  /** Writes down a bucket before it is made. */
  noteBucket(name: string): Promise<void>;
}

export const NOT_IN_SANDBOX = 'not measurable in the sandbox';

/** One answer to something that nobody knows yet. */
export interface Measurement {
  id: string;
  question: string;
  /** What the design assumes today. */
  assumed: string;
  /** Needs containers that run, or a control plane that enforces: the sandbox has neither. */
  needsReality: boolean;
  /** In words and figures; never throws for an unwelcome answer, only when there is none. */
  measure(suite: Suite): Promise<string>;
}

export interface Figure {
  id: string;
  question: string;
  assumed: string;
  found: string;
}

/** Namespace of everything that is no tenant's; removed first in the tear-down. Its name is not a tenant's. */
export const PROBE_NAMESPACE = 'cloud-test';

/** Looks until there is something, or time is up. */
export const eventually = async <T,>(look: () => Promise<T | undefined>, { seconds, signal, what }: { seconds: number; signal: AbortSignal; what: string }): Promise<T> => {
  for (const deadline = Date.now() + seconds * 1000; ; ) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
};
