import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { left, Stack, starter } from './stack.js';
import type { Inputs } from './stack.js';
import { openStage } from './stage.js';
import type { Stage } from './stage.js';

let stage: Stage;
let platform: Stack;
beforeEach(async () => {
  stage = await openStage();
  platform = await new Stack(stage, 'platform', 'starter').init();
});
afterEach(async () => {
  await stage.close();
});

describe('the tenant stack', () => {
  const tenantOf = (outputs: Record<string, unknown>, more: Inputs = {}): Inputs => ({
    name: 'acme',
    platform: 'starter',
    location: 'de/txl',
    datacenter_id: outputs['datacenter_id'],
    cluster_id: outputs['cluster_id'],
    ...more,
  });

  let shared: Record<string, unknown>;
  let tenant: Stack;
  beforeEach(async () => {
    shared = await platform.converge(starter);
    tenant = await new Stack(stage, 'tenant', 'acme').init();
  });

  it('owns one address in a namespace and nothing else', async () => {
    const before = left(stage);
    const inputs = tenantOf(shared);
    const outputs = await tenant.converge(inputs);
    const block = stage.cloud.ipBlocks.get(String(outputs['ipblock_id']));
    expect(block.properties).toMatchObject({ name: 'ionos-tenants-starter-acme', location: 'de/txl', size: 1, ips: [outputs['ip']] });
    expect(outputs).toEqual({
      name: 'acme',
      isolation: 'namespace',
      location: 'de/txl',
      ip: outputs['ip'],
      ipblock_id: block.id,
      node_public_ips: [],
      pool_label: 'shared',
    });
    expect(left(stage).filter((id) => !before.includes(id))).toEqual([block.id]);
    await tenant.destroy(inputs);
    expect(left(stage)).toEqual(before);
  });

  it('refuses an address in another location than the platform', async () => {
    const { exitCode, output } = await tenant.plan(tenantOf(shared, { location: 'de/fra' }));
    expect(exitCode).toBe(1);
    expect(output).toContain('location');
    expect(output).toContain('data.ionoscloud_datacenter.platform');
  });

  it('keeps the address while a Service uses it', async () => {
    const inputs = tenantOf(shared);
    const outputs = await tenant.converge(inputs);
    const consumer = { namespace: 'tenant-acme', service: 'gateway', clusterId: String(shared['cluster_id']) };
    stage.cloud.addresses.claim(String(outputs['ip']), consumer);
    expect((await tenant.plan(inputs)).changes).toEqual({});
    await expect(tenant.destroy(inputs)).rejects.toThrow('in use by other resource');
    stage.cloud.addresses.release(String(outputs['ip']), consumer);
    await tenant.destroy(inputs);
  });

  it('owns nodes in the cluster of the platform with isolation node-pool', async () => {
    const before = left(stage);
    const inputs = tenantOf(shared, { isolation: 'node-pool', k8s_version: '1.34.4', node_pool: { cores_count: 4, ram_size: 8192 } });
    const outputs = await tenant.converge(inputs);
    const nodes = stage.cloud.nodePools.get(String(shared['cluster_id']), String(outputs['node_pool_id']));
    expect(nodes.properties).toMatchObject({
      name: 'ionos-tenants-starter-acme',
      datacenterId: shared['datacenter_id'],
      nodeCount: 1,
      lans: [],
      labels: { 'ionos-tenants.io/pool': 'acme', 'ionos-tenants.io/tenant': 'acme' },
      publicIps: outputs['node_public_ips'],
    });
    expect(outputs).toMatchObject({ pool_label: 'acme', k8s_version: '1.34.4' });
    expect(outputs).not.toHaveProperty('cluster_id');
    await tenant.destroy(inputs);
    expect(left(stage)).toEqual(before);
  });

  it('moves between the shared nodes and its own without losing the address', async () => {
    const outputs = await tenant.converge(tenantOf(shared));
    const own = { isolation: 'node-pool', k8s_version: '1.34.4', node_pool: { cores_count: 4, ram_size: 8192 } };
    expect(await tenant.converge(tenantOf(shared, own))).toMatchObject({ ip: outputs['ip'], ipblock_id: outputs['ipblock_id'] });
    expect(await tenant.converge(tenantOf(shared))).toEqual(outputs);
  });

  it('owns data centre, LAN, cluster and nodes with isolation cluster, and shares what it owns with a group', async () => {
    const before = left(stage);
    const inputs = tenantOf(shared, {
      isolation: 'cluster',
      k8s_version: '1.34.4',
      node_pool: { node_count: 2, cores_count: 4, ram_size: 8192 },
      api_subnet_allow_list: ['203.0.113.0/24'],
      iam: { enabled: true, privileges: ['s3_privilege'] },
    });
    const outputs = await tenant.converge(inputs);
    expect(outputs['datacenter_id']).not.toBe(shared['datacenter_id']);
    expect(outputs['cluster_id']).not.toBe(shared['cluster_id']);
    const cluster = stage.cloud.clusters.get(String(outputs['cluster_id']));
    expect(cluster.properties).toMatchObject({ name: 'ionos-tenants-starter.acme', apiSubnetAllowList: ['203.0.113.0/24'] });
    const nodes = stage.cloud.nodePools.get(cluster.id, String(outputs['node_pool_id']));
    expect(nodes.properties).toMatchObject({ datacenterId: outputs['datacenter_id'], lans: [{ id: Number(outputs['lan_id']) }] });
    const shares = Object.values(stage.cloud.snapshot().shares);
    expect(shares.map(({ groupId, resourceId, properties }) => ({ groupId, resourceId, ...properties }))).toEqual(
      [outputs['ipblock_id'], outputs['datacenter_id']].map((resourceId) => ({
        groupId: outputs['iam_group_id'], resourceId, editPrivilege: false, sharePrivilege: false,
      })),
    );
    await tenant.destroy(inputs);
    expect(left(stage)).toEqual(before);
  });
});
