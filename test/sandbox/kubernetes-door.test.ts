import { request } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { kubeconfigFor, startKubernetesDoor } from '../../src/sandbox/kubernetes-door/index.js';
import { deleteObject } from '../../src/sandbox/kubernetes-door/deletion.js';
import { decodeProtobuf } from '../../src/sandbox/kubernetes-door/protobuf.js';
import type { Loose } from '../../src/sandbox/kubernetes-door/objects.js';
import { condition, NODES, openDoor, until } from '../support/cluster.js';
import type { TestDoor } from '../support/cluster.js';

let bed: TestDoor;
beforeEach(async () => {
  bed = await openDoor();
});
afterEach(async () => {
  expect(bed.cluster.defects).toEqual([]);
  await bed.close();
});

const statusWith = (headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(`${bed.door.url}/api/v1/secrets`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end();
  });

describe('the door', () => {
  it('does not open for pages in a browser', async () => {
    expect(await statusWith({})).toBe(200);
    expect(await statusWith({ Host: `localhost:${bed.door.port}` })).toBe(200);
    expect(await statusWith({ Host: 'rebound.example:80' })).toBe(403);
    expect(await statusWith({ Origin: 'http://127.0.0.1:41080' })).toBe(403);
  });

  it('says so when its port is taken', async () => {
    await expect(startKubernetesDoor(bed.cluster, { port: bed.door.port })).rejects.toThrow(/EADDRINUSE/);
  });

  it('has a kubeconfig without credentials', () => {
    const config = parse(kubeconfigFor('http://127.0.0.1:1234', 'demo')) as Loose;
    expect(config).toMatchObject({ 'current-context': 'demo', clusters: [{ cluster: { server: 'http://127.0.0.1:1234', 'insecure-skip-tls-verify': true } }], users: [{ user: {} }] });
  });

  it('refuses a body that is too large, broken, or in a format that it does not read', async () => {
    const path = '/api/v1/namespaces/default/configmaps';
    expect(await bed.call('POST', path, `{"data":"${'x'.repeat(9 * 1024 * 1024)}"}`)).toMatchObject({ status: 413 });
    expect(await bed.call('POST', path, '{"broken')).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
    expect(await bed.call('POST', path, 'x', { 'Content-Type': 'application/cbor' })).toMatchObject({ status: 415 });
    expect(await bed.call('POST', path, 'metadata: { name: from-yaml }', { 'Content-Type': 'application/yaml' })).toMatchObject({ status: 201 });
  });
});

describe('protobuf', () => {
  const field = (number: number, content: Buffer | string): Buffer => Buffer.concat([Buffer.from([(number << 3) | 2, Buffer.byteLength(content)]), Buffer.from(content)]);
  const envelope = (kind: string, raw: Buffer): Buffer =>
    Buffer.concat([Buffer.from('k8s\0'), field(1, Buffer.concat([field(1, 'v1'), field(2, kind)])), field(2, raw)]);

  it('is read for the kinds that tools write with it', () => {
    const metadata = Buffer.concat([field(1, 'name'), field(3, ''), field(11, Buffer.concat([field(1, 'key'), field(2, 'value')]))]);
    const secret = Buffer.concat([field(1, metadata), field(2, Buffer.concat([field(1, 'password'), field(2, Buffer.from([0, 255]))])), field(3, 'Opaque'), Buffer.from([5 << 3, 1])]);
    expect(decodeProtobuf(envelope('Secret', secret))).toEqual({
      apiVersion: 'v1', kind: 'Secret', metadata: { name: 'name', labels: { key: 'value' } }, data: { password: 'AP8=' }, type: 'Opaque', immutable: true,
    });
    const options = Buffer.concat([Buffer.from([1 << 3, 0]), field(4, 'Foreground')]);
    expect(decodeProtobuf(envelope('DeleteOptions', options))).toMatchObject({ gracePeriodSeconds: 0, propagationPolicy: 'Foreground' });
    const lease = field(2, Buffer.concat([field(1, 'me'), field(3, Buffer.concat([Buffer.from([1 << 3, 60, 2 << 3, 0xe8, 7])]))]));
    expect(decodeProtobuf(envelope('Lease', lease))).toMatchObject({ spec: { holderIdentity: 'me', acquireTime: '1970-01-01T00:01:00.000001Z' } });
  });

  it.each([
    ['a kind that is not among them', envelope('Deployment', Buffer.alloc(0))],
    ['something without the magic bytes', Buffer.from('{"kind":"Secret"}')],
    ['a message that ends too early', Buffer.concat([Buffer.from('k8s\0'), Buffer.from([10, 200])])],
  ])('is refused for %s', (_what, body) => {
    expect(() => decodeProtobuf(body)).toThrow(/unknown format/);
  });
});

describe('the log of a pod', () => {
  const log = (query = ''): Promise<Response> => fetch(`${bed.door.url}/api/v1/namespaces/default/pods/web/log${query}`);
  const pod = (image: string): void => void bed.cluster.api.create('Pod', 'default', { metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'wordpress' } }, spec: { containers: [{ name: 'main', image }, { name: 'side', image }] } });
  const ready = (): Promise<unknown> => until(bed.cluster, 'Pod', 'default', 'web', (object) => condition(object, 'Ready')?.['status'] === 'True');

  it('is followed until the pod ends', async () => {
    pod('registry.sandbox.example/app:1');
    await ready();
    const response = await log('?container=main&follow=true');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const first = await reader.read();
    expect(Buffer.from(first.value ?? []).toString()).toContain('nothing runs here');
    deleteObject(bed.cluster.store, 'Pod', 'default', 'web');
    let end = await reader.read();
    while (!end.done) end = await reader.read();
    expect(end.done).toBe(true);
  });

  it('needs a container when there are several, and one that has started', async () => {
    pod('registry.invalid/app:1');
    await until(bed.cluster, 'Pod', 'default', 'web', (object) => object?.status.containerStatuses?.[0].state.waiting?.reason === 'ImagePullBackOff');
    expect(await (await log()).json()).toMatchObject({ code: 400, message: 'a container name must be specified for pod web, choose one of: [main side]' });
    expect(await (await log('?container=other')).json()).toMatchObject({ code: 400 });
    expect(await (await log('?container=main')).json()).toMatchObject({ code: 400, message: expect.stringContaining('waiting to start') as unknown });
  });
});

describe('nodes', () => {
  it('keep their own address, and follow their pool in all else', () => {
    const [first, second] = NODES;
    const inside = (name: string): unknown => bed.cluster.store.get('Node', undefined, name).status.addresses[0].address;
    const before = inside('node-2');
    bed.cluster.setNodes([{ ...second!, externalIP: '198.51.100.9', version: '1.35.1', memory: 32 }, { name: 'node-3', cpu: 2, memory: '4Gi', pool: 'acme' }]);
    expect(bed.cluster.store.find('Node', undefined, first!.name)).toBeUndefined();
    expect(bed.cluster.store.find('CSINode', undefined, first!.name)).toBeUndefined();
    expect(inside('node-2')).toBe(before);
    expect(inside('node-3')).not.toBe(before);
    expect(bed.cluster.store.get('Node', undefined, 'node-2').status).toMatchObject({
      addresses: [{}, { type: 'ExternalIP', address: '198.51.100.9' }, {}], nodeInfo: { kubeletVersion: 'v1.35.1' }, capacity: { memory: '32768Mi' }, allocatable: { memory: '31642Mi' },
    });
    expect(bed.cluster.store.get('Node', undefined, 'node-3')).toMatchObject({ metadata: { labels: { 'cloud.ionos.com/nodepool-name': 'acme' } }, status: { allocatable: { cpu: '2', memory: '2970Mi' } } });
  });
});
