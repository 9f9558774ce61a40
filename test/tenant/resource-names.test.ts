import { expect, test } from 'vitest';
import { clusterName, ipBlockName, namespaceOf, releaseNames, stateSecretName, stateSuffix, tenantLabels } from '../../src/tenant/index.js';

const longest = `a${'b'.repeat(28)}9`;

test('names in the cluster', () => {
  expect(namespaceOf('acme')).toBe('tenant-acme');
  expect(clusterName('main')).toBe('ionos-tenants-main');
  expect(ipBlockName('main', 'acme')).toBe('ionos-tenants-main-acme');
  expect(tenantLabels('acme')).toEqual({ 'ionos-tenants.io/tenant': 'acme', 'app.kubernetes.io/part-of': 'ionos-tenants' });
  expect(releaseNames('acme').guardRails).toEqual({ chart: 'tenant', release: 'tenant-acme', namespace: 'ionos-tenants-system' });
  expect(releaseNames('acme').gateway).toEqual({ chart: 'gateway', release: 'gateway', namespace: 'tenant-acme' });
});

test('a state suffix never ends in a number, which terraform refuses', () => {
  expect(stateSuffix('acme2')).toBe('acme2-state');
  expect(stateSecretName(longest)).toMatch(/^tfstate-default-.*-state$/);
});

test('the longest name stays within the limits of helm (53) and of Kubernetes (63)', () => {
  for (const { release, namespace } of Object.values(releaseNames(longest))) {
    expect(release.length).toBeLessThanOrEqual(53);
    expect(namespace.length).toBeLessThanOrEqual(63);
  }
});
