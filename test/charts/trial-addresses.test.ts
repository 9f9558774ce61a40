import { describe, expect, it } from 'vitest';
import { gatewayValues, tenantValues, type TenantFacts } from '../../src/helm/values.js';
import type { AddressSource } from '../../src/tenant/address-source.js';
import { resolvePreset } from '../../src/tenant/preset.js';
import { quotaOf } from '../../src/tenant/sizing.js';
import { completeTenant } from '../../src/tenant/spec.js';
import { tenantPreset } from '../tenant/support.js';
import { find, render, type Manifest } from './rendering.js';

/** What a tenant's guard rails and its gateway's Service are on a platform with such addresses. */
const made = async (addresses: AddressSource): Promise<{ service: Manifest; quota: Record<string, string>; rules: string[] }> => {
  const spec = completeTenant({ name: 'acme', wordpress: { adminEmail: 'web@acme.example' } });
  const preset = resolvePreset(tenantPreset(spec.preset), {});
  const facts: TenantFacts = {
    addresses,
    ip: addresses === 'ip-block' ? '203.0.113.10' : '',
    endpoints: { wordpress: 'http://192.0.2.1', openwebui: 'http://192.0.2.1:8080' },
    storageClass: 'standard',
    dns: { namespace: 'kube-system', podLabels: {}, port: 53 },
    exceptCidrs: [],
    checksums: { wordpress: '', openwebui: '' },
    hasSharedPool: false,
  };
  const guard = await render('tenant', tenantValues(spec, preset, facts, { ...quotaOf(preset, spec) }));
  const policy = find(guard, 'ValidatingAdmissionPolicy', 'ionos-tenants-acme-services').spec as { validations: { message: string }[] };
  return {
    service: find(await render('gateway', gatewayValues(spec, preset, facts)), 'Service', 'gateway'),
    quota: (find(guard, 'ResourceQuota', 'tenant').spec as { hard: Record<string, string> }).hard,
    rules: policy.validations.map(({ message }) => message),
  };
};

describe('the door of a tenant', () => {
  it('is a reserved address in IONOS Cloud: asked for by name, without node ports, in chart, quota and policy alike', async () => {
    const { service, quota, rules } = await made('ip-block');
    expect(service.spec).toMatchObject({ type: 'LoadBalancer', loadBalancerIP: '203.0.113.10', allocateLoadBalancerNodePorts: false });
    expect(quota).toMatchObject({ 'services.loadbalancers': '1', 'services.nodeports': '0' });
    expect(rules.some((rule) => rule.includes('203.0.113.10'))).toBe(true);
  });

  it('is whatever the load balancer of a trial cluster gives: none is asked for, and none may be', async () => {
    const { service, quota, rules } = await made('load-balancer');
    expect(service.spec).toMatchObject({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: true });
    expect(service.spec['loadBalancerIP']).toBeUndefined();
    expect(quota).toMatchObject({ 'services.loadbalancers': '1', 'services.nodeports': '3' });
    expect(rules.some((rule) => rule.includes('no address may be asked for'))).toBe(true);
  });

  it('is two node ports of the gateway where there is no load balancer, and of nothing else', async () => {
    const { service, quota, rules } = await made('node-port');
    expect(service.spec['type']).toBe('NodePort');
    expect(quota).toMatchObject({ 'services.loadbalancers': '0', 'services.nodeports': '3' });
    expect(rules.some((rule) => rule.includes('only the Service "gateway" is of type NodePort'))).toBe(true);
  });
});
