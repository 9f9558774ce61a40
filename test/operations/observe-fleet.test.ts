import { V1MicroTime } from '@kubernetes/client-node';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { updateTenant, type TenantRecord } from '../../src/cluster/registry.js';
import { InstallerError } from '../../src/engine/errors.js';
import type { FleetSource, FleetView } from '../../src/engine/fleet-view.js';
import { observeFleet, readFleetView, type ObserveFleetOptions } from '../../src/operations/observe-fleet.js';
import { startKubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import { completeTenant } from '../../src/tenant/spec.js';
import { evict, makeNamespace, openClient, podsOf, type ClientBed } from '../support/kubernetes.js';

const SYSTEM = 'ionos-tenants-system';

const labels = (tenant: string, app: string): Record<string, string> => ({ 'ionos-tenants.io/tenant': tenant, 'app.kubernetes.io/name': app });

const putPod = async (bed: ClientBed, tenant: string, app: string, namespace = `tenant-${tenant}`): Promise<void> => {
  await bed.client.core.createNamespacedPod({
    namespace,
    body: {
      metadata: { name: `${app}-0`, labels: labels(tenant, app) },
      spec: { containers: [{ name: app, image: `registry.example/${app}:1.2.3-slim`, resources: { limits: { cpu: '500m', memory: '256Mi' } } }] },
    },
  });
};

const record = (name: string, change: Partial<TenantRecord> = {}): TenantRecord => ({
  name,
  phase: 'ready',
  spec: completeTenant({ name, wordpress: { adminEmail: 'web@acme.example' } }),
  ip: '203.0.113.10',
  createdAt: '2026-11-23T12:00:00.000Z',
  updatedAt: '2026-11-23T12:00:00.000Z',
  history: [{ at: '2026-11-23T12:00:00.000Z', operation: 'create', outcome: 'done', by: 'op@host', cliVersion: '0.1.0' }],
  ...change,
});

/** A tenant with everything that a view reads: registry, pods, quota, claim, gateway with announced URLs. */
const onboard = async (bed: ClientBed, name: string, change: Partial<TenantRecord> = {}): Promise<void> => {
  const namespace = `tenant-${name}`;
  const tenant = { 'ionos-tenants.io/tenant': name };
  await makeNamespace(bed, namespace);
  await updateTenant(bed.client, name, () => record(name, change));
  await Promise.all(['wordpress', 'openwebui', 'gateway', 'mariadb'].map((app) => putPod(bed, name, app)));
  await bed.client.core.createNamespacedResourceQuota({ namespace, body: { metadata: { name: 'tenant', labels: tenant }, spec: { hard: { 'limits.cpu': '4', 'limits.memory': '2Gi', 'requests.storage': '20Gi' } } } });
  await bed.client.core.createNamespacedPersistentVolumeClaim({ namespace, body: { metadata: { name: 'mariadb-data', labels: tenant }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'ionos-enterprise-ssd', resources: { requests: { storage: '8Gi' } } } } });
  await bed.client.core.createNamespacedService({
    namespace,
    body: {
      metadata: { name: 'gateway', labels: labels(name, 'gateway'), annotations: { 'ionos-tenants.io/url-80': `http://127.0.0.1:1/${name}/blog`, 'ionos-tenants.io/url-8080': `http://127.0.0.1:1/${name}/chat` } },
      spec: { type: 'LoadBalancer', loadBalancerIP: name === 'globex' ? '203.0.113.11' : '203.0.113.10', selector: labels(name, 'gateway'), ports: [{ name: 'wordpress', port: 80 }, { name: 'openwebui', port: 8080 }] },
    },
  });
};

const openFleet = async (): Promise<ClientBed> => {
  const bed = await openClient();
  await makeNamespace(bed, SYSTEM);
  return bed;
};

interface Asked {
  urls: string[];
  probe: NonNullable<ObserveFleetOptions['probe']>;
}

const answering = (status = 200): Asked => {
  const urls: string[] = [];
  return {
    urls,
    probe: (url) => {
      urls.push(url);
      return Promise.resolve({ url, status, latencyMs: 1 });
    },
  };
};

const signal = (): AbortSignal => new AbortController().signal;

/** Moves a tenant into a cluster of its own: the platform's only keeps its record. */
const withOwnCluster = async (): Promise<{ home: ClientBed; own: ClientBed }> => {
  const [home, own] = [await openFleet(), await openFleet()];
  await onboard(home, 'globex');
  await onboard(own, 'acme');
  await updateTenant(home.client, 'acme', () => record('acme', { spec: { ...completeTenant({ name: 'acme', wordpress: { adminEmail: 'web@acme.example' } }), isolation: 'cluster' } }));
  return { home, own };
};

describe('a tenant with a cluster of its own', () => {
  const gone = (): Promise<never> => Promise.reject(new InstallerError({ code: 'cell-gone', what: 'the cluster of acme is gone', why: 'IONOS Cloud has no such cluster', next: [] }));
  const acmeIn = (view: FleetView): FleetView['tenants'][number] | undefined => view.tenants.find(({ name }) => name === 'acme');

  it('is read there, and its pods take no room of the platform', async () => {
    const { home, own } = await withOwnCluster();
    const view = await readFleetView({ name: 'main', cluster: home.client, reachOwn: () => Promise.resolve(own.client) }, { signal: signal(), probe: answering().probe });
    expect(acmeIn(view)).toMatchObject({ pods: { total: 4 }, endpoints: { wordpress: { state: 'answers' } } });
    const without = await readFleetView({ name: 'main', cluster: home.client, reachOwn: gone }, { signal: signal(), probe: answering().probe });
    expect(view.capacity).toEqual(without.capacity);
  });

  it.each([
    ['is gone', gone, 'the cluster of acme is gone'],
    ['is away', () => Promise.reject(new Error('connect ECONNREFUSED')), 'its own cluster cannot be reached: connect ECONNREFUSED'],
    ['nobody here can reach', undefined, 'its own cluster cannot be reached: there is no account here'],
  ])('that %s is not said to have no pods, and the others are looked at all the same', async (_title, reachOwn, reason) => {
    const { home } = await withOwnCluster();
    const view = await readFleetView({ name: 'main', cluster: home.client, ...(reachOwn ? { reachOwn } : {}) }, { signal: signal(), probe: answering().probe });
    expect(acmeIn(view)).toMatchObject({ health: 'failed', reason: expect.stringContaining(reason) as string });
    expect(view.tenants.find(({ name }) => name === 'globex')).toMatchObject({ pods: { total: 4 } });
  });

  it('is followed: found when it comes back, and looked at closely in its own cluster', async () => {
    const { home, own } = await withOwnCluster();
    let isThere = false;
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const source = observeFleet({ name: 'main', cluster: home.client, reachOwn: () => (isThere ? Promise.resolve(own.client) : gone()) }, { signal: stop.signal, probe: answering().probe, heartbeatMs: 50, everyMs: 5 });
    source.focus('acme');
    await vi.waitFor(() => expect(acmeIn(source.current() as FleetView)?.reason).toContain('is gone'), 10_000);
    isThere = true;
    await vi.waitFor(() => expect(acmeIn(source.current() as FleetView)?.pods.total).toBe(4), 10_000);
    await vi.waitFor(() => expect(source.current()?.detail?.podDetails).toHaveProperty('wordpress-0'), 10_000);
    await vi.waitFor(() => expect(acmeIn(source.current() as FleetView)?.reason).not.toContain('is gone'), 10_000);
    await putPod(own, 'acme', 'extra');
    await vi.waitFor(() => expect(acmeIn(source.current() as FleetView)?.pods.total).toBe(5), 10_000);
    await own.door.close();
    await vi.waitFor(() => expect(acmeIn(source.current() as FleetView)?.reason).toContain('its own cluster cannot be reached'), 10_000);
    // A heartbeat as short as here is missed now and then on a busy machine.
    await vi.waitFor(() => expect(source.current()?.staleSince).toBeUndefined(), 10_000);
  });
});

describe('one look at the fleet', () => {
  it('tells of each tenant what an operator asks', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme', { costEur30d: { low: 7, high: 16 } });
    await bed.cluster.settled();
    const asked = answering();
    const view = await readFleetView({ name: 'main', cluster: bed.client }, { signal: signal(), probe: asked.probe });
    expect(view.tenants).toHaveLength(1);
    expect(view.tenants[0]).toMatchObject({
      name: 'acme',
      phase: 'ready',
      preset: 'small',
      isolation: 'namespace',
      health: 'ok',
      reason: '',
      pods: { ready: 4, total: 4, restarts: 0 },
      applications: { wordpress: '1.2.3', openwebui: '1.2.3' },
      usage: { cpu: { used: 2000, hard: 4000 }, memory: { used: 2 ** 30, hard: 2 ** 31 }, storage: { used: 8 * 2 ** 30, hard: 20 * 2 ** 30 } },
      costEur30d: { low: 7, high: 16 },
      version: '0.1.0',
      encrypted: false,
      operation: null,
      endpoints: { wordpress: { url: 'http://127.0.0.1:1/acme/blog', state: 'answers', status: 200 } },
    });
    expect(asked.urls.sort()).toEqual(['http://127.0.0.1:1/acme/blog', 'http://127.0.0.1:1/acme/chat']);
  });

  it('looks closely at one tenant, and asks nobody else', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    await updateTenant(bed.client, 'globex', () => record('globex'));
    await bed.cluster.settled();
    const asked = answering(502);
    const view = await readFleetView({ name: 'main', cluster: bed.client }, { signal: signal(), tenant: 'acme', probe: asked.probe });
    expect(view.tenants.map(({ name, health }) => ({ name, health }))).toEqual([{ name: 'acme', health: 'failed' }]);
    expect(view.detail?.pods.map(({ name }) => name)).toEqual(['gateway-0', 'mariadb-0', 'openwebui-0', 'wordpress-0']);
    expect(view.detail?.claims).toEqual([{ name: 'mariadb-data', phase: expect.any(String) as string, size: 8 * 2 ** 30, storageClass: 'ionos-enterprise-ssd' }]);
    expect(view.detail?.events.map(({ reason }) => reason)).toContain('Scheduled');
    expect(view.detail?.history[0]).toMatchObject({ operation: 'create', outcome: 'done' });
    expect(asked.urls.every((url) => url.includes('/acme/'))).toBe(true);
  });

  it('leaves removed tenants and unreadable records out', async () => {
    const bed = await openFleet();
    await updateTenant(bed.client, 'gone', () => record('gone', { phase: 'deleted' }));
    await bed.client.core.createNamespacedConfigMap({ namespace: SYSTEM, body: { metadata: { name: 'tenant-odd', labels: { 'ionos-tenants.io/tenant': 'odd', 'ionos-tenants.io/registry': 'tenant' } }, data: { 'record.json': '{' } } });
    const view = await readFleetView({ name: 'main', cluster: bed.client }, { signal: signal(), probe: answering().probe });
    expect(view.tenants).toEqual([]);
  });

  it('does not hold a tenant for ill because of a pod that was evicted and replaced', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    const selector = { 'app.kubernetes.io/name': 'extra' };
    await bed.client.apps.createNamespacedDeployment({ namespace: 'tenant-acme', body: { metadata: { name: 'extra' }, spec: { selector: { matchLabels: selector }, template: { metadata: { labels: labels('acme', 'extra') }, spec: { containers: [{ name: 'extra', image: 'registry.example/extra:1' }] } } } } });
    await bed.cluster.settled();
    const [name = ''] = podsOf(bed, 'tenant-acme', 'extra');
    evict(bed, 'tenant-acme', name);
    await bed.cluster.settled();
    expect(podsOf(bed, 'tenant-acme', 'extra')).toHaveLength(2);
    const view = await readFleetView({ name: 'main', cluster: bed.client }, { signal: signal(), tenant: 'acme', probe: answering().probe });
    expect(view.tenants[0]).toMatchObject({ health: 'ok', pods: { ready: 5, total: 5 } });
    expect(view.detail?.pods.map((pod) => pod.name)).not.toContain(name);
  });

  it('does not believe a label in a foreign namespace', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    await makeNamespace(bed, 'tenant-globex');
    await putPod(bed, 'acme', 'intruder', 'tenant-globex');
    await bed.cluster.settled();
    const view = await readFleetView({ name: 'main', cluster: bed.client }, { signal: signal(), probe: answering().probe });
    expect(view.tenants[0]?.pods.total).toBe(4);
  });

  it('says why the cluster cannot be read', async () => {
    const bed = await openFleet();
    await bed.door.close();
    await expect(readFleetView({ name: 'main', cluster: bed.client }, { signal: signal() })).rejects.toMatchObject({ code: 'cluster-unreachable', why: expect.stringContaining('ECONNREFUSED') as string });
  });
});

interface Watched {
  source: FleetSource;
  views: FleetView[];
  until(fits: (view: FleetView) => boolean): Promise<FleetView>;
}

/** Watches until the test has finished. */
const watch = (bed: ClientBed, options: Partial<ObserveFleetOptions> = {}): Watched => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const views: FleetView[] = [];
  const source = observeFleet({ name: 'main', cluster: bed.client }, { signal: stop.signal, probe: answering().probe, heartbeatMs: 50, everyMs: 5, onView: (view) => views.push(view), ...options });
  return {
    source,
    views,
    until: (fits) =>
      new Promise((resolve) => {
        const current = source.current();
        if (current && fits(current)) return resolve(current);
        const unsubscribe = source.subscribe((view) => {
          if (!fits(view)) return;
          unsubscribe();
          resolve(view);
        });
      }),
  };
};

const tenant = (view: FleetView, name: string) => view.tenants.find((each) => each.name === name);

describe('watching the fleet', () => {
  it('sees tenants come, fall ill and recover, worst first', async () => {
    const bed = await openFleet();
    const { until } = watch(bed);
    await until((view) => view.tenants.length === 0);
    await onboard(bed, 'acme');
    await onboard(bed, 'globex');
    await until((view) => view.tenants.length === 2 && view.tenants.every(({ health }) => health === 'ok'));
    bed.cluster.failPods({ namespace: 'tenant-globex', selector: 'app.kubernetes.io/name=wordpress' }, 'CrashLoopBackOff');
    const ill = await until((view) => tenant(view, 'globex')?.health === 'failed');
    expect(ill.tenants.map(({ name }) => name)).toEqual(['globex', 'acme']);
    expect(ill.tenants[0]?.reason).toBe('wordpress-0: crash loop');
    bed.cluster.failPods({ namespace: 'tenant-globex', selector: 'app.kubernetes.io/name=wordpress' }, undefined);
    await until((view) => tenant(view, 'globex')?.health === 'ok');
  });

  it('keeps the objects of tenants that did not change', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    await onboard(bed, 'globex');
    await bed.cluster.settled();
    const { until } = watch(bed);
    const before = await until((view) => view.tenants.length === 2 && view.tenants.every(({ endpoints }) => endpoints.wordpress.state === 'answers' && endpoints.openwebui.state === 'answers'));
    await bed.client.core.deleteNamespacedPod({ namespace: 'tenant-globex', name: 'mariadb-0' });
    const after = await until((view) => tenant(view, 'globex')?.pods.total === 3);
    expect(tenant(after, 'acme')).toBe(tenant(before, 'acme'));
  });

  it('shows who works on a tenant, until the Lease is given back', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    await bed.cluster.settled();
    const { until } = watch(bed);
    await until((view) => tenant(view, 'acme')?.health === 'ok');
    const lease = await bed.client.coordination.createNamespacedLease({
      namespace: SYSTEM,
      body: { metadata: { name: 'tenant-acme', labels: { 'ionos-tenants.io/tenant': 'acme' } }, spec: { holderIdentity: 'op@laptop pid 7 update', leaseDurationSeconds: 60, acquireTime: new V1MicroTime(), renewTime: new V1MicroTime() } },
    });
    const busy = await until((view) => tenant(view, 'acme')?.health === 'busy');
    expect(tenant(busy, 'acme')?.operation).toMatchObject({ holder: 'op@laptop pid 7', operation: 'update' });
    lease.spec = { ...lease.spec, holderIdentity: '' };
    await bed.client.coordination.replaceNamespacedLease({ name: 'tenant-acme', namespace: SYSTEM, body: lease });
    await until((view) => tenant(view, 'acme')?.operation === null);
  });

  it('takes a Lease that nobody renewed for left behind', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    const old = new V1MicroTime(Date.now() - 120_000);
    await bed.client.coordination.createNamespacedLease({
      namespace: SYSTEM,
      body: { metadata: { name: 'tenant-acme', labels: { 'ionos-tenants.io/tenant': 'acme' } }, spec: { holderIdentity: 'op@laptop pid 7 update', leaseDurationSeconds: 60, acquireTime: old, renewTime: old } },
    });
    await bed.cluster.settled();
    const view = await readFleetView({ name: 'main', cluster: bed.client }, { signal: signal(), probe: answering().probe });
    expect(view.tenants[0]).toMatchObject({ operation: null, health: 'ok' });
  });

  it('says since when it is blind, reconnects by itself and misses nothing', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    await bed.cluster.settled();
    const { until } = watch(bed);
    await until((view) => tenant(view, 'acme')?.health === 'ok');
    await bed.door.close();
    const blind = await until((view) => view.staleSince !== undefined);
    expect(tenant(blind, 'acme')?.name).toBe('acme');
    expect(blind.staleReason).not.toMatch(/^request to/);
    expect(new Date(blind.staleSince ?? '').getTime()).toBeLessThanOrEqual(Date.now());
    bed.cluster.store.remove('Pod', 'tenant-acme', 'mariadb-0');
    const door = await startKubernetesDoor(bed.cluster, { port: bed.door.port });
    onTestFinished(() => door.close());
    const back = await until((view) => view.staleSince === undefined && tenant(view, 'acme')?.pods.total === 3);
    expect(back.connecting).toBeUndefined();
  });

  it('tells of details only for the tenant in focus', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    await onboard(bed, 'globex');
    await bed.cluster.settled();
    const { source, until } = watch(bed);
    const plain = await until((view) => view.tenants.length === 2);
    expect(plain.detail).toBeUndefined();
    source.focus('acme');
    const close = await until((view) => view.detail?.name === 'acme' && view.detail.events.length > 0);
    expect(close.detail?.pods).toHaveLength(4);
    source.focus('globex');
    const other = await until((view) => view.detail?.name === 'globex' && view.detail.events.length > 0);
    expect(other.detail?.events.every(({ object }) => object !== '')).toBe(true);
    source.focus(undefined);
    await until((view) => view.detail === undefined);
  });

  it('gives at most one view per interval, however much happens', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    await bed.cluster.settled();
    const { views, until } = watch(bed, { everyMs: 200 });
    await until((view) => tenant(view, 'acme')?.health === 'ok');
    const before = views.length;
    for (let index = 0; index < 100; index += 1) bed.cluster.store.mutate('Pod', 'tenant-acme', 'mariadb-0', (pod) => void (pod.metadata.annotations = { turn: String(index) }));
    await bed.client.core.deleteNamespacedPod({ namespace: 'tenant-acme', name: 'mariadb-0' });
    await until((view) => tenant(view, 'acme')?.pods.total === 3);
    expect(views.length - before).toBeLessThan(20);
  });

  it('follows a log, without secrets, until it is told to stop', async () => {
    const bed = await openFleet();
    await onboard(bed, 'acme');
    await bed.cluster.settled();
    const { source } = watch(bed, { redact: (line) => line.replaceAll('nothing runs here', '***') });
    const stop = new AbortController();
    const lines: string[] = [];
    await source.followLogs({ namespace: 'tenant-acme', name: 'mariadb-0', container: 'mariadb' }, {
      signal: stop.signal,
      onLine: (line) => {
        lines.push(line);
        if (lines.length === 2) stop.abort();
      },
    });
    expect(lines[0]).toContain('sandbox: ***');
    await expect(source.followLogs({ namespace: 'tenant-acme', name: 'nope-0', container: 'x' }, { signal: signal(), onLine: () => undefined })).rejects.toMatchObject({ code: 'no-logs' });
  });
});
