import { reasonOf, statusOf, type Cluster } from '../cluster/client.js';
import { followLogs } from '../cluster/logs.js';
import { InstallerError } from '../engine/errors.js';
import type { EndpointView } from '../engine/views.js';
import type { FleetSource, FleetView } from '../engine/fleet-view.js';
import { sleep } from '../engine/interrupts.js';
import { tenantOfNamespace } from '../tenant/resource-names.js';
import { closeCollectionsOf, collectionsOf, fillOnce, keepCurrent, nodesOf, type Collection } from './observe-fleet-collections.js';
import { fillOwnClusters, followOwnClusters } from './observe-own-clusters.js';
import { Prober } from './observe-fleet-probes.js';
import { FleetStore } from './observe-fleet-store.js';
import type { ReachOwnCluster } from './tenants-cell.js';

/** A platform as far as looking at it needs it. */
export interface ObservedPlatform {
  name: string;
  cluster: Cluster;
  /** Reaches the clusters that tenants have for themselves. Without it they are shown as out of reach. */
  reachOwn?: ReachOwnCluster;
}

const unreadable = (error: unknown, platform: string): InstallerError =>
  new InstallerError({
    code: statusOf(error) === 403 || statusOf(error) === 401 ? 'forbidden' : 'cluster-unreachable',
    what: `the cluster of platform ${platform} cannot be read`,
    why: reasonOf(error),
    next: ['Check that the cluster is reachable from here and that these credentials may read it, then run the same command again.'],
    cause: error,
  });

type Probe = (url: string, signal?: AbortSignal) => Promise<EndpointView>;

export interface ReadFleetOptions {
  signal: AbortSignal;
  /** Look at this tenant only, closely. */
  tenant?: string | undefined;
  probe?: Probe;
}

/** One look at the fleet: everything listed once, every endpoint asked once. Throws InstallerError `cluster-unreachable` or `forbidden`. */
export const readFleetView = async (platform: ObservedPlatform, options: ReadFleetOptions): Promise<FleetView> => {
  const store = new FleetStore({ onTouched: () => undefined, only: options.tenant });
  store.focus = options.tenant;
  const fill = (collection: Collection): Promise<void> => fillOnce(collection, platform.cluster, options.signal);
  // Extras: somebody who may not read them still sees the tenants.
  const { tenant } = options;
  const extras = tenant === undefined ? [nodesOf(store)] : closeCollectionsOf(store, tenant);
  try {
    await Promise.all([...collectionsOf(store, options.tenant).map(fill), ...extras.map((collection) => fill(collection).catch(() => undefined))]);
  } catch (error) {
    throw unreadable(error, platform.name);
  }
  await fillOwnClusters(store, platform.reachOwn, { signal: options.signal, closely: tenant });
  const prober = new Prober({ signal: options.signal, onAnswer: (tenant) => store.touch(tenant), ...(options.probe ? { probe: options.probe } : {}) });
  store.view(platform.name, prober);
  await prober.once();
  options.signal.throwIfAborted();
  return store.view(platform.name, prober);
};

export interface ObserveFleetOptions {
  signal: AbortSignal;
  /** Look at this tenant only. */
  tenant?: string | undefined;
  /** Called at most once per `everyMs`, first when everything has been listed. */
  onView?: (view: FleetView) => void;
  /** Removes secrets from log lines. */
  redact?: (line: string) => string;
  probe?: Probe;
  /** Milliseconds between two views. */
  everyMs?: number;
  /** Milliseconds between two signs of life that are asked of the API server. */
  heartbeatMs?: number;
}

/** Twice a second is as often as a person can follow; making and drawing a view costs milliseconds. */
const EVERY_MS = 500;
const HEARTBEAT_MS = 5_000;
const EXPIRY_CHECK_MS = 5_000;

const withDeadline = <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** `connect ECONNREFUSED 192.0.2.7:443` of `request to https://… failed, reason: …`: the address of each request says nothing more. */
const briefly = (reason: string): string => /reason: (.+)$/.exec(reason)?.[1] ?? reason;

/**
 * Follows the fleet by list and watch until `signal` aborts, and asks its endpoints. Reconnects by itself; while it cannot, views carry
 * `staleSince`. Nothing is ever changed.
 */
export const observeFleet = (platform: ObservedPlatform, options: ObserveFleetOptions): FleetSource => {
  const { signal } = options;
  const { cluster } = platform;
  const everyMs = options.everyMs ?? EVERY_MS;
  const heartbeatMs = options.heartbeatMs ?? HEARTBEAT_MS;
  const listeners = new Set<(view: FleetView) => void>(options.onView ? [options.onView] : []);
  const lost = new Map<string, string>();
  let staleSince: string | undefined;
  /** When the cluster was last heard of: what is shown is from then. */
  let heardAt = new Date();
  let current: FleetView | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastAt = -Infinity;
  let focused: string | undefined;
  let stopFocus = new AbortController();
  let connection = new AbortController();

  const publish = (): void => {
    timer = undefined;
    if (signal.aborted || (!store.complete && staleSince === undefined)) return;
    lastAt = performance.now();
    own.aim();
    current = store.view(platform.name, prober, staleSince === undefined ? undefined : { since: staleSince, reason: briefly([...lost.values()][0] ?? '') });
    for (const listener of listeners) listener(current);
  };
  const schedule = (): void => {
    timer ??= setTimeout(publish, Math.max(0, everyMs - (performance.now() - lastAt)));
  };
  const store = new FleetStore({ onTouched: schedule, only: options.tenant });
  const prober = new Prober({ signal, onAnswer: (tenant) => store.touch(tenant), ...(options.probe ? { probe: options.probe } : {}) });
  const own = followOwnClusters(store, platform.reachOwn, {
    signal,
    ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
    onReached: (tenant) => {
      if (tenant === focused) followFocus();
    },
  });
  const clusterOf = (tenant: string): Cluster | undefined => (store.tenantsWithOwnCluster().includes(tenant) ? own.of(tenant) : cluster);

  const connectionChanged = (path: string, reason: string | undefined): void => {
    if (reason === undefined) lost.delete(path);
    else lost.set(path, reason);
    if (lost.size === 0) staleSince = undefined;
    else staleSince ??= heardAt.toISOString();
    schedule();
  };
  const followOne = (collection: Collection, where: Cluster, until: AbortSignal, onConnection?: (reason: string | undefined) => void): Promise<void> =>
    keepCurrent(collection, where, {
      signal: until,
      // An empty list touches no tenant, and still completes what is known.
      onSnapshot: () => {
        heardAt = new Date();
        if (focused !== undefined) store.touch(focused);
        schedule();
      },
      onConnection: (reason) => {
        if (!until.aborted) onConnection?.(reason);
      },
    });

  let fail: (error: unknown) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    fail = (error) => reject(unreadable(error, platform.name));
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // Whoever holds the source may look at its end late, or never.
  ended.catch(() => undefined);

  const followAll = (): void => {
    connection = new AbortController();
    const until = AbortSignal.any([signal, connection.signal]);
    lost.clear();
    for (const collection of collectionsOf(store, options.tenant)) followOne(collection, cluster, until, (reason) => connectionChanged(collection.path, reason)).catch(fail);
    // Extras: somebody who may not read them still sees the tenants.
    if (options.tenant === undefined) followOne(nodesOf(store), cluster, until).catch(() => undefined);
    followFocus();
  };
  const followFocus = (): void => {
    stopFocus.abort();
    stopFocus = new AbortController();
    store.focus = focused;
    if (focused === undefined) return;
    const until = AbortSignal.any([signal, connection.signal, stopFocus.signal]);
    const where = clusterOf(focused);
    // Its own cluster has not been reached yet, or is away: as soon as it is there, this is called again.
    if (!where) return;
    for (const collection of closeCollectionsOf(store, focused)) followOne(collection, where, until).catch(() => undefined);
  };

  /** A watch on a network that is silently gone would wait for ever: only asking shows it, and only starting anew mends it. */
  const heartbeat = async (): Promise<void> => {
    let dead = false;
    while (!signal.aborted) {
      await sleep(heartbeatMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const trouble = await withDeadline(cluster.version.getCode(), heartbeatMs).then(
        () => undefined,
        (error: unknown) => reasonOf(error),
      );
      if (signal.aborted) return;
      if (trouble === undefined) heardAt = new Date();
      if (trouble !== undefined) {
        dead = true;
        connectionChanged('heartbeat', trouble);
      } else if (dead) {
        dead = false;
        connection.abort();
        followAll();
        connectionChanged('heartbeat', undefined);
      }
    }
  };

  followAll();
  prober.start();
  void heartbeat();
  const expiry = setInterval(() => store.touchRunning(), EXPIRY_CHECK_MS);
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(expiry);
      clearTimeout(timer);
    },
    { once: true },
  );

  return {
    platform: platform.name,
    current: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    focus(tenant) {
      if (focused === tenant) return;
      focused = tenant;
      followFocus();
      // Somebody pressed a key and waits.
      clearTimeout(timer);
      publish();
    },
    followLogs: ({ namespace, name, container, previous = false }, { signal: stop, onLine }) =>
      followLogs(clusterOf(tenantOfNamespace(namespace)) ?? cluster, { namespace, pod: name, container, previous, signal: AbortSignal.any([signal, stop]), onLine: (line, at) => onLine(options.redact ? options.redact(line) : line, at) }),
    ended,
  };
};
