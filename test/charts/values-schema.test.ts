import { readFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryFolder } from '../support/folder.js';
import { HELM_VERSIONS, helmPath } from '../support/helm.js';
import { cleanEnvironment, runTool } from '../support/tool.js';
import { CHARTS, chartFolder, parseManifests, render, renderText } from './rendering.js';
import type { ChartName, Values } from './rendering.js';
import { changed, valuesOf } from './tenants.js';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  propertyNames?: unknown;
  required?: string[];
  $defs?: Record<string, Schema>;
}

const schemaOf = (chart: ChartName): Schema => JSON.parse(readFileSync(`${chartFolder(chart)}/values.schema.json`, 'utf8')) as Schema;

/** Objects with properties, wherever they are in a schema that decides (not in its conditions). */
const objects = (schema: Schema, path = 'values'): { path: string; schema: Schema }[] => [
  ...(schema.type === 'object' ? [{ path, schema }] : []),
  ...Object.entries({ ...schema.properties, ...schema.$defs }).flatMap(([name, below]) => objects(below, `${path}.${name}`)),
];

/** Values that a chart must refuse, as changes to those of a tenant, and a word of the reason. */
const BAD: Record<ChartName, [string, Values, RegExp][]> = {
  tenant: [
    ['a name with a path', { tenant: { name: '../x' } }, /name/],
    ['a name of 64 characters', { tenant: { name: 'a'.repeat(64) } }, /name/],
    ['a name that is a number', { tenant: { name: 100 } }, /name/],
    ['a display name with a line break', { tenant: { displayName: 'a\nb' } }, /displayName/],
    ['an unknown isolation', { isolation: 'none' }, /isolation/],
    ['own nodes without saying which', { isolation: 'node-pool', nodePool: '' }, /nodePool/],
    ['an address with a quotation mark', { address: { ip: "203.0.113.1' || true || '" } }, /ip/],
    ['an address that is none', { address: { ip: '203.0.113.999' } }, /ip/],
    ['no access at all', { access: { allow: [] } }, /allow/],
    ['an access list without masks', { access: { allow: ['203.0.113.1'] } }, /allow/],
    ['a quota that is a word', { quota: { memory: 'plenty' } }, /memory/],
    ['no claims', { quota: { claims: 0 } }, /claims/],
    ['a DNS port of zero', { dns: { port: 0 } }, /port/],
    ['a DNS label with a line break', { dns: { podLabels: { 'a\nb': 'c' } } }, /propertyName/],
    ['a switch that is a word', { egress: { internet: 'yes' } }, /internet/],
    ['an exception that is no network', { egress: { exceptCidrs: ['cluster'] } }, /exceptCidrs/],
    ['a pool with a quotation mark', { nodePool: "a' || 'b" }, /nodePool/],
    ['a label that says who the tenant is', { commonLabels: { 'ionos-tenants.io/tenant': 'other' } }, /propertyName/],
  ],
  wordpress: [
    ['a URL with a path', { site: { url: 'http://203.0.113.1/blog' } }, /url/],
    ['a URL that ends a PHP string', { site: { url: "http://a'; phpinfo(); '" } }, /url/],
    ['an e-mail address that is none', { site: { adminEmail: 'admin' } }, /adminEmail/],
    ['a volume without a unit', { wordpress: { storage: '10' } }, /storage/],
    ['two pods on one volume', { wordpress: { replicas: 2 } }, /replicas/],
    ['two databases', { database: { replicas: 2 } }, /replicas/],
    ['an external database without a host', { database: { enabled: false } }, /host/],
    ['a PHP setting with a second line', { wordpress: { php: { memoryLimit: '256M\nauto_prepend_file=x' } } }, /memoryLimit/],
    ['an assistant that is the administrator', { site: { adminUser: 'Assistant' } }, /site\.adminUser and mcp\.user/],
    ['an unknown MCP server', { mcp: { server: 'other' } }, /server/],
    ['the adapter without a checksum', { mcp: { server: 'adapter', adapter: { url: 'https://example.com/a.zip' } } }, /sha256/],
    ['the adapter with half a checksum', { mcp: { server: 'adapter', adapter: { url: 'https://example.com/a.zip', sha256: 'abc' } } }, /sha256/],
    ['an image by a moving tag', { images: { wordpress: { tag: 'latest' } } }, /tag/],
    ['a digest that is none', { images: { mariadb: { digest: 'sha256:1' } } }, /digest/],
    ['a pod label that a network policy goes by', { podLabels: { 'app.kubernetes.io/component': 'gateway' } }, /propertyName/],
    ['a label with a line break', { podLabels: { team: 'a\nb' } }, /podLabels/],
    ['a checksum of its own', { podAnnotations: { 'checksum/config': 'x' } }, /propertyName/],
    ['a pull secret with a path', { imagePullSecrets: ['../x'] }, /imagePullSecrets/],
    ['a priority class with a space', { priorityClassName: 'very important' }, /priorityClassName/],
    ['images that are never fetched', { imagePullPolicy: 'Never' }, /imagePullPolicy/],
    ['a buffer pool without a unit', { database: { bufferPool: 'half' } }, /bufferPool/],
  ],
  openwebui: [
    ['a second replica', { replicas: 2 }, /replicas/],
    ['models without any', { models: { enabled: true, ids: [] } }, /ids/],
    ['models without an address', { models: { enabled: true, baseUrl: '' } }, /baseUrl/],
    ['an address without /v1', { models: { baseUrl: 'http://gateway:8080' } }, /baseUrl/],
    ['a connection whose name the kubelet would expand', { mcp: { name: '$(WEBUI_SECRET_KEY)' } }, /name/],
    ['a connection id with a space', { mcp: { id: 'word press' } }, /id/],
    ['a URL without a scheme', { url: 'chat.example.com' }, /url/],
    ['a setting with a value and a Secret', { extraEnv: [{ name: 'A', value: 'b', valueFrom: { secretKeyRef: { name: 'c', key: 'd' } } }] }, /extraEnv/],
    ['a setting without either', { extraEnv: [{ name: 'A' }] }, /extraEnv/],
    ['a setting from a field of the pod', { extraEnv: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }] }, /extraEnv/],
    ['a setting that the chart has', { extraEnv: [{ name: 'ENABLE_SIGNUP', value: 'true' }] }, /ENABLE_SIGNUP is set already/],
    ['a setting twice', { extraEnv: [{ name: 'A', value: 'b' }, { name: 'A', value: 'c' }] }, /A is set already/],
    ['a limit below nothing', { resources: { limits: { memory: -1 } } }, /memory/],
  ],
  gateway: [
    ['a domain with a path', { domains: { wordpress: 'a.example/x' } }, /wordpress/],
    ['a domain that ends a block of the configuration', { domains: { openwebui: 'a.example { respond 200 }' } }, /openwebui/],
    ['a node port beside an address of its own', { service: { type: 'NodePort' } }, /address/],
    ['a Service that points elsewhere', { service: { type: 'ExternalName' } }, /type/],
    ['two pods with one volume for certificates', { replicas: 2, domains: { wordpress: 'www.example.com' } }, /replicas/],
    ['an annotation of the Service that is no text', { service: { annotations: { 'example.com/on': true } } }, /annotations/],
    ['an authority without TLS', { domains: { authority: 'http://ca.example' } }, /authority/],
    ['a contact that ends a line', { domains: { email: 'a@b.c\nadmin on' } }, /email/],
  ],
  'model-gateway': [
    ['no requests at all', { rate: { total: 0 } }, /total/],
    ['half a request', { rate: { perTenant: 0.5 } }, /perTenant/],
    ['a hub that ends a line of the configuration', { hub: { baseUrl: 'https://a; return 200' } }, /baseUrl/],
    ['no pods', { replicas: 0 }, /replicas/],
  ],
};

/** Values that look unusual and are right, with what must come of them. */
const GOOD: [ChartName, string, Values, RegExp][] = [
  ['wordpress', 'a storage class with dots', { storageClass: 'ssd.csi.example.com' }, /storageClassName: "ssd\.csi\.example\.com"/],
  ['openwebui', 'a repository with a port and double signs', { image: { repository: 'registry.example:5000/mirror/open-webui--slim__1' } }, /image: "registry\.example:5000\/mirror\/open-webui--slim__1:/],
];

it.each(GOOD)('chart %s takes %s', async (chart, _title, changes, result) => {
  expect(await renderText(chart, changed(valuesOf('small')[chart], changes))).toMatch(result);
});

it('without a storage class, claims take that of the cluster', async () => {
  for (const chart of ['wordpress', 'openwebui', 'gateway'] as const) {
    const claims = (await render(chart, { ...valuesOf('large')[chart], storageClass: '' })).filter(({ kind }) => kind === 'PersistentVolumeClaim');
    expect(claims.length).toBeGreaterThan(0);
    // An empty one would mean: a volume that somebody has made by hand.
    for (const { spec } of claims) expect(spec).not.toHaveProperty('storageClassName');
  }
});

it('the charts can be parts of another one, to which helm adds what is global', async () => {
  const folder = await temporaryFolder('parent');
  const parts = CHARTS.filter((chart) => chart !== 'model-gateway');
  const version = (parse(readFileSync(`${chartFolder('tenant')}/Chart.yaml`, 'utf8')) as { version: string }).version;
  await writeFile(join(folder, 'Chart.yaml'), JSON.stringify({ apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies: parts.map((name) => ({ name, version })) }));
  await writeFile(join(folder, 'values.yaml'), JSON.stringify({ ...Object.fromEntries(parts.map((chart) => [chart, valuesOf('small')[chart]])), global: { team: 'web' } }));
  for (const chart of parts) await cp(chartFolder(chart), join(folder, 'charts', chart), { recursive: true });
  for (const version of HELM_VERSIONS) {
    const { exitCode, stdout, stderr } = await runTool(helmPath(version), ['template', 'acme', folder, '--kube-version=1.34.4'], { env: cleanEnvironment() });
    expect(exitCode, stderr).toBe(0);
    for (const name of ['mariadb', 'wordpress', 'openwebui', 'gateway']) expect(parseManifests(stdout).filter(({ kind, metadata }) => ['Deployment', 'StatefulSet'].includes(kind) && metadata.name === name)).toHaveLength(1);
  }
});

describe.each(CHARTS)('values of chart %s', (chart) => {
  it('are closed: every object of the schema refuses keys that it does not name', () => {
    for (const { path, schema } of objects(schemaOf(chart))) {
      // Another chart's, see below.
      if (path === 'values.global') continue;
      // Labels and annotations have free keys, of a shape.
      if (/(podLabels|extraLabels|extraAnnotations)$/.test(path)) {
        expect(schema.propertyNames, path).toBeDefined();
        continue;
      }
      expect(schema.additionalProperties, path).toBe(false);
    }
  });

  it('refuse an unknown key, at the top and below', async () => {
    const values = valuesOf('large')[chart];
    const below = Object.entries(schemaOf(chart).properties ?? {}).find(([, schema]) => schema.type === 'object')?.[0] ?? '';
    await expect(renderText(chart, { ...values, replicaCount: 1 })).rejects.toThrow(/replicaCount/);
    await expect(renderText(chart, changed(values, { [below]: { tpyo: 1 } }))).rejects.toThrow(/tpyo/);
  });

  it.each(BAD[chart])('refuse %s', async (_title, changes, reason) => {
    await expect(renderText(chart, changed(valuesOf('small')[chart], changes))).rejects.toThrow(reason);
  });

  it('the defaults alone make a release', async () => {
    expect(await renderText(chart, {})).toContain('kind: ');
  });
});

it('all charts mean the same by the words that they share', () => {
  const shared = new Map<string, string>();
  for (const chart of CHARTS) {
    for (const [name, schema] of Object.entries(schemaOf(chart).$defs ?? {})) {
      const text = JSON.stringify(schema);
      expect(shared.get(name) ?? text, `${name} of chart ${chart}`).toBe(text);
      shared.set(name, text);
    }
  }
});
