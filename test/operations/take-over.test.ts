import { describe, expect, it, onTestFinished } from 'vitest';
import { connectIonos } from '../../src/ionos/client.js';
import type { RunContext } from '../../src/operations/context.js';
import { nameAt, takeOver } from '../../src/operations/take-over.js';
import { SANDBOX_TOKEN } from '../../src/sandbox/cloud/index.js';
import { openApi } from '../support/api.js';
import { buildPlatform, immediateCloud } from '../support/cloud.js';
import { recordedBus } from '../support/events.js';

describe('the name of what a stack makes', () => {
  it.each([
    ['module.network.ionoscloud_datacenter.this', 'ionos-tenants-main'],
    ['module.network.ionoscloud_lan.this', 'nodes'],
    ['module.kubernetes.ionoscloud_k8s_cluster.this', 'ionos-tenants-main'],
    ['module.node_pool["shared"].ionoscloud_ipblock.nodes[2]', 'ionos-tenants-main-shared.2'],
    ['module.node_pool["shared"].ionoscloud_k8s_node_pool.this[0]', 'ionos-tenants-main-shared'],
    ['module.node_pool["shared"].ionoscloud_k8s_node_pool.autoscaled[0]', 'ionos-tenants-main-shared'],
    ['module.storage[0].ionoscloud_s3_bucket.this', undefined],
  ])('of a platform, at %s, is %s', (address, name) => {
    expect(nameAt(address, 'ionos-tenants-main')).toBe(name);
  });

  it.each([
    ['module.address.ionoscloud_ipblock.this', 'ionos-tenants-main-acme'],
    ['module.node_pool[0].ionoscloud_ipblock.nodes[0]', 'ionos-tenants-main-acme.0'],
    ['module.node_pool[0].ionoscloud_k8s_node_pool.this[0]', 'ionos-tenants-main-acme'],
    ['module.iam[0].ionoscloud_group.this', undefined],
  ])('of a tenant, at %s, is %s', (address, name) => {
    expect(nameAt(address, 'ionos-tenants-main-acme')).toBe(name);
  });
});

describe('what is there already', () => {
  const bed = async () => {
    const cloud = immediateCloud();
    const { url, close } = await openApi(cloud);
    onTestFinished(close);
    const { bus, of } = recordedBus();
    const api = connectIonos({ kind: 'token', token: SANDBOX_TOKEN }, { apiUrl: url });
    const ask = (prefix: string) => (...addresses: string[]) => takeOver({ bus } as unknown as RunContext, api, 'main', prefix)(addresses.map((address) => ({ address, action: 'create' as const })));
    return { cloud, of, platform: ask('ionos-tenants-main'), tenant: ask('ionos-tenants-main-acme'), namesake: ask('ionos-tenants-main-acme-1') };
  };

  it('is found by its name, and by where it lies', async () => {
    const { cloud, of, platform, tenant } = await bed();
    const datacenter = cloud.datacenters.create({ name: 'ionos-tenants-main', location: 'de/fra' });
    await cloud.settled('datacenters', datacenter.id);
    const other = cloud.datacenters.create({ name: 'somebody-elses', location: 'de/fra' });
    await cloud.settled('datacenters', other.id);
    cloud.lans.create(other.id, { name: 'nodes', public: false });
    const lan = cloud.lans.create(datacenter.id, { name: 'nodes', public: false });
    const block = cloud.ipBlocks.create({ name: 'ionos-tenants-main-acme', location: 'de/fra', size: 1 });
    expect(await platform('module.network.ionoscloud_datacenter.this', 'module.network.ionoscloud_lan.this', 'module.kubernetes.ionoscloud_k8s_cluster.this')).toEqual({
      'module.network.ionoscloud_datacenter.this': datacenter.id,
      'module.network.ionoscloud_lan.this': `${datacenter.id}/${lan.id}`,
    });
    expect(await tenant('module.address.ionoscloud_ipblock.this')).toEqual({ 'module.address.ionoscloud_ipblock.this': block.id });
    expect(of('notice').map(({ message }) => message)).toEqual(expect.arrayContaining([expect.stringMatching(/ionoscloud_ipblock.this had been made by an interrupted run.*taken over/) as string]));
  });

  it('is nothing where nothing has the name', async () => {
    const { cloud, tenant, of } = await bed();
    cloud.ipBlocks.create({ name: 'ionos-tenants-main-acme2', location: 'de/fra', size: 1 });
    expect(await tenant('module.address.ionoscloud_ipblock.this')).toEqual({});
    expect(of('notice')).toEqual([]);
  });

  it('is not guessed where two have the name', async () => {
    const { cloud, tenant } = await bed();
    const blocks = [1, 2].map(() => cloud.ipBlocks.create({ name: 'ionos-tenants-main-acme', location: 'de/fra', size: 1 }));
    await expect(tenant('module.address.ionoscloud_ipblock.this')).rejects.toMatchObject({ code: 'ambiguous', what: expect.stringContaining('ionos-tenants-main-acme') as string, why: expect.stringContaining(blocks[1]?.id ?? '') as string });
  });

  it('is a block that is in use, where the pool that keeps it is taken over too; never one of another with the same name', async () => {
    const { cloud, tenant } = await bed();
    const block = (name: string) => cloud.ipBlocks.create({ name, location: 'de/txl', size: 1 });
    const nodes = [0, 1, 2].map((index) => block(`ionos-tenants-main-acme.${index}`));
    // One of somebody who gives names as we do.
    block('ionos-tenants-main-acme.2');
    const platform = await buildPlatform(cloud, { name: 'ionos-tenants-main-acme', publicIps: nodes.flatMap(({ properties }) => properties.ips) }, 'ionos-tenants-main');
    const addresses = nodes.map((_block, index) => `module.node_pool[0].ionoscloud_ipblock.nodes[${index}]`);
    const blocks = Object.fromEntries(addresses.map((address, index) => [address, nodes[index]?.id]));
    expect(await tenant(...addresses, 'module.node_pool[0].ionoscloud_k8s_node_pool.this[0]')).toEqual({ ...blocks, 'module.node_pool[0].ionoscloud_k8s_node_pool.this[0]': `${platform.cluster.id}/${platform.pool.id}` });
    // The pool is not asked for: its addresses are not free.
    expect(await tenant(...addresses.slice(0, 2))).toEqual({});
  });

  it("is never the address of a tenant whose name ends in a number, nor a node's of one without", async () => {
    const { cloud, tenant, namesake } = await bed();
    const block = (name: string) => cloud.ipBlocks.create({ name, location: 'de/fra', size: 1 }).id;
    const address = 'module.address.ionoscloud_ipblock.this';
    const node = 'module.node_pool[0].ionoscloud_ipblock.nodes[1]';
    // Both are free: acme-1 has no Service at the moment, and the pool that the nodes of acme are to come from is not made yet.
    const ofNamesake = block('ionos-tenants-main-acme-1');
    expect(await tenant(node)).toEqual({});
    expect(await namesake(address)).toEqual({ [address]: ofNamesake });
    cloud.ipBlocks.delete(ofNamesake);
    const ofNode = block('ionos-tenants-main-acme.1');
    expect(await namesake(address)).toEqual({});
    expect(await tenant(node)).toEqual({ [node]: ofNode });
  });
});
