import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { publishedSchemas } from '../../src/tenant/index.js';
import { platformFileSchema } from '../../src/tenant/platform-spec.js';
import { tenantFileSchema } from '../../src/tenant/spec.js';
import { readText, root } from './support.js';

const run = promisify(execFile);

test.each(publishedSchemas())('schema/$file is what the code says', ({ file, schema }) => {
  expect(JSON.parse(readText(`schema/${file}`))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('the script finds them current', async () => {
  const { stderr } = await run(process.execPath, ['scripts/write-schema.mjs', '--check'], { cwd: fileURLToPath(root) });
  expect(stderr).toBe('');
});

const head = { apiVersion: 'ionos-tenants/v1', kind: 'Tenant', name: 'acme' };
const platformHead = { apiVersion: 'ionos-tenants/v1', kind: 'Platform', name: 'main' };

const tenants: [boolean, string, unknown][] = [
  [true, 'smallest', head],
  [
    true,
    'everything',
    {
      ...head,
      displayName: 'Müller & Söhne 🙂',
      preset: 'large',
      isolation: 'cluster',
      access: { allow: ['0.0.0.0/0', '203.0.113.7/32'] },
      wordpress: { adminEmail: 'a.b+c@acme.example', title: 'T', domain: 'www.acme.example' },
      openwebui: { adminEmail: 'x_y@mail.acme.example', models: ['openai/gpt-oss-120b', 'BAAI/bge-m3'], domain: 'chat.acme.example' },
      overrides: { 'wordpress.storage': '20Gi', 'wordpress.php.workers': 4, flag: true },
    },
  ],
  [true, 'models none', { ...head, openwebui: { models: 'none' } }],
  [true, 'domains null', { ...head, wordpress: { domain: null } }],
  [true, 'a title of 100 characters', { ...head, displayName: '🙂'.repeat(100) }],
  [false, 'a title of 101 characters', { ...head, displayName: 'x'.repeat(101) }],
  [false, 'no name', { apiVersion: head.apiVersion, kind: 'Tenant' }],
  [false, 'unknown key', { ...head, colour: 'red' }],
  [false, 'unknown inner key', { ...head, wordpress: { admin: 'x' } }],
  ...['y', 'off', 'null', 'ab', 'Acme', 'kube-system', 'default', 'models', 'acme-', '1acme', '../x', 'xn--a', 'ionos-tenants-x', 'a'.repeat(31), ''].map(
    (name): [boolean, string, unknown] => [false, `name ${name}`, { ...head, name }],
  ),
  [false, 'name as a number', { ...head, name: 1000 }],
  [false, 'preset', { ...head, preset: 'tiny' }],
  [false, 'isolation', { ...head, isolation: 'pod' }],
  [false, 'no network', { ...head, access: { allow: [] } }],
  [false, 'an address', { ...head, access: { allow: ['10.0.0.1'] } }],
  [false, 'octet above 255', { ...head, access: { allow: ['256.0.0.0/8'] } }],
  [false, 'prefix above 32', { ...head, access: { allow: ['10.0.0.0/33'] } }],
  [false, 'leading zero', { ...head, access: { allow: ['010.0.0.0/8'] } }],
  [false, 'network twice', { ...head, access: { allow: ['10.0.0.0/8', '10.0.0.0/8'] } }],
  [false, 'title with a line break', { ...head, displayName: 'a\nb' }],
  [false, 'title with a direction mark', { ...head, displayName: 'a\u202eb' }],
  [false, 'blank title', { ...head, displayName: ' ' }],
  [false, 'e-mail', { ...head, wordpress: { adminEmail: 'nobody' } }],
  [false, 'e-mail without domain ending', { ...head, wordpress: { adminEmail: 'a@localhost' } }],
  [false, 'e-mail with two dots', { ...head, wordpress: { adminEmail: 'a..b@acme.example' } }],
  [false, 'URL as domain', { ...head, wordpress: { domain: 'https://acme.example' }, openwebui: { domain: 'b.acme.example' } }],
  [false, 'private domain', { ...head, wordpress: { domain: 'acme.local' }, openwebui: { domain: 'b.acme.example' } }],
  [false, 'address as domain', { ...head, wordpress: { domain: '203.0.113.1' }, openwebui: { domain: 'b.acme.example' } }],
  [false, 'models as a word', { ...head, openwebui: { models: 'all' } }],
  [false, 'none in a list', { ...head, openwebui: { models: ['none'] } }],
  [false, 'no models', { ...head, openwebui: { models: [] } }],
  [false, 'model twice', { ...head, openwebui: { models: ['a', 'a'] } }],
  [false, 'model with a space', { ...head, openwebui: { models: ['a b'] } }],
  [false, 'override as a group', { ...head, overrides: { wordpress: { storage: '1Gi' } } }],
  [false, 'override as nothing', { ...head, overrides: { a: null } }],
];

const platforms: [boolean, string, unknown][] = [
  [true, 'smallest', platformHead],
  [true, 'everything', { ...platformHead, location: 'de/fra/2', preset: 'production', k8sVersion: '1.33.4', overrides: { 'nodes.count': 4 } }],
  [true, 'default version', { ...platformHead, k8sVersion: 'default' }],
  [false, 'location', { ...platformHead, location: 'frankfurt' }],
  [false, 'version', { ...platformHead, k8sVersion: 'latest' }],
  [false, 'version as a number', { ...platformHead, k8sVersion: 1.33 }],
  [false, 'unknown key', { ...platformHead, nodes: { count: 3 } }],
  [false, 'reserved name', { ...platformHead, name: 'kube-public' }],
];

describe.each([
  ['tenant', 0, tenantFileSchema, tenants],
  ['platform', 1, platformFileSchema, platforms],
] as const)('%s: editors and the command line agree', (_, index, zod, examples) => {
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(publishedSchemas()[index]?.schema ?? {});

  test.each(examples)('%s: %s', (good, __, data) => {
    expect(zod.safeParse(data).success).toBe(good);
    expect(validate(data)).toBe(good);
  });
});
