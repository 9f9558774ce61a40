import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startApiDoor } from '../../src/sandbox/api-door/index.js';
import { OWNER } from '../../src/sandbox/cloud/catalog.js';
import { SANDBOX_PASSWORD, SANDBOX_USERNAME, SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { SandboxClock } from '../../src/sandbox/clock.js';
import { openSandbox } from '../../src/sandbox/composition.js';
import { kubeconfigFor } from '../../src/sandbox/kubernetes-door/index.js';
import { SteppedClock } from '../support/provider.js';
import { recording, Replayer } from '../support/replay.js';

/**
 * The real provider cannot be installed on the machines that run this, so its calls are played: method, path, body and order as it makes
 * them, and of the answers what it reads.
 */
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Everything that costs money or grants a right. */
const left = (cloud: SandboxCloud): string[] => {
  const { datacenters, lans, ipBlocks, clusters, nodePools, groups, shares, buckets } = cloud.snapshot();
  return [datacenters, lans, ipBlocks, clusters, nodePools, groups, shares, buckets].flatMap((kind) => Object.keys(kind));
};

const immediate = (): { clock: SandboxClock; pause: () => Promise<void> } => {
  const clock = SandboxClock.immediate();
  return { clock, pause: () => clock.delay(0) };
};

const stepped = (): { clock: SandboxClock; pause: () => Promise<void> } => {
  const clock = new SteppedClock();
  return { clock, pause: () => clock.step() };
};

const open = async ({ clock, pause }: { clock: SandboxClock; pause: () => Promise<void> }) => {
  const cloud = new SandboxCloud({ clock });
  const door = await startApiDoor(cloud, { kubeconfig: (id) => kubeconfigFor('http://127.0.0.1:1', id) });
  closing.push(async () => {
    await door.close();
    cloud.close();
  });
  const provider = new Replayer(door.url, pause);
  provider.kept['user'] = OWNER.id;
  return { cloud, provider };
};

describe.each([
  ['a cloud on which nothing takes time', immediate],
  ['a cloud that shows every state on the way', stepped],
])("the real provider's calls, on %s", (_what, time) => {
  it('make a platform, read it back as it was written, change it, upgrade it and take it down', async () => {
    const { cloud, provider } = await open(time());
    const platform = await recording('platform');
    await provider.play(platform, 'create', 'replan');
    const [cluster] = cloud.clusters.list();
    const [pool] = cloud.nodePools.list(cluster?.id ?? '');
    expect(left(cloud)).toHaveLength(6);
    expect([cluster?.metadata.state, pool?.metadata.state]).toEqual(['ACTIVE', 'ACTIVE']);
    expect(pool?.nodes.map(({ properties }) => properties.publicIP)).toEqual([provider.kept['ip0']]);
    expect(cloud.lans.cards(provider.kept['datacenter'] ?? '', '1')).toHaveLength(1);

    await provider.play(platform, 'update', 'replan again');
    expect(cloud.datacenters.list()[0]?.properties.description).toBe("Renamed behind nobody's back");
    expect(pool?.nodes.map(({ metadata }) => metadata.state)).toEqual(['READY', 'READY']);
    await provider.play(platform, 'upgrade', 'replan after the upgrade');
    expect(pool?.nodes.map(({ properties }) => properties.k8sVersion)).toEqual(['1.35.6', '1.35.6']);
    await provider.play(platform, 'destroy');
    expect(left(cloud)).toEqual([]);
  });

  it('make a tenant in a namespace, and leave the platform as it was', async () => {
    const { cloud, provider } = await open(time());
    const platform = await recording('platform');
    const tenant = await recording('tenant-namespace');
    await provider.play(platform, 'create');
    const before = left(cloud);
    await provider.play(tenant, 'create', 'replan');
    expect(left(cloud)).toHaveLength(7);
    expect(cloud.ipBlocks.holding(provider.kept['ip'] ?? '')?.properties.name).toBe('ionos-tenants-starter-acme');
    await provider.play(tenant, 'destroy');
    expect(left(cloud)).toEqual(before);
    await provider.play(platform, 'replan');
  });

  it('make a tenant with nodes and a group of its own, change it, and take it away', async () => {
    const { cloud, provider } = await open(time());
    const platform = await recording('platform');
    const tenant = await recording('tenant-node-pool');
    await provider.play(platform, 'create');
    const before = left(cloud);
    await provider.play(tenant, 'create', 'replan');
    const [group] = cloud.identity.groups();
    expect(group?.userIds).toEqual([OWNER.id]);
    expect(cloud.identity.shares(group?.id ?? '').map(({ resourceId }) => resourceId)).toEqual([provider.kept['address']]);
    expect(cloud.nodePools.list(provider.kept['cluster'] ?? '').map(({ properties }) => properties.name)).toContain('ionos-tenants-starter-acme');

    await provider.play(tenant, 'update', 'replan again');
    expect(group?.properties.privileges).toMatchObject({ s3Privilege: true, reserveIp: true, createDataCenter: false });
    expect(group?.userIds).toEqual([]);
    await provider.play(tenant, 'destroy');
    expect(left(cloud)).toEqual(before);
    await provider.play(platform, 'replan');
  });

  it('make a bucket with what our module sets on it, change it and remove it', async () => {
    const { cloud, provider } = await open(time());
    const bucket = await recording('bucket');
    await provider.play(bucket, 'create', 'replan');
    expect(cloud.buckets.get('starter-backup').properties).toMatchObject({
      region: 'test-1',
      objectLock: false,
      tags: { platform: 'starter' },
      versioning: { status: 'Enabled' },
      encryption: ['AES256'],
      lifecycle: [{ id: 'old-versions' }, { id: 'unfinished-uploads' }],
      publicAccessBlock: { blockPublicAcls: true, restrictPublicBuckets: true },
    });
    await provider.play(bucket, 'update', 'replan again');
    expect(cloud.buckets.get('starter-backup').properties).toMatchObject({ tags: { cost: '42' }, versioning: { status: 'Suspended' } });
    expect(cloud.buckets.get('starter-backup').properties.lifecycle).toHaveLength(3);
    await provider.play(bucket, 'destroy');
    expect(left(cloud)).toEqual([]);
  });

  it('find what there is', async () => {
    const { provider } = await open(time());
    await provider.play(await recording('platform'), 'create');
    await provider.play(await recording('data-sources'));
  });
});

describe('a sandbox with all its doors', () => {
  it("has a Kubernetes behind a cluster that the real provider's calls made, with its nodes in it", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'doors-'));
    const sandbox = await openSandbox({ speed: 100, socket: join(folder, 'p.sock') });
    closing.push(async () => {
      await sandbox.close();
      await rm(folder, { recursive: true });
    });
    const clock = new SandboxClock(100);
    const provider = new Replayer(sandbox.apiUrl, () => clock.delay(500));
    const platform = await recording('platform');
    await provider.play(platform, 'create', 'replan', 'update');
    const kubeconfig = await fetch(`${sandbox.apiUrl}/cloudapi/v6/k8s/${provider.kept['cluster']}/kubeconfig`, {
      headers: { authorization: `Basic ${Buffer.from(`${SANDBOX_USERNAME}:${SANDBOX_PASSWORD}`).toString('base64')}` },
    });
    const { clusters } = parse(await kubeconfig.text()) as { clusters: { cluster: { server: string } }[] };
    const { items } = (await (await fetch(`${clusters[0]?.cluster.server}/api/v1/nodes`)).json()) as { items: { metadata: { labels: object } }[] };
    expect(items.map(({ metadata }) => metadata.labels)).toEqual([
      expect.objectContaining({ 'ionos-tenants.io/pool': 'shared' }),
      expect.objectContaining({ 'ionos-tenants.io/pool': 'shared' }),
    ]);
    await provider.play(platform, 'destroy');
    expect(sandbox.snapshot().clusters).toEqual({});
  });
});

describe('what the real provider is told while it waits', () => {
  it('is that the cloud works on it', async () => {
    const { provider } = await open(stepped());
    await provider.play(await recording('platform'));
    await provider.play(await recording('bucket'));
    const told = (call: string): string[] => [...new Set(provider.seen[call])];
    expect(told('GET {request}')).toEqual(['RUNNING']);
    expect(told('GET /k8s/{cluster}')).toEqual(['DEPLOYING', 'UPDATING', '200']);
    expect(told('GET /k8s/{cluster}/nodepools/{pool}')).toEqual(['DEPLOYING', 'UPDATING', '200']);
    expect(told('GET /datacenters/{datacenter}/lans/{lan}')).toEqual(['200']);
    expect(told('HEAD /starter-backup')).toEqual(['404', '200']);
  });
});
