import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { completePlatform, completeTenant, parsePlatformFile, parseTenantFile, parseTenantSpec, renderPlatformFile, renderTenantDraft, renderTenantFile } from '../../src/tenant/index.js';
import type { TenantSpec, TenantDraft } from '../../src/tenant/index.js';
import { problemOf } from './support.js';

const HEAD = 'apiVersion: ionos-tenants/v1\nkind: Tenant\nname: acme\n';
const MAILS = 'wordpress: { adminEmail: web@acme.example }\nopenwebui: { adminEmail: chat@acme.example }\n';

const issuesOf = (text: string): [number | undefined, string, string][] =>
  problemOf(() => parseTenantFile(text, 'tenant.yaml')).issues.map(({ line, path, message }) => [line, path, message]);

describe('reading', () => {
  test('the smallest file leaves the rest open', () => {
    expect(parseTenantFile(HEAD, 'tenant.yaml')).toEqual({ apiVersion: 'ionos-tenants/v1', kind: 'Tenant', name: 'acme' });
  });

  test('anchors and aliases are allowed', () => {
    const file = parseTenantFile(`${HEAD}wordpress: { adminEmail: &mail web@acme.example }\nopenwebui: { adminEmail: *mail }\n`, 'tenant.yaml');
    expect(file.openwebui?.adminEmail).toBe('web@acme.example');
  });

  test('several problems are listed at once, in the order of the file', () => {
    const text = `${HEAD}displayname: Acme
preset: smal
access: { allow: [0.0.0.0/0, 203.0.113.7] }
wordpress:
  adminEmail: nobody
openwebui:
  modles: none
isolation: shared
`;
    const problem = problemOf(() => parseTenantFile(text, 'tenant.yaml'));
    expect(problem.code).toBe('file-invalid');
    expect(problem.what).toBe('tenant.yaml has 6 problems');
    expect(problem.issues.map(({ line, path }) => [line, path])).toEqual([
      [4, 'displayname'],
      [5, 'preset'],
      [6, 'access.allow[1]'],
      [8, 'wordpress.adminEmail'],
      [10, 'openwebui.modles'],
      [11, 'isolation'],
    ]);
    expect(problem.why).toContain('line 10: openwebui.modles is not a known key; did you mean models?');
    expect(problem.line).toBe(4);
  });

  test.each([
    ['an unknown key', `${HEAD}color: red\n`, 4, 'color', /not a known key; known keys here are apiVersion/],
    ['an unknown key in a flow map', `${HEAD}wordpress: { admin: x }\n`, 4, 'wordpress.admin', /did you mean|known keys/],
    ['an unknown key behind an alias', `${HEAD}wordpress: &w { adminEmail: web@acme.example }\nopenwebui:\n  adminEmail: web@acme.example\nother: *w\n`, 7, 'other', /not a known key/],
    ['a wrong size', `${HEAD}preset: tiny\n`, 4, 'preset', /small, medium or large, found "tiny"/],
    ['a name that YAML reads as a number', HEAD.replace('acme', '1e3'), 3, 'name', /"1e3" cannot be a name: .*the number 1000/],
    ['a name that YAML reads as nothing', HEAD.replace('acme', '~'), 3, 'name', /null/],
    ['a name that only old YAML reads as a value', HEAD.replace('acme', 'off'), 3, 'name', /logical value false.*team-off/],
    ['a quoted name that is still a trap', HEAD.replace('acme', '"1e3"'), 3, 'name', /the number 1000/],
    ['a reserved name', HEAD.replace('acme', 'kube-system'), 3, 'name', /reserved/],
    ['a title that YAML reads as a number', `${HEAD}displayName: 0123\n`, 4, 'displayName', /has to be a text, found the number \d+ \(written 0123\)/],
    ['a title with a control character', `${HEAD}displayName: "a\\eb"\n`, 4, 'displayName', /invisible/],
    ['a title that is too long', `${HEAD}displayName: ${'x'.repeat(101)}\n`, 4, 'displayName', /101 characters/],
    ['an empty list of networks', `${HEAD}access:\n  allow: []\n`, 5, 'access.allow', /empty list/],
    ['a network as text', `${HEAD}access:\n  allow: 10.0.0.0/8\n`, 5, 'access.allow', /has to be a list/],
    ['an address', `${HEAD}access:\n  allow:\n    - 203.0.113.7\n`, 6, 'access.allow[0]', /203\.0\.113\.7\/32/],
    ['host bits', `${HEAD}access:\n  allow:\n    - 203.0.113.7/24\n`, 6, 'access.allow[0]', /203\.0\.113\.0\/24/],
    ['IPv6', `${HEAD}access:\n  allow:\n    - "2001:db8::/32"\n`, 6, 'access.allow[0]', /IPv6/],
    ['a network twice', `${HEAD}access:\n  allow:\n    - 10.0.0.0/8\n    - 10.0.0.0/8\n`, 7, 'access.allow[1]', /twice/],
    ['models: none in a list', `${HEAD}openwebui:\n  models: [none]\n`, 5, 'openwebui.models[0]', /stands alone/],
    ['a word that is no model list', `${HEAD}openwebui:\n  models: all\n`, 5, 'openwebui.models', /list of model ids, or the word none, found "all"/],
    ['an empty model list', `${HEAD}openwebui:\n  models: []\n`, 5, 'openwebui.models', /empty list/],
    ['a URL for a domain', `${HEAD}wordpress:\n  domain: https://acme.example\n`, 5, 'wordpress.domain', /only the host name/],
    ['a private domain', `${HEAD}wordpress:\n  domain: acme.local\n`, 5, 'wordpress.domain', /no public certificate/],
    ['one domain without the other', `${HEAD}wordpress:\n  domain: www.acme.example\n`, 5, 'wordpress.domain', /set openwebui\.domain too/],
    ['the same domain twice', `${HEAD}wordpress: { domain: a.acme.example }\nopenwebui: { domain: a.acme.example }\n`, 5, 'openwebui.domain', /same domain/],
    ['a group without content', `${HEAD}wordpress:\nopenwebui: {}\n`, 4, 'wordpress', /group of keys, found nothing/],
    ['an override as a group', `${HEAD}overrides:\n  wordpress:\n    storage: 20Gi\n`, 5, 'overrides.wordpress', /one entry per dotted path/],
    ['a missing name', 'apiVersion: ionos-tenants/v1\nkind: Tenant\n', 1, 'name', /is missing/],
    ['another version', `${HEAD.replace('v1', 'v2')}`, 1, 'apiVersion', /ionos-tenants\/v1/],
    ['another kind', `${HEAD.replace('Tenant\n', 'Platform\n')}`, 2, 'kind', /"Platform", expected Tenant/],
    ['a key twice', `${HEAD}name: other\n`, 4, '', /second time/],
    ['a second document', `${HEAD}---\nname: other\n`, 4, '', /second document/],
    ['an unknown tag', `${HEAD}displayName: !!js/function x\n`, 4, '', /tag/i],
    ['a tab', `${HEAD}wordpress:\n\tadminEmail: x\n`, 5, '', /tab/i],
    ['a prototype key', `${HEAD}__proto__: { preset: large }\n`, 4, '__proto__', /not a known key/],
  ])('%s is refused with its line', (_, text, line, path, message) => {
    const issues = issuesOf(text);
    expect(issues).toHaveLength(1);
    expect(issues[0]?.slice(0, 2)).toEqual([line, path]);
    expect(issues[0]?.[2]).toMatch(message);
  });

  test.each([
    ['an empty file', '', /empty/],
    ['only a comment', '# nothing\n', /empty/],
    ['a list', '- a\n', /group of keys/],
    ['a file that is no text of ours', 'x'.repeat(1_000_001), /larger than 1 MB/],
    ['an alias bomb', `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${Array(20).fill('*a').join()}]\nc: &c [${Array(20).fill('*b').join()}]\nd: [${Array(20).fill('*c').join()}]\n`, /alias/i],
  ])('%s is refused', (_, text, message) => {
    expect(problemOf(() => parseTenantFile(text, 'tenant.yaml')).why).toMatch(message);
  });
});

describe('writing', () => {
  const spec = completeTenant(parseTenantFile(HEAD + MAILS, 'tenant.yaml'));
  const variants: [string, Partial<TenantSpec>][] = [
    ['defaults', {}],
    ['awkward words', { displayName: 'no', wordpress: { adminEmail: 'on@off.example', title: '1e3', domain: null } }],
    ['quotes, hashes, colons', { displayName: 'A "B" #c: \\d \'e\' & *f' }],
    ['other scripts', { displayName: '日本 🙂 Müller' }],
    ['domains', { wordpress: { ...spec.wordpress, domain: 'www.acme.example' }, openwebui: { ...spec.openwebui, domain: 'chat.acme.example' } }],
    ['no models', { openwebui: { ...spec.openwebui, models: 'none' } }],
    ['many models and networks', { openwebui: { ...spec.openwebui, models: ['openai/gpt-oss-120b', 'a:b', '123'] }, access: { allow: ['10.0.0.0/8', '203.0.113.7/32'] } }],
    ['overrides', { overrides: { 'wordpress.storage': '20Gi', 'database.resources.limits.cpu': 2, 'wordpress.php.memoryLimit': '0123', flag: true, text: 'true' } }],
  ];

  test.each(variants)('what is written is read back: %s', (_, change) => {
    const wanted = { ...spec, ...change };
    const text = renderTenantFile(wanted);
    expect(completeTenant(parseTenantFile(text, 'written.yaml'))).toEqual(wanted);
  });

  test.each(variants)('readers of YAML 1.1 see the same: %s', (_, change) => {
    const wanted = { ...spec, ...change };
    expect(parse(renderTenantFile(wanted), { version: '1.1' })).toEqual(wanted);
  });

  test.each<[string, TenantDraft & { name: string }]>([
    ['only a name', { name: 'acme' }],
    ['half of an application', { name: 'acme', displayName: 'yes', openwebui: { models: ['123'] } }],
    ['a domain that is open', { name: 'acme', wordpress: { domain: null, title: '1e3' }, openwebui: { domain: null } }],
    ['networks', { name: 'acme', preset: 'large', isolation: 'node-pool', access: { allow: ['10.0.0.0/8'] } }],
  ])('answers so far are read back, and nothing else: %s', (_, draft) => {
    expect(parseTenantFile(renderTenantDraft(draft), 'written.yaml')).toEqual({ apiVersion: 'ionos-tenants/v1', kind: 'Tenant', overrides: {}, ...draft });
  });

  test('a platform is read back too', () => {
    const platform = completePlatform({ name: 'prod', location: 'de/fra/2', k8sVersion: '1.30', overrides: { 'nodes.count': 4 } });
    expect(completePlatform(parsePlatformFile(renderPlatformFile(platform), 'platform.yaml'))).toEqual(platform);
  });
});

test('a spec from the registry is checked as strictly as a file', () => {
  const spec = completeTenant(parseTenantFile(HEAD + MAILS, 'tenant.yaml'));
  expect(parseTenantSpec(JSON.parse(JSON.stringify(spec)), 'registry')).toEqual(spec);
  expect(problemOf(() => parseTenantSpec({ ...spec, extra: 1 }, 'registry')).issues[0]?.path).toBe('extra');
});

test('a Kubernetes version that YAML reads as a number is explained', () => {
  const problem = problemOf(() => parsePlatformFile('apiVersion: ionos-tenants/v1\nkind: Platform\nname: main\nk8sVersion: 1.30\n', 'platform.yaml'));
  expect(problem.why).toBe('line 4: k8sVersion has to be a text, found the number 1.3 (written 1.30); put it in quotes if it is meant as text');
});
