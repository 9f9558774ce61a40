import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { V1Service } from '@kubernetes/client-node';
import { addressOf } from '../../src/cluster/endpoint.js';
import { newOperator, type CliResult, type Operator } from '../support/cli.js';
import { succeeded } from '../support/outcome.js';
import { startControlPlane, type ControlPlane } from './support/control-plane.js';

describe('a trial on a real cluster, without an account', () => {
  let plane: ControlPlane;
  let operator: Operator;
  beforeAll(async () => {
    [plane, operator] = await Promise.all([startControlPlane(), newOperator()]);
  });
  afterAll(async () => {
    await operator.close();
    await plane.stop();
  });
  const TENANT = ['--yes', '--wordpress-admin-email', 'web@acme.example', '--models', 'none'];
  const run = (...args: string[]): Promise<CliResult> => operator.run([...args, '--platform', 'trial', '--json']);
  const names = async (path: string): Promise<string[]> => ((await plane.call('GET', path)).body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);

  it('is left alone by somebody who may not do what onboarding needs', async () => {
    const before = await names('/api/v1/namespaces');
    const kubeconfig = await plane.writeKubeconfig('nobody', 'nobody');
    const { exitCode, result } = await run('platform', 'adopt', '--kubeconfig', kubeconfig, '--address', 'load-balancer');
    expect(exitCode).toBe(4);
    expect(result).toMatchObject({ ok: false, error: { code: 'not-allowed', why: expect.stringContaining('namespaces') as string } });
    expect(await names('/api/v1/namespaces')).toEqual(before);
  });

  it('takes a tenant at whatever address its load balancer gives, behind the same guard rails', async () => {
    succeeded(await run('platform', 'adopt', '--kubeconfig', plane.kubeconfigPath, '--address', 'load-balancer'));
    const { tenant } = succeeded(await run('create', 'acme', ...TENANT));
    expect(tenant).toMatchObject({ addressSource: 'load-balancer', http: { wordpress: 200, openwebui: 200 } });
    const service = (await plane.call('GET', '/api/v1/namespaces/tenant-acme/services/gateway')).body as V1Service;
    expect(service.spec).not.toHaveProperty('loadBalancerIP');
    expect(addressOf(service)).toBe(tenant?.ip);
    expect(service.spec?.ports?.map(({ nodePort }) => typeof nodePort)).toEqual(['number', 'number']);
    const claim = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'gateway', namespace: 'tenant-acme' }, spec: { loadBalancerIP: '203.0.113.99' } };
    expect((await plane.call('PATCH', '/api/v1/namespaces/tenant-acme/services/gateway', claim, 'application/merge-patch+json')).body.message).toContain('On this trial cluster no address may be asked for');
  });

  it('shows it well, and changes nothing when it is told again', async () => {
    const status = await run('status', '--once');
    expect(status.exitCode).toBe(0);
    expect(succeeded(await run('create', 'acme', ...TENANT)).changed).toBe(false);
  });

  it('puts back a guard rail that was removed, or a widened one, and finds nothing else to put back', async () => {
    const policies = '/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies';
    const before = await names(policies);
    await plane.call('DELETE', `${policies}/default-deny`);
    await plane.call('PATCH', `${policies}/dns`, { spec: { egress: [{}] } }, 'application/merge-patch+json');
    const again = await run('create', 'acme', ...TENANT);
    expect(succeeded(again).changed).toBe(true);
    expect(again.events.flatMap((event) => (event.type === 'notice' ? [event.message] : []))).toEqual(['networkpolicy/default-deny in tenant-acme is missing, networkpolicy/dns in tenant-acme was changed; put back']);
    expect(await names(policies)).toEqual(before);
    expect(succeeded(await run('create', 'acme', ...TENANT)).changed).toBe(false);
  });

  it('shows that it is not well when a pod cannot run any more, and which one', async () => {
    const { items } = await plane.cluster.core.listNode();
    for (const { metadata } of items) await plane.call('PATCH', `/api/v1/nodes/${metadata?.name}`, { spec: { unschedulable: true } }, 'application/merge-patch+json');
    await plane.call('DELETE', '/api/v1/namespaces/tenant-acme/pods/openwebui-0?gracePeriodSeconds=0');
    await plane.until('the pod’s successor, which finds no node', async () => (await plane.call('GET', '/api/v1/namespaces/tenant-acme/pods/openwebui-0')).body.status?.conditions?.[0]?.reason === 'Unschedulable');
    const status = await run('status', '--once');
    expect(status.exitCode).toBe(8);
    expect(JSON.stringify(status.result)).toContain('openwebui-0');
    for (const { metadata } of items) await plane.call('PATCH', `/api/v1/nodes/${metadata?.name}`, { spec: { unschedulable: null } }, 'application/merge-patch+json');
    await plane.until('the pod', async () => (await plane.call('GET', '/api/v1/namespaces/tenant-acme/pods/openwebui-0')).body.status?.phase === 'Running');
  });

  it('removes it, and nothing is left but the tombstone', async () => {
    const { data } = succeeded(await run('delete', 'acme', '--yes'));
    expect(data).toMatchObject({ tenant: 'acme', left: [] });
    expect(await names('/api/v1/namespaces')).not.toContain('tenant-acme');
    expect(await names('/api/v1/persistentvolumes')).toEqual([]);
    expect((await names('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies')).filter((name) => name.startsWith('ionos-tenants-'))).toEqual([]);
    expect(await names('/api/v1/namespaces/ionos-tenants-system/secrets')).toEqual([]);
    expect(await names('/api/v1/namespaces/ionos-tenants-system/configmaps')).toEqual(['kube-root-ca.crt', 'platform', 'tenant-acme']);
  });
});
