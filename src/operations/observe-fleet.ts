import type { KubernetesListObject, KubernetesObject } from '@kubernetes/client-node';
import { reasonOf, statusOf, SYSTEM_NAMESPACE, TENANT_LABEL, type Cluster } from '../cluster/client.js';
import { followLogs } from '../cluster/logs.js';
import { follow, type Change } from '../cluster/watch.js';
import { InstallerError } from '../engine/errors.js';
import type { EndpointView } from '../engine/views.js';
import type { FleetSource, FleetView } from '../engine/fleet-view.js';
import { sleep } from '../engine/interrupts.js';
import { namespaceOf } from '../tenant/resource-names.js';
import { Prober } from './observe-fleet-probes.js';
import { FleetStore } from './observe-fleet-store.js';

/** A platform as far as looking at it needs it. */
export interface ObservedPlatform {
  name: string;
  cluster: Cluster;
}

interface Collection {
  path: string;
  labelSelector?: string;
  list: () => Promise<KubernetesListObject<KubernetesObject>>;
  apply: (change: Change<never>) => void;
}

const collections = ({ core, coordination }: Cluster, store: FleetStore): Collection[] => {
  const system = { namespace: SYSTEM_NAMESPACE };
  const registry = { labelSelector: 'ionos-tenants.io/registry=tenant' };
  const tenants = { labelSelector: TENANT_LABEL };
  const gateways = { labelSelector: `${TENANT_LABEL},app.kubernetes.io/name=gateway` };
  return [
    { path: `/api/v1/namespaces/${SYSTEM_NAMESPACE}/configmaps`, ...registry, list: () => core.listNamespacedConfigMap({ ...system, ...registry }), apply: (change) => store.records.apply(change) },
    { path: `/apis/coordination.k8s.io/v1/namespaces/${SYSTEM_NAMESPACE}/leases`, ...tenants, list: () => coordination.listNamespacedLease({ ...system, ...tenants }), apply: (change) => store.leases.apply(change) },
    { path: '/api/v1/pods', ...tenants, list: () => core.listPodForAllNamespaces(tenants), apply: (change) => store.pods.apply(change) },
    { path: '/api/v1/services', ...gateways, list: () => core.listServiceForAllNamespaces(gateways), apply: (change) => store.services.apply(change) },
    { path: '/api/v1/resourcequotas', ...tenants, list: () => core.listResourceQuotaForAllNamespaces(tenants), apply: (change) => store.quotas.apply(change) },
    { path: '/api/v1/persistentvolumeclaims', ...tenants, list: () => core.listPersistentVolumeClaimForAllNamespaces(tenants), apply: (change) => store.claims.apply(change) },
  ];
};

const eventsOf = ({ core }: Cluster, store: FleetStore, tenant: string): Collection => ({
  path: `/api/v1/namespaces/${namespaceOf(tenant)}/events`,
  list: () => core.listNamespacedEvent({ namespace: namespaceOf(tenant) }),
  apply: (change) => store.events.apply(change),
});

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
  const wanted = [...collections(platform.cluster, store), ...(options.tenant === undefined ? [] : [eventsOf(platform.cluster, store, options.tenant)])];
  try {
    await Promise.all(wanted.map(async ({ list, apply }) => apply({ type: 'snapshot', objects: (await list()).items as never[] })));
  } catch (error) {
    throw unreadable(error, platform.name);
  }
  const prober = new Prober({ signal: options.signal, onAnswer: (tenant) => store.touch(tenant), ...(options.probe ? { probe: options.probe } : {}) });
  store.aim(prober);
  await prober.once();
  options.signal.throwIfAborted();
  return store.view(platform.name, prober);
};

export interface ObserveFleetOptions {
  signal: AbortSignal;
  /** Called at most once per `everyMs`, first when everything has been listed. */
  onView?: (view: FleetView) => void;
  /** Removes secrets from log lines. */
  redact?: (line: string) => string;
  probe?: Probe;
  /** Milliseconds between two views; 100 is ten a second. */
  everyMs?: number;
  /** Milliseconds between two signs of life that are asked of the API server. */
  heartbeatMs?: number;
}

const EVERY_MS = 100;
const HEARTBEAT_MS = 5_000;
const EXPIRY_CHECK_MS = 5_000;

const withDeadline = <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

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
    store.aim(prober);
    current = store.view(platform.name, prober, staleSince === undefined ? undefined : { since: staleSince, reason: [...lost.values()][0] ?? 'reconnecting' });
    for (const listener of listeners) listener(current);
  };
  const schedule = (): void => {
    timer ??= setTimeout(publish, Math.max(0, everyMs - (performance.now() - lastAt)));
  };
  const store = new FleetStore({ onTouched: schedule });
  const prober = new Prober({ signal, onAnswer: (tenant) => store.touch(tenant), ...(options.probe ? { probe: options.probe } : {}) });

  const connectionChanged = (path: string, reason: string | undefined): void => {
    if (reason === undefined) lost.delete(path);
    else lost.set(path, reason);
    if (lost.size === 0) staleSince = undefined;
    else staleSince ??= new Date().toISOString();
    schedule();
  };
  const followOne = (collection: Collection, until: AbortSignal, onConnection?: (reason: string | undefined) => void): Promise<void> =>
    follow<KubernetesObject>(cluster, {
      path: collection.path,
      list: () => withDeadline(collection.list(), 30_000),
      ...(collection.labelSelector === undefined ? {} : { query: { labelSelector: collection.labelSelector } }),
      signal: until,
      onChange: (change) => {
        collection.apply(change as Change<never>);
        // An empty list touches no tenant, and still completes what is known.
        if (change.type === 'snapshot') schedule();
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
    for (const collection of collections(cluster, store)) followOne(collection, until, (reason) => connectionChanged(collection.path, reason)).catch(fail);
    followFocus();
  };
  const followFocus = (): void => {
    stopFocus.abort();
    stopFocus = new AbortController();
    store.focus = focused;
    if (focused === undefined) return;
    // Events are an extra: somebody who may not read them still sees the tenant.
    followOne(eventsOf(cluster, store, focused), AbortSignal.any([signal, connection.signal, stopFocus.signal])).catch(() => undefined);
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
      schedule();
    },
    followLogs: ({ namespace, name, container }, { signal: stop, onLine }) =>
      followLogs(cluster, { namespace, pod: name, container, signal: AbortSignal.any([signal, stop]), onLine: (line) => onLine(options.redact ? options.redact(line) : line) }),
    ended,
  };
};
