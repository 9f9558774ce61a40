import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OWNER } from '../../src/sandbox/cloud/catalog.js';
import { openApi } from '../support/api.js';
import type { ApiClient } from '../support/api.js';
import { PLATFORM } from '../support/platform-configuration.js';
import { recording, Replayer } from '../support/replay.js';
import { PROVIDER_BLOCKS } from '../support/terraform.js';
import { left, Stack } from '../terraform/stack.js';
import type { Inputs } from '../terraform/stack.js';
import { openStage } from '../terraform/stage.js';
import type { Stage } from '../terraform/stage.js';

/** One cloud behind both doors: the real terraform comes in through one, the Cloud API's calls through the other. */
let stage: Stage;
let api: ApiClient;
beforeEach(async () => {
  stage = await openStage();
  api = await openApi(stage.cloud);
});
afterEach(async () => {
  await api.close();
  await stage.close();
});

const settled = (): Promise<void> => stage.cloud.clock.delay(0);

describe('what terraform makes', () => {
  const run = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, output } = await stage.terraform('own', ...args);
    expect(exitCode, output).toBe(0);
    return stdout;
  };
  /** What terraform would do, by address. */
  const planned = async (): Promise<Record<string, string>> => {
    await run('plan', '-out=plan');
    const { resource_changes: changes = [] } = JSON.parse(await run('show', '-json', 'plan')) as {
      resource_changes?: { address: string; change: { actions: string[] } }[];
    };
    const actions = changes.map(({ address, change }) => [address.replace('ionoscloud_', ''), change.actions.join('/')] as const);
    return Object.fromEntries(actions.filter(([, action]) => action !== 'no-op'));
  };
  const EVERYTHING = [
    'datacenter.this', 'group.tenant', 'ipblock.nodes', 'k8s_cluster.this', 'k8s_node_pool.this', 'lan.nodes', 's3_bucket.backup',
    's3_bucket_lifecycle_configuration.backup', 's3_bucket_public_access_block.backup',
    's3_bucket_server_side_encryption_configuration.backup', 's3_bucket_versioning.backup', 'share.tenant',
  ];
  const ids = () => {
    const { clusters, datacenters, ipBlocks, identity, nodePools } = stage.cloud;
    const cluster = clusters.list()[0]?.id ?? '';
    return {
      datacenter: datacenters.list()[0]?.id ?? '',
      block: ipBlocks.list()[0]?.id ?? '',
      cluster,
      pool: nodePools.list(cluster)[0]?.id ?? '',
      group: identity.groups()[0]?.id ?? '',
    };
  };
  const paths = () => {
    const { datacenter, block, cluster, pool, group } = ids();
    return {
      datacenter: `/datacenters/${datacenter}`,
      lan: `/datacenters/${datacenter}/lans/1`,
      block: `/ipblocks/${block}`,
      cluster: `/k8s/${cluster}`,
      pool: `/k8s/${cluster}/nodepools/${pool}`,
      group: `/um/groups/${group}`,
      share: `/um/groups/${group}/shares/${datacenter}`,
    };
  };

  beforeEach(async () => {
    await stage.write('own/main.tf', PROVIDER_BLOCKS + PLATFORM);
    await run('init');
    await run('apply', '-auto-approve');
  });

  it('is seen through the Cloud API, every kind of it', async () => {
    const at = paths();
    const properties = async (path: string): Promise<unknown> => (await api.call<{ properties: unknown }>('GET', path)).properties;
    expect(await properties(at.datacenter)).toMatchObject({ name: 'platform', location: 'de/txl' });
    expect(await properties(at.lan)).toMatchObject({ name: 'nodes', public: false });
    expect(await properties(at.block)).toMatchObject({ name: 'nodes', size: 3 });
    expect(await properties(at.cluster)).toMatchObject({ name: 'platform', maintenanceWindow: { dayOfTheWeek: 'Saturday' } });
    expect(await properties(at.pool)).toMatchObject({ name: 'workers', nodeCount: 2, labels: { pool: 'shared' }, lans: [{ id: 1 }] });
    expect(await properties(at.group)).toMatchObject({ name: 'tenant', s3Privilege: true, reserveIp: false });
    expect(await properties(at.share)).toEqual({ editPrivilege: false, sharePrivilege: false });
    expect(await api.bucket('HEAD', '/platform-backup')).toEqual([200, '']);
    expect((await api.bucket('GET', '/platform-backup?location'))[1]).toContain('>eu-central-3<');
    expect((await api.bucket('GET', '/platform-backup?versioning'))[1]).toContain('<Status>Enabled</Status>');
    expect((await api.bucket('GET', '/platform-backup?encryption'))[1]).toContain('AES256');
    expect((await api.bucket('GET', '/platform-backup?lifecycle'))[1]).toContain('<NoncurrentDays>30</NoncurrentDays>');
    expect((await api.bucket('GET', '/platform-backup?publicAccessBlock'))[1]).toContain('<BlockPublicAcls>true</BlockPublicAcls>');
    // Each of terraform's changes is a request like everybody's.
    const { items } = await api.call<{ items: { properties: { method: string } }[] }>('GET', '/requests?depth=1');
    expect(items.map((item) => item.properties.method)).toEqual(['POST', 'POST', 'POST', 'POST', 'POST']);
  });

  it('is changed there, and terraform notices every bit and sets it right', async () => {
    const at = paths();
    await api.call('PATCH', at.datacenter, { description: 'theirs' });
    await api.call('PATCH', at.lan, { name: 'theirs' });
    await api.call('PATCH', at.block, { name: 'theirs' });
    await api.call('PUT', at.cluster, { properties: { name: 'theirs' } });
    await api.call('PUT', at.pool, { properties: { nodeCount: 1, labels: { pool: 'theirs' } } });
    await api.call('PUT', at.group, { properties: { name: 'tenant', reserveIp: true } });
    await api.call('PUT', at.share, { properties: { editPrivilege: true } });
    await api.bucket('PUT', '/platform-backup?versioning', '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>');
    await api.bucket('PUT', '/platform-backup?tagging', '<Tagging><TagSet><Tag><Key>their</Key><Value>s</Value></Tag></TagSet></Tagging>');
    await api.bucket('DELETE', '/platform-backup?encryption');
    await api.bucket('PUT', '/platform-backup?publicAccessBlock', '<PublicAccessBlockConfiguration/>');
    await api.bucket('DELETE', '/platform-backup?lifecycle');
    await settled();
    expect(await planned()).toEqual({
      // Nobody configured a description, so whatever it is, it stays.
      'group.tenant': 'update',
      'ipblock.nodes': 'update',
      'k8s_cluster.this': 'update',
      'k8s_node_pool.this': 'update',
      'lan.nodes': 'update',
      's3_bucket.backup': 'update',
      's3_bucket_lifecycle_configuration.backup': 'create',
      's3_bucket_public_access_block.backup': 'update',
      's3_bucket_server_side_encryption_configuration.backup': 'create',
      's3_bucket_versioning.backup': 'update',
      'share.tenant': 'update',
    });
    await run('apply', 'plan');
    expect(await planned()).toEqual({});
    expect(await api.call('GET', at.pool)).toMatchObject({ properties: { nodeCount: 2, labels: { pool: 'shared' } } });
    expect(await api.call('GET', at.datacenter)).toMatchObject({ properties: { description: 'theirs' } });
    expect((await api.bucket('GET', '/platform-backup?tagging'))[0]).toBe(404);
  });

  it('is deleted there, and terraform would make all of it anew', async () => {
    const at = paths();
    const remove = async (path: string): Promise<void> => {
      await api.call('DELETE', path);
      while ((await api.status(path)) !== 404) await settled();
    };
    for (const path of [at.share, at.group, at.pool, at.block, at.cluster, at.lan, at.datacenter]) await remove(path);
    expect((await api.bucket('DELETE', '/platform-backup'))[0]).toBe(204);
    await settled();
    expect(left(stage)).toEqual([]);
    expect(await planned()).toEqual(Object.fromEntries(EVERYTHING.map((address) => [address, 'create'])));
  });
});

describe("what the real provider's calls make", () => {
  /** Attributes that stand in no cloud: terraform writes them when it takes something over. */
  const TERRAFORMS_OWN = ['allow_replace', 'get_users_data', 'force_destroy'];
  const cell = { node_count: 1, server_type: 'VCPU', cores_count: 4, ram_size: 16384 };

  let provider: Replayer;
  beforeEach(() => {
    provider = new Replayer(api.url, settled);
    provider.kept['user'] = OWNER.id;
  });

  /** Takes things over into a stack's state; expects the configuration to want them as they are. */
  const adopt = async (stack: Stack, folder: string, inputs: Inputs, things: Record<string, string>): Promise<void> => {
    const blocks = Object.entries(things).map(([to, id]) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`);
    await stage.write(`${folder}/imports.tf`, blocks.join('\n'));
    const { output } = await stack.plan(inputs);
    expect(output).toContain(`${Object.keys(things).length} to import, 0 to add`);
    const changed = (await stack.planned()).flatMap(({ change }) => {
      const { before, after } = change as unknown as { before: Inputs | null; after: Inputs };
      return Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before?.[name]));
    });
    expect(changed.filter((name) => !TERRAFORMS_OWN.includes(name))).toEqual([]);
    await stack.converge(inputs);
  };

  it('is what our platform stack wants, and goes on under terraform', async () => {
    const calls = [await recording('platform'), await recording('bucket')];
    for (const recorded of calls) await provider.play(recorded, 'create', 'replan');
    const { datacenter = '', lan = '', cluster = '', pool = '', block0 = '', block1 = '' } = provider.kept;
    const inputs = {
      platform: 'starter',
      location: 'de/txl',
      k8s_version: '1.34.4',
      node_pools: { shared: cell },
      storage: { name: 'starter-backup', region: 'test-1' },
    };
    const stack = await new Stack(stage, 'platform', 'starter').init();
    const bucket = 'module.storage[0].ionoscloud_s3_bucket';
    await adopt(stack, 'platform', inputs, {
      'module.network.ionoscloud_datacenter.this': datacenter,
      'module.network.ionoscloud_lan.this': `${datacenter}/${lan}`,
      'module.kubernetes.ionoscloud_k8s_cluster.this': cluster,
      'module.node_pool["shared"].ionoscloud_ipblock.nodes[0]': block0,
      'module.node_pool["shared"].ionoscloud_ipblock.nodes[1]': block1,
      'module.node_pool["shared"].ionoscloud_k8s_node_pool.this[0]': `${cluster}/${pool}`,
      [`${bucket}.this`]: 'starter-backup',
      [`${bucket}_public_access_block.this`]: 'starter-backup',
      [`${bucket}_versioning.this`]: 'starter-backup',
      [`${bucket}_server_side_encryption_configuration.this`]: 'starter-backup',
      [`${bucket}_lifecycle_configuration.this[0]`]: 'starter-backup',
    });
    for (const recorded of calls) await provider.play(recorded, 'replan');

    const grown = { ...inputs, node_pools: { shared: { ...cell, node_count: 2 } }, storage: { ...inputs.storage, versioning: false } };
    await stack.converge(grown);
    expect(await api.call('GET', `/k8s/${cluster}/nodepools/${pool}`)).toMatchObject({ properties: { nodeCount: 2 } });
    expect((await api.bucket('GET', '/starter-backup?versioning'))[1]).toContain('<Status>Suspended</Status>');
    await stack.destroy(grown);
    expect(left(stage)).toEqual([]);
    for (const path of [`/k8s/${cluster}`, `/datacenters/${datacenter}`, `/ipblocks/${block0}`]) expect(await api.status(path)).toBe(404);
    expect((await api.bucket('HEAD', '/starter-backup'))[0]).toBe(404);
  });

  it('is what our tenant stack wants, and goes on under terraform', async () => {
    const tenant = await recording('tenant-node-pool');
    await provider.play(await recording('platform'), 'create');
    const before = left(stage);
    await provider.play(tenant, 'create', 'replan');
    const { address = '', tenantBlock0 = '', tenantBlock1 = '', tenantPool = '', group = '', cluster = '', datacenter = '' } = provider.kept;
    const inputs = {
      name: 'acme',
      platform: 'starter',
      location: 'de/txl',
      datacenter_id: datacenter,
      cluster_id: cluster,
      isolation: 'node-pool',
      k8s_version: '1.34.4',
      node_pool: { cores_count: 4, ram_size: 8192 },
      iam: { enabled: true, privileges: ['s3_privilege'], user_ids: [OWNER.id] },
    };
    const stack = await new Stack(stage, 'tenant', 'acme').init();
    await adopt(stack, 'tenant', inputs, {
      'module.address.ionoscloud_ipblock.this': address,
      'module.node_pool[0].ionoscloud_ipblock.nodes[0]': tenantBlock0,
      'module.node_pool[0].ionoscloud_ipblock.nodes[1]': tenantBlock1,
      'module.node_pool[0].ionoscloud_k8s_node_pool.this[0]': `${cluster}/${tenantPool}`,
      'module.iam[0].ionoscloud_group.this': group,
      'module.iam[0].ionoscloud_share.first[0]': `${group}/${address}`,
    });
    await provider.play(tenant, 'replan');

    const changed = { ...inputs, iam: { enabled: true, privileges: ['reserve_ip'], user_ids: [] } };
    await stack.converge(changed);
    expect(await api.call('GET', `/um/groups/${group}`)).toMatchObject({ properties: { reserveIp: true, s3Privilege: false } });
    expect(await api.call('GET', `/um/groups/${group}/users`)).toMatchObject({ items: [] });
    await stack.destroy(changed);
    expect(left(stage)).toEqual(before);
    for (const path of [`/um/groups/${group}`, `/um/groups/${group}/shares/${address}`, `/ipblocks/${address}`]) expect(await api.status(path)).toBe(404);
  });
});
