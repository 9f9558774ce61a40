import { gatewayValues, modelGatewayValues, openwebuiValues, tenantValues, wordpressValues } from '../../src/helm/values.js';
import type { TenantFacts } from '../../src/helm/values.js';
import { completeTenant, endpointsOf, quotaOf, resolvePreset } from '../../src/tenant/index.js';
import type { TenantDraft } from '../../src/tenant/index.js';
import { platformPreset, tenantPreset } from '../tenant/support.js';
import type { ChartName, Values } from './rendering.js';

export const IP = '203.0.113.10';

/** What people write: quotation marks of three kinds, an umlaut, what YAML, shells, PHP and the kubelet would like to expand. */
export const AWKWARD_NAME = 'Müller & Söhne "GmbH" \'#1\': {{ x }} $(HOME) $$ `id` <b>';

/** Three tenants that between them use every switch of a tenant's file. */
const DRAFTS: Record<string, TenantDraft> = {
  small: { name: '1e3', displayName: AWKWARD_NAME, preset: 'small' },
  medium: {
    name: 'beta-2',
    displayName: 'Beta',
    preset: 'medium',
    isolation: 'node-pool',
    access: { allow: ['198.51.100.0/24', '203.0.113.7/32'] },
    openwebui: { models: 'none' },
  },
  large: {
    name: 'gamma',
    displayName: 'Gamma',
    preset: 'large',
    isolation: 'cluster',
    wordpress: { adminEmail: 'web@gamma.example', domain: 'www.gamma.example' },
    openwebui: { domain: 'chat.gamma.example', models: ['openai/gpt-oss-120b', 'BAAI/bge-m3'] },
  },
};

export type TenantKey = 'small' | 'medium' | 'large';
export const TENANTS: readonly TenantKey[] = ['small', 'medium', 'large'];

/** The values of all charts for one of the three, made by the code that `create` uses. */
export const valuesOf = (key: TenantKey): Record<ChartName, Values> => {
  const draft = DRAFTS[key] as TenantDraft;
  const spec = completeTenant({ ...draft, wordpress: { adminEmail: 'web@acme.example', ...draft.wordpress } });
  const preset = resolvePreset(tenantPreset(spec.preset), spec.overrides);
  const facts: TenantFacts = {
    addresses: 'ip-block',
    ip: IP,
    endpoints: endpointsOf({ ip: IP, domains: { wordpress: spec.wordpress.domain, openwebui: spec.openwebui.domain } }),
    storageClass: 'ionos-enterprise-ssd',
    dns: { namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' }, port: 53 },
    exceptCidrs: ['192.0.2.0/24', '10.0.0.0/8'],
    checksums: { wordpress: 'a'.repeat(64), openwebui: 'b'.repeat(64) },
    hasSharedPool: key === 'large',
  };
  return {
    tenant: tenantValues(spec, preset, facts, { ...quotaOf(preset, spec) }),
    wordpress: wordpressValues(spec, preset, facts),
    openwebui: openwebuiValues(spec, preset, facts),
    gateway: gatewayValues(spec, preset, facts),
    'model-gateway': modelGatewayValues(platformPreset('production'), facts, 'https://openai.inference.de-txl.ionos.com/v1', 'c'.repeat(64)),
  };
};

const merge = (below: unknown, above: unknown): unknown =>
  typeof below === 'object' && below !== null && !Array.isArray(below) && typeof above === 'object' && above !== null && !Array.isArray(above)
    ? Object.fromEntries([...new Set([...Object.keys(below), ...Object.keys(above)])].map((key) => [
        key,
        key in above ? merge((below as Values)[key], (above as Values)[key]) : (below as Values)[key],
      ]))
    : above;

/** Values with some of them changed, however deep. */
export const changed = (values: Values, changes: Values): Values => merge(values, changes) as Values;

/** Cases that no tenant's file makes yet, but the charts know: an external database, the official adapter, an opened internet. */
export const EXTRA: readonly { chart: ChartName; title: string; values: Values }[] = [
  {
    chart: 'wordpress',
    title: 'an external database',
    values: changed(valuesOf('large').wordpress, { database: { enabled: false, external: { host: 'db.example.com', port: 3307, name: 'site', user: 'site' } } }),
  },
  {
    chart: 'wordpress',
    title: 'the official adapter',
    values: changed(valuesOf('large').wordpress, { internet: true, mcp: { server: 'adapter', adapter: { url: 'https://example.com/mcp-adapter.zip', sha256: 'd'.repeat(64) } } }),
  },
  {
    chart: 'tenant',
    title: 'an opened internet and an external database',
    values: changed(valuesOf('large').tenant, { egress: { internet: true, certificates: true, database: { cidr: '10.20.0.5/32', port: 3307 } } }),
  },
  { chart: 'gateway', title: 'two replicas', values: changed(valuesOf('small').gateway, { replicas: 2 }) },
  {
    chart: 'model-gateway',
    title: 'three replicas and a service of one\'s own',
    values: changed(valuesOf('large')['model-gateway'], { replicas: 3, hub: { baseUrl: 'http://models.example:8000/api' }, egress: { allowCidrs: ['10.9.0.0/16'] } }),
  },
];
