import { describe, expect, test } from 'vitest';
import { completePlatform, completeTenant, mergeDrafts, specChangeProblem } from '../../src/tenant/index.js';
import { problemOf } from './support.js';

const draft = { name: 'acme', wordpress: { adminEmail: 'web@acme.example' } };

describe('completing', () => {
  test('every default of the file format', () => {
    expect(completeTenant(draft)).toEqual({
      apiVersion: 'ionos-tenants/v1',
      kind: 'Tenant',
      name: 'acme',
      displayName: 'acme',
      preset: 'small',
      isolation: 'namespace',
      access: { allow: ['0.0.0.0/0'] },
      wordpress: { adminEmail: 'web@acme.example', title: 'acme', domain: null },
      openwebui: { adminEmail: 'web@acme.example', models: ['openai/gpt-oss-120b'], domain: null },
      overrides: {},
    });
  });

  test('the title follows the display name', () => {
    expect(completeTenant({ ...draft, displayName: 'Acme GmbH' }).wordpress.title).toBe('Acme GmbH');
  });

  test('the account\'s address fills what is open and nothing else', () => {
    const spec = completeTenant(draft, { adminEmail: 'me@ionos.example' });
    expect([spec.wordpress.adminEmail, spec.openwebui.adminEmail]).toEqual(['web@acme.example', 'me@ionos.example']);
    expect(completeTenant({ name: 'acme' }, { adminEmail: 'me@ionos.example' }).openwebui.adminEmail).toBe('me@ionos.example');
  });

  test('missing answers are all named, with their flags', () => {
    const problem = problemOf(() => completeTenant({}));
    expect(problem.code).toBe('answers-missing');
    expect(problem.issues.map(({ path }) => path)).toEqual(['name', 'wordpress.adminEmail', 'openwebui.adminEmail']);
    expect(problem.next.join()).toContain('--wordpress-admin-email');
  });

  test('a spec shares nothing with the defaults', () => {
    completeTenant(draft).access.allow.push('10.0.0.0/8');
    expect(completeTenant(draft).access.allow).toEqual(['0.0.0.0/0']);
  });

  test('a platform needs no answer', () => {
    expect(completePlatform({})).toMatchObject({ name: 'main', location: 'de/fra', preset: 'starter', k8sVersion: 'default' });
  });
});

describe('merging', () => {
  test('the later draft wins value by value', () => {
    const merged = mergeDrafts(
      { preset: 'large', wordpress: { title: 'A', domain: 'a.acme.example' }, overrides: { a: 1 } },
      { preset: 'small', wordpress: { title: 'B' }, overrides: { b: 2 }, access: { allow: ['10.0.0.0/8'] } },
    );
    expect(merged).toEqual({
      preset: 'small',
      wordpress: { title: 'B', domain: 'a.acme.example' },
      overrides: { a: 1, b: 2 },
      access: { allow: ['10.0.0.0/8'] },
    });
  });

  test('undefined hides nothing, null and lists replace', () => {
    expect(mergeDrafts({ preset: 'large', wordpress: { domain: 'a.acme.example' } }, { preset: undefined, wordpress: { domain: null } })).toEqual({
      preset: 'large',
      wordpress: { domain: null },
    });
    expect(mergeDrafts({ access: { allow: ['10.0.0.0/8', '192.0.2.0/24'] } }, { access: { allow: ['0.0.0.0/0'] } })).toEqual({ access: { allow: ['0.0.0.0/0'] } });
  });
});

describe('changing', () => {
  const before = completeTenant(draft);

  test.each([
    ['namespace', 'node-pool', undefined],
    ['node-pool', 'namespace', undefined],
    ['cluster', 'cluster', undefined],
    ['namespace', 'cluster', 'isolation-changed'],
    ['cluster', 'namespace', 'isolation-changed'],
    ['cluster', 'node-pool', 'isolation-changed'],
  ] as const)('isolation from %s to %s: %s', (from, to, code) => {
    expect(specChangeProblem({ ...before, isolation: from }, { ...before, isolation: to })?.code).toBe(code);
  });

  test('a name never changes', () => {
    expect(specChangeProblem(before, { ...before, name: 'other' })?.code).toBe('name-changed');
  });
});
