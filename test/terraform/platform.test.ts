import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { left, pool, Stack, starter } from './stack.js';
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

describe('the platform stack', () => {
  it('makes a cell, sees no difference afterwards, and leaves nothing behind', async () => {
    const outputs = await platform.converge(starter);
    const state = stage.cloud.snapshot();
    const [cluster] = Object.values(state.clusters);
    const [nodes] = Object.values(state.nodePools);
    expect(outputs).toMatchObject({
      platform: 'starter',
      location: 'de/txl',
      lan_id: '1',
      cluster_id: cluster?.id,
      cluster_name: 'ionos-tenants-starter',
      k8s_version: '1.34.4',
      node_pool_id: nodes?.id,
      node_pool_ids: { shared: nodes?.id },
      node_public_ips: nodes?.properties.publicIps,
    });
    expect(outputs).not.toHaveProperty('bucket');
    expect(cluster?.properties).toMatchObject({ public: true, apiSubnetAllowList: [], s3Buckets: [] });
    expect(nodes?.properties).toMatchObject({
      name: 'ionos-tenants-starter-shared',
      datacenterId: outputs['datacenter_id'],
      nodeCount: 2,
      lans: [{ id: 1, dhcp: true }],
      labels: { 'ionos-tenants.io/pool': 'shared' },
    });
    expect(nodes?.properties.publicIps).toHaveLength(3);

    await platform.destroy(starter);
    expect(left(stage)).toEqual([]);
  });

  it('grows and shrinks a pool without touching the nodes and addresses that stay', async () => {
    const before = await platform.converge(starter);
    const grown = { ...starter, node_pools: { shared: { ...pool, node_count: 4 } } };
    const plan = await platform.plan(grown);
    expect(plan.changes).toEqual({
      'module.node_pool["shared"].ionoscloud_ipblock.nodes[3]': 'create',
      'module.node_pool["shared"].ionoscloud_ipblock.nodes[4]': 'create',
      'module.node_pool["shared"].ionoscloud_k8s_node_pool.this[0]': 'update',
    });
    const after = await platform.converge(grown);
    expect((after['node_public_ips'] as string[]).slice(0, 3)).toEqual(before['node_public_ips']);
    expect(after['node_pool_id']).toBe(before['node_pool_id']);

    // The addresses are in use by nodes until the pool has let go of them.
    const smaller = await platform.converge(starter);
    expect(smaller['node_public_ips']).toEqual(before['node_public_ips']);
    expect(Object.values(stage.cloud.snapshot().nodePools).map(({ nodes }) => nodes.length)).toEqual([2]);
  });

  it('upgrades the control plane and the nodes in place, and takes a patch release that IONOS installed as it is', async () => {
    const before = await platform.converge(starter);
    const restored = stage.cloud.snapshot();
    for (const cluster of Object.values(restored.clusters)) cluster.properties.k8sVersion = '1.34.9';
    for (const nodes of Object.values(restored.nodePools)) nodes.properties.k8sVersion = '1.34.9';
    stage.cloud.restore(restored);
    expect((await platform.plan(starter)).changes).toEqual({});

    const newer = { ...starter, k8s_version: '1.35.6' };
    expect((await platform.plan(newer)).changes).toEqual({
      'module.kubernetes.ionoscloud_k8s_cluster.this': 'update',
      'module.node_pool["shared"].ionoscloud_k8s_node_pool.this[0]': 'update',
    });
    const { cluster_id, node_pool_id } = before;
    expect(await platform.converge(newer)).toMatchObject({ k8s_version: '1.35.6', cluster_id, node_pool_id });
  });

  it('refuses to change the nodes of a pool, and replaces a pool by one beside it', async () => {
    const before = await platform.converge(starter);
    const bigger = { ...pool, ram_size: 32768 };
    const refused = await platform.plan({ ...starter, node_pools: { shared: bigger } });
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain('immutable');

    const both = await platform.converge({ ...starter, node_pools: { shared: pool, 'shared-b': bigger } });
    expect(Object.keys(both['node_pool_ids'] as object)).toEqual(['shared', 'shared-b']);
    expect((both['node_pool_ids'] as Record<string, string>)['shared']).toBe(before['node_pool_id']);
    const moved = await platform.converge({ ...starter, node_pools: { 'shared-b': bigger } });
    expect(moved['node_pool_id']).toBe((both['node_pool_ids'] as Record<string, string>)['shared-b']);
  });

  it('leaves the number of nodes to the autoscaler', async () => {
    const scaling = { ...starter, node_pools: { shared: { ...pool, autoscaling: { min_node_count: 2, max_node_count: 5 } } } };
    const outputs = await platform.converge(scaling);
    expect(outputs['node_public_ips']).toHaveLength(6);
    const [id] = Object.values(outputs['node_pool_ids'] as Record<string, string>);
    stage.cloud.nodePools.update(String(outputs['cluster_id']), String(id), { nodeCount: 4 });
    await stage.cloud.settled('nodePools', String(id));
    expect((await platform.plan(scaling)).changes).toEqual({});
  });

  it('restricts the API, and makes a bucket before the cluster that writes its audit log into it', async () => {
    const storage = { name: 'example-org-ionos-tenants', region: 'eu-central-4' };
    const inputs = { ...starter, api_subnet_allow_list: ['203.0.113.0/24'], storage, audit_log_bucket: storage.name };
    expect(await platform.converge(inputs)).toMatchObject({ bucket: storage.name });
    const state = stage.cloud.snapshot();
    const [cluster] = Object.values(state.clusters);
    expect(cluster?.properties).toMatchObject({ apiSubnetAllowList: ['203.0.113.0/24'], s3Buckets: [{ name: storage.name }] });
    expect(state.buckets[storage.name]?.properties).toMatchObject({
      region: 'eu-central-4',
      versioning: { status: 'Enabled' },
      encryption: ['AES256'],
      publicAccessBlock: { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    });
    expect(state.buckets[storage.name]?.properties.lifecycle).toHaveLength(2);
    await platform.destroy(inputs);
    expect(left(stage)).toEqual([]);
  });
});
