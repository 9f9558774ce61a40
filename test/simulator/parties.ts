import { render, workloads, type Manifest } from '../charts/rendering.js';
import { changed, valuesOf, type TenantKey } from '../charts/tenants.js';
import type { ChartName, Values } from '../charts/rendering.js';
import type { Party } from './cyclonus.js';

/** Two tenants that differ in all they can: one at its address, one with names and so with certificates. */
export const TENANTS = { acme: 'small', globex: 'large' } as const satisfies Record<string, TenantKey>;
export type TenantName = keyof typeof TENANTS;

const PART_OF = { 'app.kubernetes.io/part-of': 'ionos-tenants' };

/** Where the cluster is, in ranges that no chart knows of by itself: only the list that the command line makes names them. */
export const CLUSTER = { node: '93.184.215.10', api: '93.184.215.20' } as const;

const named = (tenant: TenantName): Record<ChartName, Values> => {
  const values = valuesOf(TENANTS[tenant]);
  return Object.fromEntries(Object.entries(values).map(([chart, each]) => [chart, changed(each, { tenant: { name: tenant } })])) as Record<ChartName, Values>;
};

/** What only the platform knows of where it is. */
const PLATFORM = { exceptCidrs: Object.values(CLUSTER).map((address) => `${address}/32`) };

/** What the guard rails of this tenant allow, rendered as `create` does, with changes. */
export const policiesOf = async (tenant: TenantName, egress: Values = {}): Promise<Manifest[]> =>
  (await render('tenant', changed(named(tenant).tenant, { models: { enabled: true }, egress: { ...PLATFORM, ...egress } }))).filter(({ kind }) => kind === 'NetworkPolicy');

export const modelPolicies = async (): Promise<Manifest[]> => (await render('model-gateway', changed(valuesOf('small')['model-gateway'], { egress: PLATFORM }))).filter(({ kind }) => kind === 'NetworkPolicy');

let last = 1;
const pod = (name: string, namespace: string, labels: Record<string, string>, namespaceLabels: Record<string, string> = {}): Party => ({
  name,
  // Pods of IONOS have addresses of carrier NAT.
  ip: `100.64.1.${last++}`,
  pod: { namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace, ...namespaceLabels }, labels },
});

/** The pods of a tenant with the labels that their charts give them, and two that a hostile tenant might add. */
export const podsOf = async (tenant: TenantName): Promise<Party[]> => {
  const values = named(tenant);
  const manifests = (await Promise.all((['wordpress', 'openwebui', 'gateway'] as const).map((chart) => render(chart, values[chart])))).flat();
  const inTenant = (name: string, labels: Record<string, string>): Party => pod(`${tenant}/${name}`, `tenant-${tenant}`, labels, { 'ionos-tenants.io/tenant': tenant });
  const applications = workloads(manifests).map(({ spec }) => (spec as { template: { metadata: { labels: Record<string, string> } } }).template.metadata.labels);
  // The Job that the command line starts, and what `helm test` does, have a component of their own or that of an application.
  const components = new Map([...applications, { ...PART_OF, 'app.kubernetes.io/component': 'mcp-handshake' }].reverse().map((labels) => [labels['app.kubernetes.io/component'] ?? '', labels]));
  return [
    ...[...components].map(([name, labels]) => inTenant(name, labels)),
    inTenant('stranger', {}),
    inTenant('impostor', { 'k8s-app': 'kube-dns', 'app.kubernetes.io/name': 'model-gateway' }),
  ];
};

/** Pods of the platform, and of a namespace that nothing guards. */
export const shared = (): Record<'models' | 'dns' | 'open' | 'pretender', Party> => ({
  models: pod('models', 'ionos-tenants-models', { 'app.kubernetes.io/name': 'model-gateway', 'app.kubernetes.io/instance': 'model-gateway' }),
  dns: pod('dns', 'kube-system', { 'k8s-app': 'kube-dns' }),
  open: pod('open', 'open', {}),
  pretender: pod('pretender', 'open', { ...PART_OF, 'app.kubernetes.io/component': 'openwebui' }),
});

/** Addresses outside, by what they are. */
export const OUTSIDE: Record<'internet' | 'metadata' | 'alibaba' | 'private' | 'node' | 'api' | 'service', Party> = {
  internet: { name: 'internet', ip: '9.9.9.9' },
  metadata: { name: 'metadata', ip: '169.254.169.254' },
  alibaba: { name: 'metadata at 100.100.100.200', ip: '100.100.100.200' },
  private: { name: 'a private network', ip: '192.168.7.7' },
  node: { name: 'a node', ip: CLUSTER.node },
  api: { name: 'the API server', ip: CLUSTER.api },
  service: { name: 'a Service', ip: '10.233.0.1' },
};
