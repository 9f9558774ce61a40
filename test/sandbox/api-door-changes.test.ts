import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApiDoor } from '../../src/sandbox/api-door/index.js';
import type { ApiDoor } from '../../src/sandbox/api-door/index.js';
import { SANDBOX_PASSWORD, SANDBOX_TOKEN, SANDBOX_USERNAME, SandboxCloud } from '../../src/sandbox/cloud/index.js';
import { buildPlatform, immediateCloud } from '../support/cloud.js';
import type { Platform } from '../support/cloud.js';
import { HeldClock } from '../support/provider.js';
import { parseFault } from '../../src/sandbox/faults/fault.js';

interface Answer {
  status: number;
  location: string;
  headers: Headers;
  body: { id: string; metadata: { state: string; status: string; message: string }; properties: Record<string, unknown>; items: object[] };
}

const doors: ApiDoor[] = [];
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

const openDoor = async (cloud: SandboxCloud): Promise<ApiDoor> => {
  const door = await startApiDoor(cloud, { kubeconfig: () => 'kind: Config' });
  doors.push(door);
  return door;
};

const call = async (door: ApiDoor, method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
  const response = await fetch(path.startsWith('http') ? path : `${door.url}/cloudapi/v6${path}`, {
    method,
    headers: { authorization: `Bearer ${SANDBOX_TOKEN}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    headers: response.headers,
    body: (text.startsWith('{') ? JSON.parse(text) : text) as Answer['body'],
  };
};

const BLOCK = { properties: { location: 'de/txl', size: 1, name: 'mine' } };

describe('a change through the Cloud API', () => {
  it('is a request that can be followed to its end', async () => {
    const clock = new HeldClock();
    const cloud = new SandboxCloud({ clock });
    const door = await openDoor(cloud);
    const made = await call(door, 'POST', '/ipblocks', BLOCK);
    expect(made).toMatchObject({ status: 202, body: { type: 'ipblock', metadata: { state: 'BUSY' }, properties: { name: 'mine' } } });
    expect((await call(door, 'GET', made.location)).body).toMatchObject({
      type: 'request-status',
      metadata: { status: 'RUNNING', targets: [{ target: { id: made.body.id, type: 'ipblock' }, status: 'RUNNING' }] },
    });
    const renamed = await call(door, 'PATCH', `/ipblocks/${made.body.id}`, { name: 'yours' });
    expect((await call(door, 'GET', renamed.location)).body.metadata.status).toBe('QUEUED');

    clock.release();
    await cloud.settled('ipBlocks', made.body.id);
    for (const { location } of [made, renamed]) expect((await call(door, 'GET', location)).body.metadata.status).toBe('DONE');
    expect((await call(door, 'GET', '/requests?depth=1')).body.items).toMatchObject([
      { type: 'request', properties: { method: 'PATCH' } },
      { type: 'request', properties: { method: 'POST', url: `${door.url}/cloudapi/v6/ipblocks/${made.body.id}` } },
    ]);
    expect((await call(door, 'GET', '/requests/none/status')).status).toBe(404);
  });

  it('is still followed after the sandbox was saved and came back', async () => {
    const before = new SandboxCloud({ clock: new HeldClock() });
    const { location } = await call(await openDoor(before), 'POST', '/ipblocks', BLOCK);
    const after = immediateCloud();
    after.restore(before.snapshot());
    await after.settled('ipBlocks', after.ipBlocks.list()[0]?.id ?? '');
    const status = await call(await openDoor(after), 'GET', new URL(location).pathname.replace('/cloudapi/v6', ''));
    expect(status.body.metadata.status).toBe('DONE');
    const { requests: _forgotten, ...old } = before.snapshot();
    after.restore(old as ReturnType<SandboxCloud['snapshot']>);
    expect(after.requests.list()).toEqual([]);
  });

  it('ends FAILED with the reason where the cloud could not do it', async () => {
    const before = new SandboxCloud({ clock: new HeldClock() });
    const { location, body } = await call(await openDoor(before), 'POST', '/ipblocks', BLOCK);
    const state = before.snapshot();
    const pending = state.ipBlocks[body.id]?.pending;
    if (pending === undefined) throw new Error('the cloud is not working on it');
    pending.then = 'failed';
    const after = immediateCloud();
    after.restore(state);
    await after.settled('ipBlocks', body.id);
    const { metadata } = (await call(await openDoor(after), 'GET', new URL(location).pathname.replace('/cloudapi/v6', ''))).body;
    expect(metadata).toMatchObject({ status: 'FAILED', message: expect.stringContaining('could not be fulfilled') });
  });

  it('leaves nothing behind but its request when the thing is deleted', async () => {
    const cloud = immediateCloud();
    const door = await openDoor(cloud);
    const { body } = await call(door, 'POST', '/ipblocks', BLOCK);
    await cloud.settled('ipBlocks', body.id);
    const removed = await call(door, 'DELETE', `/ipblocks/${body.id}`);
    expect(removed).toMatchObject({ status: 202, body: '' });
    await cloud.settled('ipBlocks', body.id);
    expect((await call(door, 'GET', removed.location)).body.metadata.status).toBe('DONE');
    expect((await call(door, 'DELETE', `/ipblocks/${body.id}`)).status).toBe(404);
  });

  it('says when to come back where the cloud is busy with itself', async () => {
    const cloud = immediateCloud();
    const door = await openDoor(cloud);
    cloud.faults.add(parseFault('429:kind=ipblock,action=create,times=1,retry-after=3'));
    const answer = await call(door, 'POST', '/ipblocks', BLOCK);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
  });
});

describe('who may change something', () => {
  const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  it.each([
    ['the token', `Bearer ${SANDBOX_TOKEN}`, 200],
    ['user and password', basic(SANDBOX_USERNAME, SANDBOX_PASSWORD), 200],
    ['another password', basic(SANDBOX_USERNAME, 'real-one'), 401],
    ['a real user', basic('me@example.com', SANDBOX_PASSWORD), 401],
    ['another scheme', `Digest ${SANDBOX_TOKEN}`, 401],
  ])('is decided by %s', async (_what, authorization, status) => {
    const door = await openDoor(immediateCloud());
    expect((await call(door, 'GET', '/contracts', undefined, { authorization })).status).toBe(status);
    expect((await call(door, 'POST', '/ipblocks', BLOCK, { authorization })).status).toBe(status === 200 ? 202 : 401);
  });

  it('does not depend on the contract that a reseller names', async () => {
    const door = await openDoor(immediateCloud());
    expect((await call(door, 'GET', '/k8s', undefined, { 'x-contract-number': '31000099' })).status).toBe(200);
  });
});

describe('what the Cloud API refuses', () => {
  let cloud: SandboxCloud;
  let platform: Platform;
  let door: ApiDoor;
  beforeEach(async () => {
    cloud = immediateCloud({ limits: { reservableIps: 4, coresPerServer: 8 } });
    platform = await buildPlatform(cloud, { labels: { pool: 'shared' } });
    door = await openDoor(cloud);
  });

  const refusal = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await call(door, method, path, body, headers);
    const { httpStatus, messages } = answer.body as unknown as { httpStatus: number; messages: { errorCode: string; message: string }[] };
    expect(httpStatus).toBe(answer.status);
    return [answer.status, messages[0]?.errorCode, messages[0]?.message];
  };
  const pool = (rest: object) => ({
    properties: {
      name: 'more', datacenterId: platform.datacenter.id, nodeCount: 1, coresCount: 2, ramSize: 2048,
      availabilityZone: 'AUTO', storageType: 'SSD', storageSize: 20, ...rest,
    },
  });

  it.each([
    ['a body that is none', '{', {}, 400, '200', 'not valid JSON'],
    ['a list', '[]', {}, 400, '200', 'JSON object'],
    ['nothing', undefined, {}, 400, '200', 'JSON object'],
    ['another media type', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, '200', 'media type'],
    ['bare properties where they have to be wrapped', { size: 1 }, {}, 422, '410', 'properties'],
    ['a missing field', { properties: { size: 1 } }, {}, 422, '410', '(root).properties.location'],
    ['a field of the wrong type', { properties: { location: 'de/txl', size: '1' } }, {}, 422, '410', '(root).properties.size'],
    ['an unknown location', { properties: { location: 'mars/one', size: 1 } }, {}, 422, '410', 'mars/one'],
    ['more than the contract has', { properties: { location: 'de/txl', size: 5 } }, {}, 422, '200', 'reservable IPs: limit 4'],
  ])('is %s', async (_what, body, headers, status, code, message) => {
    expect(await refusal('POST', '/ipblocks', body, headers)).toEqual([status, code, expect.stringContaining(message)]);
    expect(cloud.ipBlocks.list()).toEqual([]);
  });

  it('is to change what never changes', async () => {
    const { body } = await call(door, 'POST', '/ipblocks', BLOCK);
    expect(await refusal('PATCH', `/ipblocks/${body.id}`, { size: 2 })).toEqual([422, '410', expect.stringContaining('size] is immutable')]);
    const { cluster, pool: made } = platform;
    const put = (properties: object) => refusal('PUT', `/k8s/${cluster.id}/nodepools/${made.id}`, { properties });
    expect(await put({ nodeCount: 2, coresCount: 4 })).toEqual([422, '410', expect.stringContaining('coresCount] is immutable')]);
    expect(await put({ nodeCount: 2, name: 'renamed' })).toEqual([422, '410', expect.stringContaining('name] is immutable')]);
    expect(await refusal('PUT', `/k8s/${cluster.id}`, { properties: { name: 'platform', public: false } })).toContain('410');
  });

  it('is a node larger than the contract lets one be, or of a version that is not viable', async () => {
    const path = `/k8s/${platform.cluster.id}/nodepools`;
    expect(await refusal('POST', path, pool({ coresCount: 9 }))).toEqual([422, '200', expect.stringContaining('cores per server: limit 8')]);
    expect(await refusal('POST', path, pool({ k8sVersion: '1.20.1' }))).toEqual([422, '200', expect.stringContaining('VDC-14-1830')]);
    expect(await refusal('POST', '/k8s', { properties: { name: 'old', k8sVersion: '1.20.1' } })).toContain(422);
    expect(await refusal('POST', path, pool({ lans: [{ dhcp: true }] }))).toEqual([422, '410', expect.stringContaining('lans.0.id')]);
  });

  it('is to take away what others stand on', async () => {
    const { datacenter, cluster } = platform;
    const { body: lan } = await call(door, 'POST', `/datacenters/${datacenter.id}/lans`, { properties: { name: 'nodes' } });
    const { body: made } = await call(door, 'POST', `/k8s/${cluster.id}/nodepools`, pool({ lans: [{ id: Number(lan.id) }] }));
    await cloud.settled('nodePools', made.id);
    const nics = `/datacenters/${datacenter.id}/lans/${lan.id}/nics`;
    expect((await call(door, 'GET', `${nics}?depth=1`)).body.items).toMatchObject([{ type: 'nic', properties: { lan: 1, dhcp: true } }]);
    expect(await refusal('DELETE', `/datacenters/${datacenter.id}/lans/${lan.id}`)).toEqual([403, '451', expect.stringContaining('is delete-protected by')]);
    expect(await refusal('DELETE', `/datacenters/${datacenter.id}`)).toEqual([403, '452', expect.stringContaining('managed by k8s')]);
    expect(await refusal('DELETE', `/k8s/${cluster.id}`)).toContain(422);

    await call(door, 'DELETE', `/k8s/${cluster.id}/nodepools/${made.id}`);
    await cloud.settled('nodePools', made.id);
    expect((await call(door, 'GET', nics)).body.items).toEqual([]);
    expect((await call(door, 'DELETE', `/datacenters/${datacenter.id}/lans/${lan.id}`)).status).toBe(202);
  });

  it('is to change what is on its way out', async () => {
    const slow = new SandboxCloud({ clock: new HeldClock() });
    door = await openDoor(slow);
    const { body: datacenter } = await call(door, 'POST', '/datacenters', { properties: { name: 'dc', location: 'de/txl' } });
    await call(door, 'DELETE', `/datacenters/${datacenter.id}`);
    expect(await refusal('PATCH', `/datacenters/${datacenter.id}`, { name: 'back' })).toEqual([422, '200', expect.stringContaining('is being deleted')]);
    expect(await refusal('POST', `/datacenters/${datacenter.id}/lans`, { properties: {} })).toContain(422);
    expect((await call(door, 'GET', `/datacenters/${datacenter.id}`)).body.metadata.state).toBe('BUSY');
  });

  it('is nodes of a cluster that is not there yet, and to delete nodes that are not', async () => {
    const slow = new SandboxCloud({ clock: new HeldClock() });
    door = await openDoor(slow);
    const datacenterId = slow.datacenters.create({ name: 'dc', location: 'de/txl' }).id;
    const { body: cluster } = await call(door, 'POST', '/k8s', { properties: { name: 'young' } });
    const pools = `/k8s/${cluster.id}/nodepools`;
    expect(await refusal('POST', pools, pool({ datacenterId }))).toEqual([422, '200', expect.stringContaining('until Cluster state is ACTIVE')]);
    slow.clusters.get(cluster.id).metadata.state = 'ACTIVE';
    const { status, body } = await call(door, 'POST', pools, pool({ datacenterId }));
    expect([status, body.metadata.state]).toEqual([202, 'DEPLOYING']);
    expect(await refusal('DELETE', `${pools}/${body.id}`)).toEqual([422, '200', expect.stringContaining('VDC-14-1832')]);
  });
});

describe('a node pool that is changed', () => {
  it('keeps what was not sent: the real provider sends what has changed, and expects the rest to be as it was', async () => {
    const cloud = immediateCloud();
    const { cluster, pool } = await buildPlatform(cloud, { labels: { pool: 'shared' }, autoScaling: { minNodeCount: 2, maxNodeCount: 4 } });
    const door = await openDoor(cloud);
    const path = `/k8s/${cluster.id}/nodepools/${pool.id}`;
    const put = (properties: object) => call(door, 'PUT', path, { properties });
    expect((await put({ autoScaling: {}, nodeCount: 3 })).body.properties).toMatchObject({
      nodeCount: 3,
      labels: { pool: 'shared' },
      autoScaling: { minNodeCount: 2, maxNodeCount: 4 },
    });
    expect((await put({ nodeCount: 3, labels: {} })).body.properties['labels']).toEqual({});
    expect((await put({ nodeCount: 3, autoScaling: { minNodeCount: 0, maxNodeCount: 0 } })).status).toBe(422);
  });
});
