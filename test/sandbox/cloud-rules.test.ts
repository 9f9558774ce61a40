import { describe, expect, it } from 'vitest';
import { isDocumentationAddress, SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { OWNER } from '../../src/sandbox/cloud/catalog.js';
import { buildPlatform, immediateCloud, poolInput, refusalOf } from '../support/cloud.js';
import { HeldClock } from '../support/provider.js';
import { parseFault } from '../../src/sandbox/faults/fault.js';

const settledBlock = async (cloud: SandboxCloud, size: number, location = 'de/txl') => {
  const block = cloud.ipBlocks.create({ location, size });
  await cloud.settled('ipBlocks', block.id);
  return block;
};

describe('IP blocks', () => {
  it('hand out addresses that only exist in documentation, each once', async () => {
    const cloud = immediateCloud({ limits: { reservableIps: 1000 } });
    const first = await settledBlock(cloud, 300);
    const { pool } = await buildPlatform(cloud);
    const second = await settledBlock(cloud, 300);
    const ips = [...first.properties.ips, ...pool.nodes.map(({ properties }) => properties.publicIP), ...second.properties.ips];
    expect(new Set(ips).size).toBe(602);
    expect(ips.every(isDocumentationAddress)).toBe(true);
  });

  it('end where the contract ends', () => {
    const cloud = immediateCloud({ limits: { reservableIps: 3 } });
    cloud.ipBlocks.create({ location: 'de/txl', size: 2 });
    expect(refusalOf(() => cloud.ipBlocks.create({ location: 'de/txl', size: 2 }))).toMatchObject({
      httpStatus: 422,
      message: expect.stringContaining('limit 3, in use 2, requested 2'),
    });
    expect(cloud.ipBlocks.create({ location: 'de/txl', size: 1 }).properties.ips).toHaveLength(1);
  });

  it('keep their size and location, and need a location that exists', () => {
    const cloud = immediateCloud();
    const { id } = cloud.ipBlocks.create({ location: 'de/txl', size: 1 });
    expect(refusalOf(() => cloud.ipBlocks.update(id, { size: 2 })).errorCode).toBe('410');
    expect(refusalOf(() => cloud.ipBlocks.update(id, { location: 'de/fra' })).errorCode).toBe('410');
    expect(refusalOf(() => cloud.ipBlocks.create({ location: 'mars/one', size: 1 })).httpStatus).toBe(422);
    expect(refusalOf(() => cloud.ipBlocks.create({ location: 'de/txl', size: 0 })).httpStatus).toBe(422);
  });

  it('cannot be released while a Service uses an address of theirs', async () => {
    const cloud = immediateCloud();
    const { cluster } = await buildPlatform(cloud);
    const block = await settledBlock(cloud, 1);
    const [ip = ''] = block.properties.ips;
    const consumer = { namespace: 'tenant-acme', service: 'gateway', clusterId: cluster.id };
    cloud.addresses.claim(ip, consumer);
    expect(refusalOf(() => cloud.ipBlocks.delete(block.id))).toMatchObject({
      httpStatus: 422,
      message: expect.stringContaining(`'${ip}' in use`),
    });
    cloud.addresses.release(ip, consumer);
    cloud.ipBlocks.delete(block.id);
    await cloud.settled('ipBlocks', block.id);
    expect(refusalOf(() => cloud.ipBlocks.get(block.id))).toMatchObject({ httpStatus: 404, errorCode: '309' });
  });
});

describe('networks and data centres', () => {
  it('number LANs in each data centre from 1', () => {
    const cloud = immediateCloud();
    const [one, two] = [1, 2].map((n) => cloud.datacenters.create({ name: `dc${n}`, location: 'de/txl' }).id);
    expect([one, one, two].map((id) => cloud.lans.create(id ?? '', {}).id)).toEqual(['1', '2', '1']);
  });

  it('give a LAN IPv6 when it is left to them, and none when nobody asks', () => {
    const cloud = immediateCloud();
    const { id } = cloud.datacenters.create({ name: 'dc', location: 'de/txl' });
    const block = (ipv6CidrBlock?: string): string | null => cloud.lans.create(id, ipv6CidrBlock === undefined ? {} : { ipv6CidrBlock }).properties.ipv6CidrBlock;
    expect([block(), block(''), block('AUTO'), block('2001:db8:0:9::/64')]).toEqual([null, null, '2001:db8:0:3::/64', '2001:db8:0:9::/64']);
  });

  it('protect a LAN that nodes are attached to', async () => {
    const cloud = immediateCloud();
    const { datacenter, cluster } = await buildPlatform(cloud);
    const lan = cloud.lans.create(datacenter.id, {});
    const pool = cloud.nodePools.create(
      cluster.id,
      poolInput(datacenter.id, { name: 'attached', lans: [{ id: Number(lan.id), dhcp: true, routes: [] }] }),
    );
    await cloud.settled('nodePools', pool.id);
    expect(refusalOf(() => cloud.lans.delete(datacenter.id, lan.id))).toMatchObject({
      httpStatus: 403,
      errorCode: '451',
      message: expect.stringContaining('is delete-protected by'),
    });
    cloud.nodePools.delete(cluster.id, pool.id);
    await cloud.settled('nodePools', pool.id);
    cloud.lans.delete(datacenter.id, lan.id);
    await cloud.settled('lans', `${datacenter.id}/${lan.id}`);
    expect(cloud.lans.list(datacenter.id)).toEqual([]);
  });

  it('protect a data centre with nodes in it, and take its networks with one without', async () => {
    const cloud = immediateCloud();
    const { datacenter } = await buildPlatform(cloud);
    expect(refusalOf(() => cloud.datacenters.delete(datacenter.id))).toMatchObject({ httpStatus: 403, errorCode: '452' });
    const other = cloud.datacenters.create({ name: 'other', location: 'de/fra' });
    cloud.lans.create(other.id, {});
    cloud.datacenters.delete(other.id);
    await cloud.settled('datacenters', other.id);
    expect(cloud.snapshot().lans).toEqual({});
  });
});

describe('clusters', () => {
  it('refuse versions that are not offered and steps backwards', async () => {
    const cloud = immediateCloud();
    expect(refusalOf(() => cloud.clusters.create({ name: 'c', k8sVersion: '1.20.0' })).message).toContain('VDC-14-1829');
    const cluster = cloud.clusters.create({ name: 'c', k8sVersion: '1.34.4' });
    await cloud.settled('clusters', cluster.id);
    expect(refusalOf(() => cloud.clusters.update(cluster.id, { k8sVersion: '1.33.8' })).message).toContain('VDC-14-1830');
    cloud.clusters.update(cluster.id, { k8sVersion: '1.35.6' });
    expect(cloud.clusters.get(cluster.id).properties).toMatchObject({ k8sVersion: '1.35.6', availableUpgradeVersions: [] });
  });

  it('keep what is immutable, and are limited by the contract', () => {
    const cloud = immediateCloud({ limits: { k8sClusterLimitTotal: 1 } });
    const { id } = cloud.clusters.create({ name: 'c' });
    expect(refusalOf(() => cloud.clusters.update(id, { public: false })).errorCode).toBe('410');
    expect(refusalOf(() => cloud.clusters.create({ name: 'd' })).message).toContain('Kubernetes clusters: limit 1');
    expect(refusalOf(() => immediateCloud().clusters.create({ name: 'private', public: false })).message).toContain('natGatewayIp');
  });

  it('cannot go while they have node pools', async () => {
    const cloud = immediateCloud();
    const { cluster, pool } = await buildPlatform(cloud);
    expect(refusalOf(() => cloud.clusters.delete(cluster.id)).httpStatus).toBe(422);
    cloud.nodePools.delete(cluster.id, pool.id);
    await cloud.settled('nodePools', pool.id);
    cloud.clusters.delete(cluster.id);
    await cloud.settled('clusters', cluster.id);
    expect(cloud.clusters.list()).toEqual([]);
  });
});

describe('node pools', () => {
  it('need a cluster that is ACTIVE, and only go while they are ACTIVE themselves', () => {
    const cloud = new SandboxCloud({ clock: new HeldClock() });
    const datacenter = cloud.datacenters.create({ name: 'dc', location: 'de/txl' });
    const cluster = cloud.clusters.create({ name: 'c' });
    expect(refusalOf(() => cloud.nodePools.create(cluster.id, poolInput(datacenter.id)))).toMatchObject({
      httpStatus: 422,
      message: expect.stringContaining('until Cluster state is ACTIVE'),
    });
    cluster.metadata.state = 'ACTIVE';
    const pool = cloud.nodePools.create(cluster.id, poolInput(datacenter.id));
    expect(refusalOf(() => cloud.nodePools.delete(cluster.id, pool.id))).toMatchObject({
      httpStatus: 422,
      message: expect.stringContaining('VDC-14-1832'),
    });
  });

  it('need one address more than nodes, of their own location, that nobody else has', async () => {
    const cloud = immediateCloud();
    const { datacenter, cluster } = await buildPlatform(cloud);
    const here = await settledBlock(cloud, 3);
    const elsewhere = await settledBlock(cloud, 3, 'de/fra');
    const create = (publicIps: string[], name = 'pinned') =>
      cloud.nodePools.create(cluster.id, poolInput(datacenter.id, { name, publicIps }));
    expect(refusalOf(() => create(here.properties.ips.slice(0, 2)))).toMatchObject({
      httpStatus: 422,
      errorCode: '410',
      message: expect.stringContaining('at least 3'),
    });
    expect(refusalOf(() => create(elsewhere.properties.ips)).message).toContain('is reserved in de/fra, not in de/txl');
    expect(refusalOf(() => create(['203.0.113.250', '203.0.113.251', '203.0.113.252'])).message).toContain('is not a reserved IP');

    const pool = create(here.properties.ips);
    expect(pool.nodes.map(({ properties }) => properties.publicIP)).toEqual(here.properties.ips.slice(0, 2));
    expect(refusalOf(() => create(here.properties.ips, 'second')).message).toContain('is in use by other resource');
    expect(refusalOf(() => cloud.ipBlocks.delete(here.id)).message).toContain('in use');
    await cloud.settled('nodePools', pool.id);
    cloud.nodePools.delete(cluster.id, pool.id);
    await cloud.settled('nodePools', pool.id);
    expect(cloud.ipBlocks.get(here.id).properties.ipConsumers).toEqual([]);
  });

  it('leave their spare address to nobody', async () => {
    const cloud = immediateCloud();
    const { datacenter, cluster } = await buildPlatform(cloud);
    const block = await settledBlock(cloud, 3);
    const pool = cloud.nodePools.create(cluster.id, poolInput(datacenter.id, { name: 'pinned', publicIps: block.properties.ips }));
    await cloud.settled('nodePools', pool.id);
    const spare = block.properties.ips[2] ?? '';
    expect(() => cloud.addresses.claim(spare, { namespace: 'n', service: 's', clusterId: cluster.id })).toThrow('node pool');
  });

  it.each([
    ['too little memory', { ramSize: 1024 }, 'ramSize'],
    ['memory that is no multiple of 1024', { ramSize: 4000 }, 'ramSize'],
    ['too small a volume', { storageSize: 5 }, 'storageSize'],
    ['a storage type that does not exist', { storageType: 'BALANCED' }, 'storageType'],
    ['no nodes', { nodeCount: 0 }, 'nodeCount'],
    ['a LAN that does not exist', { lans: [{ id: 9, dhcp: true, routes: [] }] }, 'lans'],
    ['a range that is none', { autoScaling: { minNodeCount: 3, maxNodeCount: 3 } }, 'maxNodeCount'],
    ['a processor that is not there', { cpuFamily: 'AMD_OPTERON' }, 'cpuFamily'],
    ['another zone than there are', { availabilityZone: 'ZONE_7' }, 'availabilityZone'],
  ])('refuse %s', async (_what, wrong, field) => {
    const cloud = immediateCloud();
    const { datacenter, cluster } = await buildPlatform(cloud);
    const refusal = refusalOf(() => cloud.nodePools.create(cluster.id, poolInput(datacenter.id, wrong)));
    expect(refusal).toMatchObject({ httpStatus: 422, errorCode: '410', message: expect.stringContaining(field) });
  });

  it('are limited in cores and memory by the contract, also when they grow', async () => {
    const cloud = immediateCloud({ limits: { coresPerContract: 6, ramPerContract: 4096 * 3 } });
    const { datacenter, cluster, pool } = await buildPlatform(cloud);
    expect(cloud.contract.usage()).toMatchObject({ coresProvisioned: 4, ramProvisioned: 8192 });
    expect(refusalOf(() => cloud.nodePools.create(cluster.id, poolInput(datacenter.id, { name: 'more' }))).message).toContain(
      'cores: limit 6, in use 4, requested 4',
    );
    expect(refusalOf(() => cloud.nodePools.update(cluster.id, pool.id, { nodeCount: 4 })).message).toContain('cores');
    cloud.nodePools.update(cluster.id, pool.id, { nodeCount: 3 });
    await cloud.settled('nodePools', pool.id);
    expect(cloud.nodePools.nodes(cluster.id, pool.id).map(({ metadata }) => metadata.state)).toEqual(['READY', 'READY', 'READY']);
  });

  it('keep their nodes when they grow and shrink, and rebuild them for a new version', async () => {
    const cloud = immediateCloud();
    const { cluster, pool } = await buildPlatform(cloud);
    const names = () => cloud.nodePools.nodes(cluster.id, pool.id).map(({ properties }) => properties.name);
    const [first, second] = names();
    const change = async (patch: Parameters<typeof cloud.nodePools.update>[2]) => {
      cloud.nodePools.update(cluster.id, pool.id, patch);
      await cloud.settled('nodePools', pool.id);
    };
    await change({ nodeCount: 3 });
    expect(names().slice(0, 2)).toEqual([first, second]);
    await change({ nodeCount: 1 });
    expect(names()).toEqual([first]);
    cloud.clusters.update(cluster.id, { k8sVersion: '1.35.6' });
    await cloud.settled('clusters', cluster.id);
    await change({ k8sVersion: '1.35.6' });
    expect(cloud.nodePools.nodes(cluster.id, pool.id)[0]?.properties.k8sVersion).toBe('1.35.6');
    expect(refusalOf(() => cloud.nodePools.update(cluster.id, pool.id, { k8sVersion: '1.34.4' })).message).toContain('VDC-14-1830');
  });

  it('cannot lose their autoscaler again', async () => {
    const cloud = immediateCloud();
    const { cluster, pool } = await buildPlatform(cloud, { autoScaling: { minNodeCount: 2, maxNodeCount: 4 } });
    expect(
      refusalOf(() => cloud.nodePools.update(cluster.id, pool.id, { autoScaling: { minNodeCount: 0, maxNodeCount: 0 } })).message,
    ).toContain('cannot be disabled');
  });
});

describe('addresses of load balancers', () => {
  const setUp = async () => {
    const cloud = immediateCloud();
    const { cluster, pool } = await buildPlatform(cloud);
    const block = await settledBlock(cloud, 1);
    const [ip = ''] = block.properties.ips;
    return { cloud, cluster, pool, block, ip, consumer: { namespace: 'tenant-acme', service: 'gateway', clusterId: cluster.id } };
  };

  it('sit on a node of the cluster, and show in the block', async () => {
    const { cloud, cluster, pool, block, ip, consumer } = await setUp();
    cloud.addresses.claim(ip, consumer);
    cloud.addresses.claim(ip, consumer);
    const nodes = cloud.nodePools.nodes(cluster.id, pool.id).map(({ properties }) => properties.name);
    const { ipConsumers } = cloud.ipBlocks.get(block.id).properties;
    expect(ipConsumers).toHaveLength(1);
    expect(ipConsumers[0]).toMatchObject({ ip, k8sClusterUuid: cluster.id, k8sNodePoolUuid: pool.id });
    expect(nodes).toContain(ipConsumers[0]?.serverName);
    expect(cloud.contract.usage().reservedIpsInUse).toBe(1);
  });

  it('belong to one Service', async () => {
    const { cloud, ip, consumer, block } = await setUp();
    cloud.addresses.claim(ip, consumer);
    expect(() => cloud.addresses.claim(ip, { ...consumer, namespace: 'tenant-evil' })).toThrow('in use by Service tenant-acme/gateway');
    cloud.addresses.release(ip, { ...consumer, namespace: 'tenant-evil' });
    expect(cloud.ipBlocks.get(block.id).properties.ipConsumers).toHaveLength(1);
  });

  it('must be reserved, where the nodes are', async () => {
    const { cloud, consumer } = await setUp();
    const far = await settledBlock(cloud, 1, 'us/las');
    expect(() => cloud.addresses.claim('198.51.100.77', consumer)).toThrow('is not in a reserved IP block');
    expect(() => cloud.addresses.claim(far.properties.ips[0] ?? '', consumer)).toThrow('is reserved in us/las');
    expect(() => cloud.addresses.claim(far.properties.ips[0] ?? '', { ...consumer, clusterId: 'none' })).toThrow('has no ready node');
  });

  it('are reserved on the way for a Service that names none, and released with it', async () => {
    const { cloud, consumer } = await setUp();
    const ip = cloud.addresses.allocate(consumer);
    expect(cloud.addresses.allocate(consumer)).toBe(ip);
    expect(cloud.contract.usage()).toMatchObject({ reservedIpsOnContract: 2, reservedIpsInUse: 1 });
    const block = cloud.ipBlocks.holding(ip);
    cloud.addresses.release(ip, consumer);
    await cloud.settled('ipBlocks', block?.id ?? '');
    expect(cloud.ipBlocks.holding(ip)).toBeUndefined();
    cloud.contract.setLimits({ reservableIps: 1 });
    expect(() => cloud.addresses.allocate(consumer)).toThrow('reservable IPs');
  });

  it('move to another node when theirs goes', async () => {
    const { cloud, cluster, pool, block, ip, consumer } = await setUp();
    cloud.nodePools.nodes(cluster.id, pool.id)[0]!.metadata.state = 'PROVISIONING';
    cloud.addresses.claim(ip, consumer);
    const [kept, lost] = cloud.nodePools.nodes(cluster.id, pool.id).map(({ properties }) => properties.name);
    expect(cloud.ipBlocks.get(block.id).properties.ipConsumers[0]?.serverName).toBe(lost);
    cloud.nodePools.update(cluster.id, pool.id, { nodeCount: 1 });
    await cloud.settled('nodePools', pool.id);
    expect(cloud.ipBlocks.get(block.id).properties.ipConsumers[0]?.serverName).toBe(kept);
  });
});

describe('groups, shares and buckets', () => {
  it('share what exists, once, and lose the shares with the group', () => {
    const cloud = immediateCloud();
    const datacenter = cloud.datacenters.create({ name: 'dc', location: 'de/txl' });
    const group = cloud.identity.createGroup({ name: 'tenant', privileges: { s3Privilege: true } });
    expect(group.properties.privileges).toMatchObject({ s3Privilege: true, reserveIp: false });
    cloud.identity.createShare(group.id, datacenter.id, { editPrivilege: true });
    expect(refusalOf(() => cloud.identity.createShare(group.id, datacenter.id, {})).message).toContain('already shared');
    expect(refusalOf(() => cloud.identity.createShare(group.id, 'nothing', {})).httpStatus).toBe(422);
    expect(refusalOf(() => cloud.identity.createGroup({ name: 'tenant' })).message).toContain('exists already');
    expect(refusalOf(() => cloud.identity.createGroup({ name: 'x', userIds: ['nobody'] })).message).toContain('nobody');
    cloud.identity.deleteGroup(group.id);
    expect(cloud.snapshot().shares).toEqual({});
  });

  it('take members into a group once, and out of it', () => {
    const cloud = immediateCloud();
    const { id } = cloud.identity.createGroup({ name: 'tenant' });
    cloud.identity.addUser(id, OWNER.id);
    cloud.identity.addUser(id, OWNER.id);
    expect(cloud.identity.group(id).userIds).toEqual([OWNER.id]);
    expect(refusalOf(() => cloud.identity.addUser(id, 'nobody')).httpStatus).toBe(404);
    cloud.identity.removeUser(id, OWNER.id);
    expect(refusalOf(() => cloud.identity.removeUser(id, OWNER.id)).httpStatus).toBe(404);
  });

  it('give a bucket name away once, and keep a bucket with objects in it', async () => {
    const cloud = immediateCloud();
    cloud.buckets.create({ name: 'backup', region: 'eu-central-3' });
    await cloud.settled('buckets', 'backup');
    expect(refusalOf(() => cloud.buckets.create({ name: 'backup', region: 'eu-central-4' }))).toMatchObject({
      httpStatus: 409,
      errorCode: 'BucketAlreadyExists',
    });
    expect(refusalOf(() => cloud.buckets.create({ name: 'No Name', region: 'eu-central-3' })).errorCode).toBe('InvalidBucketName');
    cloud.buckets.get('backup').properties.objects = 3;
    expect(refusalOf(() => cloud.buckets.delete('backup'))).toMatchObject({ httpStatus: 409, errorCode: 'BucketNotEmpty' });
    cloud.buckets.delete('backup', true);
    await cloud.settled('buckets', 'backup');
    expect(refusalOf(() => cloud.buckets.get('backup')).httpStatus).toBe(404);
  });
});

describe('faults on order', () => {
  it('end a request FAILED as often as they were ordered: its object is gone, and says why', async () => {
    const cloud = immediateCloud();
    cloud.faults.add(parseFault('failed:kind=ipblock,times=2'));
    const create = async (): Promise<string> => {
      const { id } = cloud.ipBlocks.create({ location: 'de/txl', size: 1 });
      await cloud.settled('ipBlocks', id);
      return cloud.failureOf(id) ?? 'made';
    };
    expect([await create(), await create()]).toEqual(['The request could not be fulfilled', 'The request could not be fulfilled']);
    expect(cloud.ipBlocks.list()).toEqual([]);
    expect(await create()).toBe('made');
  });
});
