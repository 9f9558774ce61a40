import type { FleetPod, FleetSource, FleetTenant, FleetView, LogListener, TenantDetail } from '../../src/engine/fleet-view.js';

/** Ten minutes after {@link BORN}. */
export const NOW = Date.parse('2026-11-23T12:10:00.000Z');
export const BORN = '2026-11-23T12:00:00.000Z';

export const makePod = (change: Partial<FleetPod> = {}): FleetPod => ({
  namespace: 'tenant-acme',
  name: 'wordpress-6f9c-x1',
  app: 'wordpress',
  ready: 1,
  containers: 1,
  phase: 'Running',
  reason: '',
  restarts: 0,
  node: 'node-1',
  createdAt: BORN,
  containerNames: ['wordpress'],
  stuck: false,
  job: false,
  ...change,
});

export const makeTenant = (name: string, change: Partial<FleetTenant> = {}): FleetTenant => ({
  name,
  displayName: name,
  namespace: `tenant-${name}`,
  phase: 'ready',
  preset: 'small',
  isolation: 'namespace',
  models: 'openai/gpt-oss-120b',
  ip: '203.0.113.4',
  encrypted: false,
  endpoints: {
    wordpress: { url: 'http://127.0.0.1:41080', state: 'answers', status: 200, latencyMs: 14 },
    openwebui: { url: 'http://127.0.0.1:41088', state: 'answers', status: 200, latencyMs: 9 },
  },
  pods: { ready: 4, total: 4, restarts: 0 },
  health: 'ok',
  reason: '',
  version: '0.1.0',
  applications: { wordpress: '7.1.4', openwebui: '0.12.4' },
  usage: { cpu: { used: 3750, hard: 6000 }, memory: { used: 2 ** 31, hard: 2 ** 32 }, storage: { used: 28 * 2 ** 30, hard: 48 * 2 ** 30 } },
  costEur30d: { low: 7.76, high: 16.13 },
  createdAt: BORN,
  operation: null,
  ...change,
});

/** 300 tenants, two of them not well, in no order. Names of every length, some with wide characters in what people gave them. */
export const manyTenants = (count = 300): FleetTenant[] =>
  Array.from({ length: count }, (_, index) => {
    const name = index % 7 === 0 ? `donaudampfschifffahrt-${index}` : `t${index}`;
    if (index === 17) return makeTenant(name, { health: 'failed', reason: 'wordpress-6f9c-x1: crash loop', pods: { ready: 3, total: 4, restarts: 7 } });
    if (index === 203) return makeTenant(name, { health: 'degraded', displayName: '株式会社テスト', reason: 'Open WebUI: HTTP 502', endpoints: { ...makeTenant('x').endpoints, openwebui: { url: 'http://127.0.0.1:41090', state: 'silent', status: 502 } } });
    return makeTenant(name);
  });

export const makeDetail = (name: string, change: Partial<TenantDetail> = {}): TenantDetail => ({
  name,
  pods: [
    makePod({ stuck: true, ready: 0, containers: 2, reason: 'crash loop', restarts: 7, containerNames: ['wordpress', 'cron'] }),
    makePod({ name: 'gateway-77c-k2', app: 'gateway', containerNames: ['caddy'] }),
    makePod({ name: 'mariadb-0', app: 'mariadb', containerNames: ['mariadb'] }),
    makePod({ name: 'openwebui-0', app: 'openwebui', containerNames: ['openwebui'] }),
  ],
  podDetails: {
    'wordpress-6f9c-x1': {
      ip: '10.1.2.3',
      owner: 'ReplicaSet/wordpress-6f9c',
      containers: [
        {
          name: 'wordpress',
          init: false,
          image: 'docker.io/library/wordpress:7.1.4-php8.3-apache',
          restarts: 7,
          state: { words: 'waiting: CrashLoopBackOff', well: false, message: 'back-off 5m0s restarting failed container' },
          before: { words: 'ended with 137 (OOMKilled)', well: false, since: BORN },
          cpu: { request: 50, limit: 500 },
          memory: { request: 2 ** 27, limit: 2 ** 28 },
        },
        { name: 'prepare-core', init: true, image: 'docker.io/library/wordpress:7.1.4-php8.3-apache', restarts: 0, state: { words: 'ended with 0', well: true, since: BORN }, cpu: { request: null, limit: null }, memory: { request: null, limit: null } },
      ],
    },
  },
  events: Array.from({ length: 40 }, (_, index) => ({ at: BORN, warning: index === 0, reason: index === 0 ? 'BackOff' : 'Pulled', object: 'pod/wordpress-6f9c-x1', message: `message ${index} \u001b[31mred\u001b[0m`, count: 1 })),
  claims: [
    { name: 'mariadb-data', phase: 'Bound', size: 8 * 2 ** 30, storageClass: 'ionos-enterprise-ssd' },
    { name: 'openwebui-data', phase: 'Bound', size: 10 * 2 ** 30, storageClass: 'ionos-enterprise-ssd' },
  ],
  history: [
    { at: BORN, operation: 'create', outcome: 'done', by: 'op@host', cliVersion: '0.1.0', elapsedMs: 98_000 },
    { at: BORN, operation: 'create', outcome: 'started', by: 'op@host', cliVersion: '0.1.0' },
  ],
  ...change,
});

export const makeView = (tenants: readonly FleetTenant[], change: Partial<FleetView> = {}): FleetView => ({ platform: 'main', at: new Date(NOW).toISOString(), tenants, ...change });

export interface FakeSource extends FleetSource {
  publish(view: FleetView): void;
  readonly focused: (string | undefined)[];
  readonly logs: { name: string; container: string; previous: boolean; signal: AbortSignal; onLine: LogListener; fail: (error: Error) => void; end: () => void }[];
}

/** A source that a test speaks for. */
export const fakeSource = (first?: FleetView): FakeSource => {
  let current = first;
  const listeners = new Set<(view: FleetView) => void>();
  const focused: (string | undefined)[] = [];
  const logs: FakeSource['logs'] = [];
  return {
    platform: 'main',
    focused,
    logs,
    ended: new Promise(() => undefined),
    current: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    focus: (tenant) => void focused.push(tenant),
    followLogs: ({ name, container, previous = false }, { signal, onLine }) =>
      new Promise<void>((resolve, reject) => {
        logs.push({ name, container, previous, signal, onLine, fail: reject, end: resolve });
      }),
    publish(view) {
      current = view;
      for (const listener of listeners) listener(view);
    },
  };
};
