import { describe, expect, it } from 'vitest';
import { specChanges, takenOnceProblem } from '../../src/tenant/spec-changes.js';
import { completeTenant, type TenantSpec } from '../../src/tenant/spec.js';

const spec = completeTenant({ name: 'acme', displayName: 'Acme GmbH' }, { adminEmail: 'owner@acme.example' });
const changed = (change: Partial<TenantSpec>): TenantSpec => ({ ...spec, ...change });

describe('what an update changes', () => {
  it('is nothing between equal settings, whatever the order of their keys', () => {
    expect(specChanges(spec, Object.fromEntries(Object.entries(spec).reverse()) as unknown as TenantSpec)).toEqual([]);
  });

  it('is told value by value, in words', () => {
    const after = changed({ preset: 'medium', access: { allow: ['203.0.113.0/24', '198.51.100.7/32'] }, openwebui: { ...spec.openwebui, models: 'none' }, overrides: { 'wordpress.storage': '30Gi' } });
    expect(specChanges(spec, after)).toEqual([
      { path: 'access.allow', before: '0.0.0.0/0', after: '203.0.113.0/24, 198.51.100.7/32' },
      { path: 'openwebui.models', before: 'openai/gpt-oss-120b', after: 'none' },
      { path: 'overrides.wordpress.storage', before: 'none', after: '30Gi' },
      { path: 'preset', before: 'small', after: 'medium' },
    ]);
  });

  it('is also what is taken away', () => {
    const before = changed({ overrides: { 'wordpress.storage': '30Gi' }, wordpress: { ...spec.wordpress, domain: 'www.acme.example' } });
    expect(specChanges(before, spec).map(({ path, after }) => `${path} ${after}`)).toEqual(['overrides.wordpress.storage none', 'wordpress.domain none']);
  });
});

describe('what an application takes only when it is installed', () => {
  it.each([
    ['wordpress.adminEmail', { wordpress: { ...spec.wordpress, adminEmail: 'new@acme.example' } }, /Settings/],
    ['wordpress.title', { wordpress: { ...spec.wordpress, title: 'New' } }, /Settings › General/],
    ['openwebui.adminEmail', { openwebui: { ...spec.openwebui, adminEmail: 'new@acme.example' } }, /Admin Panel/],
  ] as const)('%s is refused, with the place to change it', (path, change, place) => {
    const problem = takenOnceProblem(specChanges(spec, changed(change)));
    expect(problem).toMatchObject({ code: 'taken-once', path });
    expect(problem?.next.join()).toMatch(place);
  });

  it('is nothing else', () => {
    expect(takenOnceProblem(specChanges(spec, changed({ preset: 'large', displayName: 'Acme SE' })))).toBeUndefined();
  });
});
