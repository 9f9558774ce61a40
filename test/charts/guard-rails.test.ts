import { beforeAll, describe, expect, it } from 'vitest';
import { find, render } from './rendering.js';
import type { Manifest } from './rendering.js';
import { IP, changed, valuesOf } from './tenants.js';

let manifests: Manifest[] = [];
beforeAll(async () => {
  manifests = await render('tenant', valuesOf('medium').tenant);
});

describe('the namespace', () => {
  it('enforces, audits and warns at the strictest level', () => {
    const labels = find(manifests, 'Namespace', 'tenant-beta-2').metadata.labels ?? {};
    for (const mode of ['enforce', 'audit', 'warn']) expect(labels[`pod-security.kubernetes.io/${mode}`]).toBe('restricted');
    expect(labels).toMatchObject({ 'ionos-tenants.io/tenant': 'beta-2', 'ionos-tenants.io/isolation': 'node-pool' });
  });
});

describe('the quota', () => {
  it('has no node ports, one load balancer, and a ceiling on counts as well as sizes', () => {
    const { hard } = find(manifests, 'ResourceQuota', 'tenant').spec as { hard: Record<string, string> };
    expect(hard).toMatchObject({ 'services.nodeports': '0', 'services.loadbalancers': '1' });
    const quota = valuesOf('medium').tenant['quota'] as Record<string, unknown>;
    expect(hard).toMatchObject({
      'limits.cpu': String(quota['cpu']),
      'limits.memory': String(quota['memory']),
      'limits.ephemeral-storage': String(quota['ephemeralStorage']),
      'requests.storage': String(quota['storage']),
      persistentvolumeclaims: String(quota['claims']),
      pods: String(quota['pods']),
    });
    for (const name of ['configmaps', 'secrets', 'services', 'count/jobs.batch', 'count/deployments.apps']) expect(Number(hard[name])).toBeGreaterThan(0);
    expect(Object.values(hard).every((value) => typeof value === 'string')).toBe(true);
  });

  it('gives a container that says nothing limits of its own', () => {
    const { limits } = find(manifests, 'LimitRange', 'tenant').spec as { limits: { type: string; default?: Record<string, string>; defaultRequest?: Record<string, string> }[] };
    const container = limits.find(({ type }) => type === 'Container');
    expect(Object.keys(container?.default ?? {}).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    expect(Object.keys(container?.defaultRequest ?? {}).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
  });
});

describe('the role', () => {
  it('only looks, never into Secrets, and nobody has it', () => {
    const { rules } = find(manifests, 'Role', 'tenant-viewer');
    expect([...new Set(rules?.flatMap(({ resources }) => resources))].sort()).toEqual(['events', 'pods', 'pods/log']);
    expect([...new Set(rules?.flatMap(({ verbs }) => verbs))].sort()).toEqual(['get', 'list', 'watch']);
    expect(manifests.map(({ kind }) => kind)).not.toContain('RoleBinding');
  });
});

describe('admission policies', () => {
  const policies = (): Manifest[] => manifests.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');

  it('are the tenant\'s own, deny, and bind to its namespace only', () => {
    expect(policies().map(({ metadata }) => metadata.name).sort()).toEqual(
      ['claims', 'endpoints', 'namespace', 'pods', 'services'].map((name) => `ionos-tenants-beta-2-${name}`),
    );
    for (const { metadata } of policies()) {
      expect(find(manifests, 'ValidatingAdmissionPolicyBinding', metadata.name).spec).toEqual({
        policyName: metadata.name,
        validationActions: ['Deny'],
        matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tenant-beta-2' } } },
      });
    }
  });

  it('fail closed, and every refusal says why', () => {
    for (const { spec } of policies()) {
      expect(spec.failurePolicy).toBe('Fail');
      for (const { message } of spec.validations as { message: string }[]) expect(message).toMatch(/^\S.{20,}\.$/);
    }
  });

  it('let finalizers go: they look at a Service, pod or claim only when its spec is new', () => {
    for (const name of ['services', 'pods', 'claims']) {
      const { matchConditions } = find(manifests, 'ValidatingAdmissionPolicy', `ionos-tenants-beta-2-${name}`).spec as { matchConditions: { expression: string }[] };
      expect(matchConditions.map(({ expression }) => expression)).toEqual(["request.operation == 'CREATE' || object.spec != oldObject.spec"]);
    }
  });

  const expressions = (from: readonly Manifest[], name: string): string =>
    (from.find(({ kind, metadata }) => kind === 'ValidatingAdmissionPolicy' && metadata.name.endsWith(name))?.spec.validations as { expression: string }[])
      .map(({ expression }) => expression)
      .join('\n');

  it('pin the tenant\'s own address and its access list, in the order that the gateway writes it', () => {
    const services = expressions(manifests, '-services');
    expect(services).toContain(`object.spec.loadBalancerIP == '${IP}'`);
    expect(services).toContain("== ['198.51.100.0/24','203.0.113.7/32']");
  });

  it('want no source ranges where everybody may come', async () => {
    const services = expressions(await render('tenant', valuesOf('small').tenant), '-services');
    expect(services).toMatch(/loadBalancerSourceRanges : \[\]\) == \[\]$/);
  });

  it('hold pods on the tenant\'s own nodes, or keep them from choosing any', async () => {
    expect(expressions(manifests, '-pods')).toContain("variables.selector == {'ionos-tenants.io/pool': 'beta-2'}");
    const shared = await render('tenant', valuesOf('small').tenant);
    expect(expressions(shared, '-pods')).toContain('variables.selector.size() == 0');
    expect(expressions(shared, '-pods')).not.toContain('ionos-tenants.io/pool');
  });

  it('allow the gateway\'s Service as its chart writes it', async () => {
    for (const tenant of ['small', 'medium'] as const) {
      const { spec } = find(await render('gateway', valuesOf(tenant).gateway), 'Service', 'gateway');
      expect(spec).toMatchObject({ type: 'LoadBalancer', loadBalancerIP: IP, allocateLoadBalancerNodePorts: false, externalTrafficPolicy: 'Cluster' });
      expect(spec.loadBalancerSourceRanges).toEqual(tenant === 'small' ? undefined : ['198.51.100.0/24', '203.0.113.7/32']);
    }
  });

  it('a list that also names everybody is open to everybody, in both charts', async () => {
    const access = { access: { allow: ['198.51.100.0/24', '0.0.0.0/0'] } };
    expect(expressions(await render('tenant', changed(valuesOf('small').tenant, access)), '-services')).toMatch(/== \[\]$/);
    expect(find(await render('gateway', changed(valuesOf('small').gateway, access)), 'Service', 'gateway').spec).not.toHaveProperty('loadBalancerSourceRanges');
  });
});
