import { reasonOf, type Cluster } from '../cluster/client.js';
import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import { cellCollectionsOf, closeCollectionsOf, fillOnce, keepCurrent } from './observe-fleet-collections.js';
import type { FleetStore } from './observe-fleet-store.js';
import type { ReachOwnCluster } from './tenants-cell.js';

/** Pause before a cluster that could not be reached is looked for again: the Cloud API is asked each time. */
const LOOK_AGAIN_MS = 15_000;
/** Signs of life that are asked of it: a watch on a network that is silently gone would wait for ever. */
const HEARTBEAT_MS = 15_000;

/** What a person reads of a tenant whose cluster cannot be read. */
const trouble = (error: unknown): string => {
  if (error instanceof InstallerError && error.code === 'cell-gone') return `${error.what}: ${error.why ?? ''}`;
  return `its own cluster cannot be reached: ${error instanceof InstallerError ? (error.why ?? error.what) : reasonOf(error)}`;
};

const withoutAccount: ReachOwnCluster = () => Promise.reject(new Error('there is no account here that could reach it'));

/** Lists what the own clusters have, once. A cluster that cannot be read is a finding about its tenant, and no failure. */
export const fillOwnClusters = async (store: FleetStore, reach: ReachOwnCluster = withoutAccount, options: { signal: AbortSignal; closely?: string | undefined }): Promise<void> => {
  const one = async (tenant: string): Promise<void> => {
    try {
      const cluster = await reach(tenant);
      await Promise.all(cellCollectionsOf(store.ownTables(tenant), tenant).map((collection) => fillOnce(collection, cluster, options.signal)));
      if (options.closely === tenant) await Promise.all(closeCollectionsOf(store, tenant).map((collection) => fillOnce(collection, cluster, options.signal).catch(() => undefined)));
    } catch (error) {
      options.signal.throwIfAborted();
      store.cellIsAway(tenant, trouble(error));
    }
  };
  await Promise.all(store.tenantsWithOwnCluster().map(one));
};

export interface OwnClusterFollower {
  /** Follows the clusters of the tenants that are there now, and no others. */
  aim(): void;
  /** The cluster of a tenant, while it can be reached. */
  of(tenant: string): Cluster | undefined;
}

/**
 * Keeps what is known of the own clusters current until `signal` aborts. One that is away is looked for again; until it is back, what it
 * last told stays, and its tenant says why that is not certain. `onReached` is told of a tenant whose cluster has been reached (anew).
 */
export const followOwnClusters = (store: FleetStore, reach: ReachOwnCluster = withoutAccount, options: { signal: AbortSignal; heartbeatMs?: number; onReached: (tenant: string) => void }): OwnClusterFollower => {
  const followed = new Map<string, AbortController>();
  const clusters = new Map<string, Cluster>();

  /** Resolves, or rejects, when this connection is of no use any more. */
  const follow = async (tenant: string, cluster: Cluster, until: AbortSignal): Promise<void> => {
    const stop = new AbortController();
    const signal = AbortSignal.any([until, stop.signal]);
    const tables = store.ownTables(tenant);
    const watch = (collection: ReturnType<typeof cellCollectionsOf>[number]): Promise<void> =>
      new Promise<void>((resolve, reject) => {
        keepCurrent(collection, cluster, {
          signal,
          onSnapshot: () => {
            if (tables.filled) store.cellIsAway(tenant, undefined);
            store.touch(tenant);
          },
          onConnection: (lost) => {
            if (lost !== undefined && !signal.aborted) reject(new Error(lost));
          },
        }).then(resolve, reject);
      });
    const beat = async (): Promise<void> => {
      while (!signal.aborted) {
        await sleep(options.heartbeatMs ?? HEARTBEAT_MS, signal).catch(() => undefined);
        if (!signal.aborted) await cluster.version.getCode();
      }
    };
    try {
      await Promise.all([...cellCollectionsOf(tables, tenant).map(watch), beat()]);
    } finally {
      stop.abort();
    }
  };

  const keep = async (tenant: string, until: AbortSignal): Promise<void> => {
    while (!until.aborted) {
      try {
        const cluster = await reach(tenant);
        clusters.set(tenant, cluster);
        options.onReached(tenant);
        await follow(tenant, cluster, until);
      } catch (error) {
        if (!until.aborted) store.cellIsAway(tenant, trouble(error));
      }
      clusters.delete(tenant);
      await sleep(options.heartbeatMs ?? LOOK_AGAIN_MS, until).catch(() => undefined);
    }
  };

  return {
    aim() {
      const wanted = new Set(store.tenantsWithOwnCluster());
      for (const [tenant, stop] of followed) {
        if (wanted.has(tenant)) continue;
        stop.abort();
        followed.delete(tenant);
        store.cellIsAway(tenant, undefined);
      }
      for (const tenant of wanted) {
        if (followed.has(tenant)) continue;
        const stop = new AbortController();
        followed.set(tenant, stop);
        void keep(tenant, AbortSignal.any([options.signal, stop.signal]));
      }
    },
    of: (tenant) => clusters.get(tenant),
  };
};
