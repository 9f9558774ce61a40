import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHARTS, chartFolder, renderText } from './rendering.js';
import type { ChartName, Values } from './rendering.js';
import { changed } from './tenants.js';

/** What a value is set to, and what else has to be set so that it can mean anything. */
interface Case {
  to: unknown;
  given?: Values;
}

const ANOTHER_IMAGE = { repository: 'registry.example/other', tag: '9.9.9', digest: `sha256:${'e'.repeat(64)}` };
const image = (path: string): Record<string, Case> => Object.fromEntries(Object.entries(ANOTHER_IMAGE).map(([key, to]) => [`${path}.${key}`, { to }]));
const resources = (path: string): Record<string, Case> => ({
  [`${path}.requests.cpu`]: { to: '11m' },
  [`${path}.requests.memory`]: { to: '33Mi' },
  [`${path}.requests.ephemeral-storage`]: { to: '17Mi' },
  [`${path}.limits.cpu`]: { to: '999m' },
  [`${path}.limits.memory`]: { to: '999Mi' },
  [`${path}.limits.ephemeral-storage`]: { to: '999Mi' },
});
const TENANT: Record<string, Case> = { 'tenant.name': { to: 'other' } };
const DNS: Record<string, Case> = { 'dns.namespace': { to: 'dns' }, 'dns.podLabels': { to: { app: 'coredns' } }, 'dns.port': { to: 5353 } };
const OBJECTS: Record<string, Case> = { commonLabels: { to: { team: 'web' } } };
const PODS: Record<string, Case> = {
  ...OBJECTS,
  podLabels: { to: { team: 'web' } },
  podAnnotations: { to: { 'example.com/note': 'a note' } },
  imagePullPolicy: { to: 'Always' },
  imagePullSecrets: { to: ['registry'] },
  priorityClassName: { to: 'important' },
  secretChecksum: { to: 'another' },
};
const POOL: Record<string, Case> = { nodePool: { to: 'pool-7' } };
const EXTERNAL: Values = { database: { enabled: false, external: { host: 'db.example.com', name: 'site', user: 'site' } } };
const ADAPTER: Values = { internet: true, mcp: { server: 'adapter', adapter: { url: 'https://example.com/a.zip', sha256: 'd'.repeat(64) } } };
const DOMAIN: Values = { domains: { wordpress: 'www.example.com' } };

/** One case for each value of values.yaml. Where a map has keys of one's own, the map is the value. */
const CASES: Record<ChartName, Record<string, Case>> = {
  tenant: {
    ...TENANT, ...DNS, ...OBJECTS,
    'tenant.displayName': { to: 'Another' },
    isolation: { to: 'cluster' },
    'address.ip': { to: '203.0.113.99' },
    'address.source': { to: 'node-port', given: { address: { ip: '', source: 'load-balancer' } } },
    'access.allow': { to: ['203.0.113.0/24'] },
    'quota.cpu': { to: '5' },
    'quota.memory': { to: '7Gi' },
    'quota.storage': { to: '41Gi' },
    'quota.claims': { to: 5 },
    'quota.pods': { to: 13 },
    'quota.ephemeralStorage': { to: '17Gi' },
    'limits.cpu': { to: '2' },
    'limits.memory': { to: '513Mi' },
    'egress.internet': { to: true },
    'egress.certificates': { to: true },
    'egress.exceptCidrs': { to: ['203.0.113.0/24'], given: { egress: { internet: true } } },
    'egress.database.cidr': { to: '10.20.0.5/32' },
    'egress.database.port': { to: 3307, given: { egress: { database: { cidr: '10.20.0.5/32' } } } },
    'models.enabled': { to: false },
    'models.namespace': { to: 'models' },
    nodePool: { to: 'pool-7' },
  },
  wordpress: {
    ...TENANT, ...PODS, ...POOL,
    ...image('images.wordpress'), ...image('images.mariadb'), ...resources('wordpress.resources'), ...resources('database.resources'),
    'site.title': { to: 'Another' },
    'site.adminEmail': { to: 'other@example.com' },
    'site.adminUser': { to: 'other' },
    'site.url': { to: 'http://203.0.113.99' },
    existingSecret: { to: 'other' },
    storageClass: { to: 'other' },
    internet: { to: true },
    'wordpress.replicas': { to: 0 },
    'wordpress.storage': { to: '11Gi' },
    'wordpress.php.memoryLimit': { to: '257M' },
    'wordpress.php.uploadMaxFilesize': { to: '64M' },
    'wordpress.php.workers': { to: 11 },
    'database.enabled': { to: false, given: { database: { external: { host: 'db.example.com', name: 'site', user: 'site' } } } },
    'database.replicas': { to: 0 },
    'database.bufferPool': { to: '129M' },
    'database.storage': { to: '9Gi' },
    'database.external.host': { to: 'other.example.com', given: EXTERNAL },
    'database.external.port': { to: 3307, given: EXTERNAL },
    'database.external.name': { to: 'other', given: EXTERNAL },
    'database.external.user': { to: 'other', given: EXTERNAL },
    'mcp.server': { to: 'adapter', given: { internet: true, mcp: { adapter: { url: 'https://example.com/a.zip', sha256: 'd'.repeat(64) } } } },
    'mcp.user': { to: 'other' },
    'mcp.adapter.url': { to: 'https://example.com/b.zip', given: ADAPTER },
    'mcp.adapter.sha256': { to: 'e'.repeat(64), given: ADAPTER },
  },
  openwebui: {
    ...TENANT, ...PODS, ...POOL, ...image('image'), ...resources('resources'),
    'tenant.displayName': { to: 'Another' },
    url: { to: 'http://203.0.113.99:8080' },
    'admin.email': { to: 'other@example.com' },
    'admin.name': { to: 'Another' },
    existingSecret: { to: 'other' },
    storageClass: { to: 'other' },
    replicas: { to: 0 },
    storage: { to: '11Gi' },
    'models.enabled': { to: false },
    'models.baseUrl': { to: 'http://models.example:8080/v1' },
    'models.ids': { to: ['openai/gpt-oss-120b', 'another'] },
    'models.default': { to: 'another' },
    'models.embedding': { to: 'another' },
    'mcp.url': { to: 'http://wordpress-mcp:8081/wp-json/other/mcp' },
    'mcp.name': { to: 'Website' },
    'mcp.id': { to: 'website' },
    extraEnv: { to: [{ name: 'OAUTH_CLIENT_ID', value: 'chat' }] },
  },
  gateway: {
    ...TENANT, ...PODS, ...POOL, ...image('image'), ...resources('resources'),
    'address.ip': { to: '203.0.113.99' },
    'access.allow': { to: ['203.0.113.0/24'] },
    'domains.wordpress': { to: 'www.example.com' },
    'domains.openwebui': { to: 'chat.example.com' },
    'domains.email': { to: 'web@example.com', given: DOMAIN },
    'domains.authorityRoot': { to: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', given: DOMAIN },
    'domains.authority': { to: 'https://acme.example/directory', given: DOMAIN },
    'service.type': { to: 'ClusterIP' },
    'service.allocateNodePorts': { to: true },
    'service.annotations': { to: { 'example.com/note': 'a note' } },
    replicas: { to: 2 },
    storage: { to: '2Gi', given: DOMAIN },
    storageClass: { to: 'other', given: DOMAIN },
  },
  'model-gateway': {
    ...POOL, ...PODS, ...DNS, ...image('image'), ...resources('resources'),
    'hub.baseUrl': { to: 'https://models.example' },
    'hub.verify': { to: false },
    'hub.authorityRoot': { to: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n' },
    paths: { to: ['/v1/models'] },
    'streams.perTenant': { to: 33 },
    existingSecret: { to: 'other' },
    keysSecret: { to: 'other' },
    'rate.total': { to: 6 },
    'rate.burst': { to: 11 },
    'rate.perTenant': { to: 3 },
    'rate.perTenantBurst': { to: 5 },
    replicas: { to: 2 },
    'egress.exceptCidrs': { to: ['203.0.113.0/24'] },
    'egress.allowCidrs': { to: ['10.9.0.0/16'] },
  },
};

const ABOUT = 'who the tenant is, is told to all charts in the same words; this one has nowhere to show it';
/** Values that render nothing, on purpose, each with its reason. They are checked to stay that way. */
const SILENT: Record<ChartName, Record<string, string>> = {
  tenant: { secretChecksum: 'nothing in this chart restarts; all charts take the same set of common values' },
  wordpress: { 'tenant.displayName': ABOUT },
  openwebui: {},
  gateway: { 'tenant.displayName': ABOUT },
  'model-gateway': {},
};

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);
/** The paths of all values that somebody can set. An empty map is a value. */
const leavesOf = (tree: Values, path = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) => {
    const name = path === '' ? key : `${path}.${key}`;
    return isMap(value) && Object.keys(value).length > 0 ? leavesOf(value, name) : [name];
  });
const at = (path: string, value: unknown): Values => path.split('.').reduceRight<unknown>((below, key) => ({ [key]: below }), value) as Values;

describe.each(CHARTS)('of chart %s', (chart) => {
  const paths = leavesOf(parse(readFileSync(`${chartFolder(chart)}/values.yaml`, 'utf8')) as Values);
  const cases = CASES[chart];
  let untouched = '';
  beforeAll(async () => {
    untouched = await renderText(chart, {});
  });

  it('every value has a case here, or a reason to render nothing', () => {
    expect([...Object.keys(cases), ...Object.keys(SILENT[chart])].sort()).toEqual([...paths].sort());
  });

  it.each(Object.keys(cases))('%s changes what is rendered', async (path) => {
    const { to, given } = cases[path] as Case;
    const before = given === undefined ? untouched : await renderText(chart, given);
    expect(await renderText(chart, changed(given ?? {}, at(path, to)))).not.toBe(before);
  });

  it.each(Object.keys(SILENT[chart]))('%s renders nothing', async (path) => {
    expect(await renderText(chart, at(path, 'another'))).toBe(untouched);
  });
});
