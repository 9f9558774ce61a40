import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SANDBOX_TOKEN } from '../../src/sandbox/cloud/catalog.js';
import { Stack, starter } from './stack.js';
import { openStage, SOURCE } from './stage.js';
import type { Stage } from './stage.js';

interface Block {
  attributes?: Record<string, { sensitive?: boolean; computed?: boolean; type?: unknown }>;
  block_types?: Record<string, { block: Block }>;
}
type Schemas = Record<string, { block: Block }>;

/** The schema of the real provider, not the sandbox's. */
const schema = JSON.parse(await readFile('test/sandbox/fixtures/ionoscloud-provider-schema.json', 'utf8')) as {
  resource_schemas: Schemas;
  data_source_schemas: Schemas;
};

/**
 * Names under which a provider hides secrets without marking them as sensitive, as ionoscloud does for the keys of its Object Storage
 * and the kubeconfig.
 */
const TELLING = /secret|passw|token|credential|private_key|kube_?config|(^|_)key$|access_?key/;

/** Types that return a secret for good, whatever a later schema says of them. */
const FORBIDDEN = [
  'ionoscloud_s3_key',
  'ionoscloud_object_storage_accesskey',
  'ionoscloud_mariadb_cluster',
  'data.ionoscloud_k8s_cluster',
  'data.ionoscloud_k8s_clusters',
];

/** Attributes of a block that hold a secret, as paths: sensitive ones, and those whose name or whose type's field names tell. */
const secretPaths = (block: Block, prefix = ''): string[] => [
  ...Object.entries(block.attributes ?? {})
    .filter(([name, { sensitive, type }]) => sensitive === true || [name, ...fieldsOf(type)].some((word) => TELLING.test(word)))
    .map(([name]) => `${prefix}${name}`),
  ...Object.entries(block.block_types ?? {}).flatMap(([name, nested]) => secretPaths(nested.block, `${prefix}${name}.`)),
];

/** The field names of an attribute's type, as deep as it goes: ["list", ["object", { "field": type }]]. */
const fieldsOf = (type: unknown): string[] => {
  if (Array.isArray(type)) return type.flatMap(fieldsOf);
  if (typeof type !== 'object' || type === null) return [];
  return Object.entries(type).flatMap(([name, field]) => [name, ...fieldsOf(field)]);
};

const listed = (schemas: Schemas, prefix = ''): [string, string[]][] =>
  Object.entries(schemas)
    .map(([type, { block }]): [string, string[]] => [`${prefix}${type}`, secretPaths(block)])
    .filter(([, paths]) => paths.length > 0);

const secretive = Object.fromEntries([...listed(schema.resource_schemas), ...listed(schema.data_source_schemas, 'data.')]);

const files = (await readdir(SOURCE, { recursive: true })).filter((path) => /\.(tf|tfvars|hcl)$/.test(path));

/** HCL without its comments, so that a word in a sentence is no finding. Our strings hold no comment marks. */
const code = async (path: string): Promise<string> => {
  const text = await readFile(join(SOURCE, path), 'utf8');
  return text.replace(/(^|\s)(#|\/\/)[^\n]*/g, '$1').replace(/\/\*[\s\S]*?\*\//g, '');
};

const sources = await Promise.all(files.map(async (path): Promise<[string, string]> => [path, await code(path)]));

/** `resource`, `data` and `ephemeral` blocks, the latter two with a prefix. */
const typesIn = (text: string): string[] =>
  [...text.matchAll(/^\s*(resource|data|ephemeral)\s+"?([a-z0-9_]+)"?\s+"?[\w-]+"?\s*\{/gm)].map(([, kind = '', type = '']) =>
    kind === 'resource' ? type : `${kind}.${type}`,
  );

/** What a pattern's first group catches, all over the sources. */
const caught = (pattern: RegExp): string[] =>
  sources.flatMap(([path, text]) => [...text.matchAll(pattern)].map(([, first = '']) => `${path}: ${first.trim()}`));

const used = [...new Set(sources.flatMap(([, text]) => typesIn(text)))].sort();

describe("the provider's schema", () => {
  // A newer fixture with another secret in it fails here, so that somebody looks at it.
  it('has these secrets', () => {
    expect(secretive).toEqual({
      'data.ionoscloud_k8s_cluster': ['ca_crt', 'config', 'kube_config', 'server', 'user_tokens'],
      'data.ionoscloud_k8s_clusters': ['clusters'],
      ionoscloud_logging_pipeline: ['key'],
      ionoscloud_mariadb_cluster: ['credentials.password'],
      ionoscloud_monitoring_pipeline: ['key'],
      ionoscloud_object_storage_accesskey: ['accesskey', 'secretkey'],
      ionoscloud_s3_key: ['secret_key'],
      ionoscloud_user: ['password', 'password_wo', 'password_wo_version'],
    });
  });

  it('knows every type that we use', () => {
    const known = [...Object.keys(schema.resource_schemas), ...Object.keys(schema.data_source_schemas).map((type) => `data.${type}`)];
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((type) => !known.includes(type))).toEqual([]);
  });
});

describe('our stacks and modules', () => {
  // A secret that the provider computes is in the state as soon as its type is used, whether or not anybody reads it.
  it('use no type that can carry a secret', () => {
    expect(used.filter((type) => type in secretive || FORBIDDEN.includes(type))).toEqual([]);
  });

  it('name no such type and no such attribute anywhere', () => {
    const types = FORBIDDEN.filter((type) => !type.startsWith('data.'));
    const attributes = ['password', 'password_wo', 'secret_key', 'secretkey', 'kube_config', 'user_tokens', 'ca_crt'];
    expect(caught(new RegExp(`\\b(${[...types, 'ionoscloud_k8s_clusters', ...attributes].join('|')})\\b`, 'g'))).toEqual([]);
  });

  it('configure the one provider from the environment only', () => {
    const providers = caught(/^(provider\s+[^{]*\{[^}]*\})/gm);
    expect(providers.sort()).toEqual(['platform', 'tenant'].map((stack) => `${stack}/versions.tf: provider "ionoscloud" {}`));
    const required = caught(/^\s+source\s+= "([^"./][^"]*)"/gm);
    expect(required.length).toBeGreaterThan(0);
    expect(required.filter((source) => !source.endsWith('versions.tf: ionos-cloud/ionoscloud'))).toEqual([]);
  });

  it('take and give no secret', () => {
    const names = caught(/^(?:variable|output)\s+"([^"]+)"/gm);
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => TELLING.test(name.split(': ')[1] ?? ''))).toEqual([]);
  });
});

interface State {
  resources: { mode: string; type: string; instances: { sensitive_attributes: unknown[] }[] }[];
}

describe('a state', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(async () => {
    await stage.close();
  });

  it('of everything that both stacks can make holds none', async () => {
    const platform = await new Stack(stage, 'platform', 'starter').init();
    await platform.converge({ ...starter, storage: { name: 'example-org-ionos-tenants' }, audit_log_bucket: 'example-org-ionos-tenants' });
    const tenant = await new Stack(stage, 'tenant', 'acme').init();
    await tenant.converge({
      name: 'acme',
      platform: 'starter',
      location: 'de/txl',
      isolation: 'cluster',
      k8s_version: '1.34.4',
      node_pool: { cores_count: 4, ram_size: 8192 },
      iam: { enabled: true, user_ids: Object.keys(stage.cloud.snapshot().users) },
    });
    const paths = ['platform/starter', 'tenant/acme'].map((path) => join(stage.root, `${path}.tfstate`));
    const states = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    const resources = states.flatMap((text) => (JSON.parse(text) as State).resources);
    const kept = [...new Set(resources.map(({ mode, type }) => (mode === 'data' ? `data.${type}` : type)))].sort();
    expect(kept).toEqual(used.filter((type) => type !== 'data.ionoscloud_datacenter'));
    expect(kept.filter((type) => type in secretive)).toEqual([]);
    expect(resources.flatMap(({ instances }) => instances.flatMap(({ sensitive_attributes: hidden }) => hidden))).toEqual([]);
    const owner = Object.values(stage.cloud.snapshot().users)[0]?.properties.email ?? 'no owner';
    for (const state of states) for (const secret of [SANDBOX_TOKEN, owner, 'BEGIN CERTIFICATE']) expect(state).not.toContain(secret);
  });
});
