import { describe, expect, test } from 'vitest';
import { GIB, capacityOf, contractShortfalls, fitTenant, moreNodesNeed, plannedNodes, platformContractNeed, tenantContractNeed, tenantsThatFit, usageOf } from '../../src/tenant/index.js';
import type { NodeCapacity, TenantUsage } from '../../src/tenant/index.js';
import { platformPreset, shared, tenantPreset } from './support.js';

const node = (changes: Partial<NodeCapacity['allocatable']> = {}, requested: Partial<NodeCapacity['requested']> = {}): NodeCapacity => ({
  name: 'n',
  allocatable: { millicores: 4000, memory: 16 * GIB, pods: 110, volumes: 20, ...changes },
  requested: { millicores: 0, memory: 0, pods: 0, volumes: 0, ...requested },
});

const tenant: TenantUsage = {
  millicores: 500,
  memory: GIB,
  ephemeralStorage: GIB,
  storage: 30 * GIB,
  volumes: 3,
  ips: 1,
  pods: 4,
  largestPod: { millicores: 200, memory: GIB / 2, ephemeralStorage: 0 },
};

describe('usage', () => {
  test('small adds up', () => {
    expect(usageOf(tenantPreset('small'), shared)).toMatchObject({ millicores: 260, memory: 992 * 2 ** 20, storage: 28 * GIB, volumes: 3, ips: 1, pods: 4 });
  });

  test('domains add the volume for certificates', () => {
    const usage = usageOf(tenantPreset('small'), { ...shared, wordpress: { domain: 'a.acme.example' }, openwebui: { domain: 'b.acme.example' } });
    expect(usage).toMatchObject({ volumes: 4, storage: 29 * GIB });
  });
});

describe('how many fit', () => {
  test('one node is kept free: the largest', () => {
    const capacity = capacityOf([node(), node({ millicores: 8000 })]);
    expect(capacity.usable.millicores).toBe(4000);
    expect(tenantsThatFit(tenant, capacity)).toEqual({ tenants: 6, binding: 'volumes' });
  });

  test.each([
    ['CPU', [node({ millicores: 1000, volumes: 100 }), node({ volumes: 100 })], undefined, 2, 'millicores'],
    ['memory', [node({ memory: 3 * GIB, volumes: 100 }), node({ volumes: 100 })], undefined, 3, 'memory'],
    ['pods', [node({ pods: 7 }), node()], undefined, 1, 'pods'],
    ['volumes', [node({ volumes: 7 }), node()], undefined, 2, 'volumes'],
    ['addresses', [node(), node()], 1, 1, 'ips'],
  ] as const)('%s binds', (_, nodes, freeIps, tenants, binding) => {
    expect(tenantsThatFit(tenant, capacityOf(nodes, { freeIps }))).toEqual({ tenants, binding });
  });

  test('what is there already counts', () => {
    const busy = node({}, { millicores: 3000, volumes: 9 });
    expect(tenantsThatFit(tenant, capacityOf([busy, node()]))).toEqual({ tenants: 2, binding: 'millicores' });
  });

  test('an unknown number of volume slots bounds nothing and is said', () => {
    const capacity = capacityOf([node({ volumes: undefined }), node()]);
    expect(tenantsThatFit(tenant, capacity).binding).not.toBe('volumes');
    expect(capacity.notes.join()).toContain('volumes');
  });

  test('a single node is used whole, and the missing headroom is said', () => {
    const capacity = capacityOf([node()]);
    expect(capacity.headroomNodes).toBe(0);
    expect(tenantsThatFit(tenant, capacity).tenants).toBe(6);
    expect(capacity.notes.join()).toContain('1 node cannot lose 1 node');
  });

  test('no node, no tenant', () => {
    expect(fitTenant(tenant, capacityOf([]))).toMatchObject({ fits: false });
  });
});

describe('why not', () => {
  test('the binding dimension in words', () => {
    const fit = fitTenant(tenant, capacityOf([node({ volumes: 4 }, { volumes: 3 }), node({ volumes: 4 })]));
    expect(fit).toMatchObject({ fits: false, binding: 'volumes', why: 'it needs 3 volumes, and 1 volume of 4 volumes are free when 1 node is kept free for a failure' });
  });

  test('a pod that no node can hold', () => {
    const fit = fitTenant({ ...tenant, largestPod: { millicores: 5000, memory: 1, ephemeralStorage: 0 } }, capacityOf([node(), node(), node()]));
    expect(fit).toMatchObject({ fits: false, binding: 'millicores', why: 'its largest pod needs 5 cores of CPU, but the largest node has 4 cores' });
  });

  test('addresses of the contract', () => {
    const fit = fitTenant(tenant, capacityOf([node(), node()], { freeIps: 0 }));
    expect(fit).toMatchObject({ fits: false, binding: 'ips' });
    expect(fit.fits ? '' : fit.next.join()).toContain('reservable IP addresses');
  });
});

test('a planned platform has its system pods and model gateways placed', () => {
  const nodes = plannedNodes(platformPreset('starter'), 24);
  expect(nodes.map(({ allocatable }) => allocatable.volumes)).toEqual([24, 24]);
  expect(nodes.map(({ requested }) => requested.millicores)).toEqual([441, 441]);
  expect(nodes[0]?.allocatable.memory).toBe(16 * GIB - 1126 * 2 ** 20);
});

describe('the contract', () => {
  test('a platform needs a spare address and room for the node that is rebuilt', () => {
    expect(platformContractNeed(platformPreset('starter').nodes)).toEqual({ ips: 3, cores: 12, memory: 48 * GIB, ssd: 300 * GIB, hdd: 0, clusters: 1 });
  });

  test('a shared tenant needs an address and its volumes', () => {
    expect(tenantContractNeed(tenantPreset('small'), shared)).toEqual({ ips: 1, cores: 0, memory: 0, ssd: 28 * GIB, hdd: 0, clusters: 0 });
  });

  test('stronger isolation needs nodes too', () => {
    expect(tenantContractNeed(tenantPreset('small'), { ...shared, isolation: 'node-pool' })).toMatchObject({ ips: 3, cores: 4, clusters: 0 });
    expect(tenantContractNeed(tenantPreset('small'), { ...shared, isolation: 'cluster' })).toMatchObject({ clusters: 1 });
  });

  test('more nodes of its own take what they are, with an address each; fewer take nothing', () => {
    expect(moreNodesNeed(tenantPreset('medium'), 1)).toEqual({ ips: 1, cores: 2, memory: 4 * GIB, ssd: 100 * GIB, hdd: 0, clusters: 0 });
    expect(moreNodesNeed(tenantPreset('small'), 3)).toEqual({ ips: 0, cores: 0, memory: 0, ssd: 0, hdd: 0, clusters: 0 });
  });

  test('what is missing, in words; unknown limits bound nothing', () => {
    const need = platformContractNeed(platformPreset('starter').nodes);
    expect(contractShortfalls(need, { ips: 1, cores: 12, memory: 8 * GIB, ssd: undefined, hdd: undefined, clusters: 0 })).toEqual([
      '3 reserved IP addresses are needed, the contract has 1 left',
      '48 GiB of memory are needed, the contract has 8 left',
      '1 Kubernetes clusters are needed, the contract has 0 left',
    ]);
  });
});
