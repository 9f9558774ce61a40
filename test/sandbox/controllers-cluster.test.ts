import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { deleteObject } from '../../src/sandbox/kubernetes-door/deletion.js';
import type { SandboxCluster } from '../../src/sandbox/kubernetes-door/index.js';
import type { KubeObject, Loose } from '../../src/sandbox/kubernetes-door/objects.js';
import { condition, eventsOf, makeCluster, NODES, RecordingPool, SteppedClock, until } from '../support/cluster.js';

let cluster: SandboxCluster;
let pool: RecordingPool;
const create = (kind: string, name: string, rest: Loose = {}, namespace = 'default'): KubeObject => cluster.api.create(kind, namespace, { metadata: { name }, ...rest });
/** `null` is the place of cluster-wide objects. */
const find = (kind: string, name: string, namespace: string | null = 'default'): KubeObject | undefined => cluster.store.find(kind, namespace ?? undefined, name);
const remove = (kind: string, name: string, namespace: string | null = 'default'): unknown => deleteObject(cluster.store, kind, namespace ?? undefined, name);
const claim = (name: string, storageClassName = 'ionos-enterprise-ssd'): KubeObject => create('PersistentVolumeClaim', name, { spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '2Gi' } } } });
const podWith = (name: string, claimName?: string): KubeObject =>
  create('Pod', name, { metadata: { name, labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'a:1', ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: {} }], ...(claimName ? { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] } : {}) } });
const ready = (name: string): Promise<KubeObject> => until(cluster, 'Pod', 'default', name, (object) => condition(object, 'Ready')?.['status'] === 'True');

beforeEach(() => {
  pool = new RecordingPool();
  cluster = makeCluster({ pool });
});
afterEach(() => {
  cluster.stop();
  expect(cluster.defects).toEqual([]);
});

describe('a claim', () => {
  it('waits for its first pod, then gets a volume of its class', async () => {
    claim('data');
    await cluster.settled();
    expect(find('PersistentVolumeClaim', 'data')?.status).toEqual({ phase: 'Pending' });
    expect(eventsOf(cluster, 'PersistentVolumeClaim', 'data')).toEqual({ WaitForFirstConsumer: 'waiting for first consumer to be created before binding' });
    podWith('web', 'data');
    await ready('web');
    const bound = find('PersistentVolumeClaim', 'data');
    expect(bound?.status).toMatchObject({ phase: 'Bound', capacity: { storage: '2Gi' } });
    expect(find('PersistentVolume', bound?.spec.volumeName as string, null)).toMatchObject({ spec: { storageClassName: 'ionos-enterprise-ssd', csi: { driver: 'cloud.ionos.com' }, claimRef: { name: 'data' } }, status: { phase: 'Bound' } });
  });

  it('without a class takes the default one', () => {
    expect(create('PersistentVolumeClaim', 'plain', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }).spec.storageClassName).toBe('ionos-enterprise-hdd');
  });

  it('of an unknown class stays pending, and so does its pod, both with the reason', async () => {
    claim('data', 'ionos-csi-ssd');
    podWith('web', 'data');
    await cluster.settled();
    expect(find('PersistentVolumeClaim', 'data')?.status.phase).toBe('Pending');
    expect(eventsOf(cluster, 'PersistentVolumeClaim', 'data')['ProvisioningFailed']).toBe('storageclass.storage.k8s.io "ionos-csi-ssd" not found');
    expect(condition(find('Pod', 'web'), 'PodScheduled')).toMatchObject({ reason: 'Unschedulable', message: expect.stringContaining('unbound') });
  });

  it('that is missing keeps its pod from being scheduled until it is there', async () => {
    podWith('web', 'data');
    await cluster.settled();
    expect(condition(find('Pod', 'web'), 'PodScheduled')?.['message']).toBe('persistentvolumeclaim "data" not found');
    claim('data');
    await ready('web');
  });

  it('grows', async () => {
    claim('data');
    podWith('web', 'data');
    await ready('web');
    cluster.api.patch('PersistentVolumeClaim', 'default', 'data', 'application/merge-patch+json', { spec: { resources: { requests: { storage: '5Gi' } } } });
    await until(cluster, 'PersistentVolumeClaim', 'default', 'data', (object) => object?.status.capacity.storage === '5Gi');
  });

  it('in use is not taken away; without its pod it goes, and its volume with it', async () => {
    claim('data');
    podWith('web', 'data');
    await ready('web');
    remove('PersistentVolumeClaim', 'data');
    await cluster.settled();
    expect(find('PersistentVolumeClaim', 'data')?.metadata.deletionTimestamp).toBeDefined();
    remove('Pod', 'web');
    await cluster.settled();
    expect(find('PersistentVolumeClaim', 'data')).toBeUndefined();
    expect(cluster.store.list('PersistentVolume')).toEqual([]);
  });

  it('leaves a volume whose class keeps it, until somebody says otherwise', async () => {
    claim('data');
    podWith('web', 'data');
    await ready('web');
    const volume = find('PersistentVolumeClaim', 'data')?.spec.volumeName as string;
    const policy = (persistentVolumeReclaimPolicy: string): KubeObject => cluster.api.patch('PersistentVolume', undefined, volume, 'application/merge-patch+json', { spec: { persistentVolumeReclaimPolicy } });
    policy('Retain');
    remove('PersistentVolumeClaim', 'data');
    remove('Pod', 'web');
    await cluster.settled();
    expect(find('PersistentVolume', volume, null)?.status.phase).toBe('Released');
    policy('Delete');
    await cluster.settled();
    expect(find('PersistentVolume', volume, null)).toBeUndefined();
  });

  it('finds no node when every node holds as many volumes as it can', async () => {
    cluster.setNodes(NODES.slice(0, 1));
    for (let index = 0; index < 25; index += 1) {
      claim(`data-${index}`);
      podWith(`web-${index}`, `data-${index}`);
    }
    await cluster.settled();
    const unscheduled = cluster.store.list('Pod', 'default').filter((pod) => !pod.spec.nodeName);
    expect(unscheduled.map((pod) => condition(pod, 'PodScheduled')?.['message'] as string)).toEqual(['0/1 nodes are available: 1 node(s) exceed max volume count.']);
  });
});

describe('a load balancer', () => {
  const service = (name: string, loadBalancerIP?: string): KubeObject =>
    create('Service', name, { spec: { type: 'LoadBalancer', ...(loadBalancerIP ? { loadBalancerIP } : {}), allocateLoadBalancerNodePorts: false, selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } });
  const address = (name: string): unknown => find('Service', name)?.status.loadBalancer.ingress?.[0].ip;

  it('gets the address that it asks for, without node ports, and gives it back', async () => {
    service('door', '203.0.113.10');
    await until(cluster, 'Service', 'default', 'door', () => address('door') === '203.0.113.10');
    expect(pool.held).toEqual(new Map([['203.0.113.10', 'default/door']]));
    expect(find('Service', 'door')?.spec.ports[0].nodePort).toBeUndefined();
    remove('Service', 'door');
    await until(cluster, 'Service', 'default', 'door', (object) => object === undefined);
    expect(pool.held.size).toBe(0);
  });

  it('stays pending without an address that it may have, and says why', async () => {
    service('stranger', '192.0.2.99');
    service('dynamic');
    await cluster.settled();
    expect([address('stranger'), address('dynamic')]).toEqual([undefined, undefined]);
    expect(eventsOf(cluster, 'Service', 'stranger')['SyncLoadBalancerFailed']).toMatch(/192\.0\.2\.99 is not in a reserved IP block/);
    expect(eventsOf(cluster, 'Service', 'dynamic')['SyncLoadBalancerFailed']).toMatch(/no address was asked for/);
  });

  it('cannot take an address from another, but moves to another free one', async () => {
    service('first', '203.0.113.10');
    await until(cluster, 'Service', 'default', 'first', () => address('first') !== undefined);
    service('second', '203.0.113.10');
    await cluster.settled();
    expect(eventsOf(cluster, 'Service', 'second')['SyncLoadBalancerFailed']).toMatch(/in use by Service default\/first/);
    cluster.store.mutate('Service', 'default', 'second', (draft) => (draft.spec.loadBalancerIP = '203.0.113.11'));
    await until(cluster, 'Service', 'default', 'second', () => address('second') === '203.0.113.11');
    cluster.store.mutate('Service', 'default', 'first', (draft) => (draft.spec.type = 'ClusterIP'));
    await until(cluster, 'Service', 'default', 'first', () => !pool.held.has('203.0.113.10'));
  });

  it('has the ready pods behind it as endpoints, with the port by its name', async () => {
    service('door', '203.0.113.10');
    cluster.failPods({ selector: 'app=web' }, 'NotReady');
    const pod = podWith('web');
    await until(cluster, 'Endpoints', 'default', 'door', (object) => object?.['subsets']?.[0]?.notReadyAddresses?.length === 1);
    cluster.failPods({ selector: 'app=web' }, undefined);
    const endpoints = await until(cluster, 'Endpoints', 'default', 'door', (object) => object?.['subsets']?.[0]?.addresses?.length === 1);
    expect(endpoints['subsets']).toEqual([{ addresses: [expect.objectContaining({ targetRef: expect.objectContaining({ name: 'web', uid: pod.metadata.uid }) as unknown })], ports: [{ port: 8080, protocol: 'TCP' }] }]);
    expect(find('EndpointSlice', 'door-sandbox')?.['endpoints'][0].conditions.ready).toBe(true);
  });
});

describe('a namespace', () => {
  beforeEach(() => {
    cluster.api.create('Namespace', undefined, { metadata: { name: 'tenant-acme' } });
  });

  it('is furnished, and furnished again', async () => {
    await until(cluster, 'ServiceAccount', 'tenant-acme', 'default', (object) => object !== undefined);
    expect(find('ConfigMap', 'kube-root-ca.crt', 'tenant-acme')).toBeDefined();
    expect(find('Namespace', 'tenant-acme', null)?.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'tenant-acme' });
    remove('ServiceAccount', 'default', 'tenant-acme');
    await until(cluster, 'ServiceAccount', 'tenant-acme', 'default', (object) => object !== undefined);
  });

  it('says what is still in it, and what holds that', async () => {
    create('ConfigMap', 'held', { metadata: { name: 'held', finalizers: ['example.org/kept'] } }, 'tenant-acme');
    remove('Namespace', 'tenant-acme', null);
    await cluster.settled();
    expect(condition(find('Namespace', 'tenant-acme', null), 'NamespaceContentRemaining')).toMatchObject({ status: 'True', message: 'Some resources are remaining: configmaps. has 1 resource instances' });
    expect(condition(find('Namespace', 'tenant-acme', null), 'NamespaceFinalizersRemaining')).toMatchObject({ status: 'True', message: expect.stringContaining('example.org/kept in 1 resource instances') });
    cluster.store.mutate('ConfigMap', 'tenant-acme', 'held', (draft) => (draft.metadata.finalizers = []));
    await until(cluster, 'Namespace', undefined, 'tenant-acme', (object) => object === undefined);
  });

  it('goes last: after its load balancer has given the address back and its volumes are gone', async () => {
    create('Service', 'door', { spec: { type: 'LoadBalancer', loadBalancerIP: '203.0.113.10', selector: { app: 'web' }, ports: [{ port: 80 }] } }, 'tenant-acme');
    create('StatefulSet', 'db', {
      spec: {
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'main', image: 'a:1' }] } },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'ionos-enterprise-ssd', resources: { requests: { storage: '1Gi' } } } }],
      },
    }, 'tenant-acme');
    await until(cluster, 'StatefulSet', 'tenant-acme', 'db', (object) => object?.status?.readyReplicas === 1);
    await until(cluster, 'Service', 'tenant-acme', 'door', (object) => object?.status.loadBalancer.ingress !== undefined);
    remove('Namespace', 'tenant-acme', null);
    expect(find('Namespace', 'tenant-acme', null)?.status.phase).toBe('Terminating');
    expect(() => create('ConfigMap', 'late', {}, 'tenant-acme')).toThrow(/being terminated/);
    await until(cluster, 'Namespace', undefined, 'tenant-acme', (object) => object === undefined);
    expect(cluster.store.listNamespace('tenant-acme')).toEqual([]);
    expect(pool.held.size).toBe(0);
    await cluster.settled();
    expect(cluster.store.list('PersistentVolume')).toEqual([]);
  });
});

describe('a snapshot', () => {
  it('is plain JSON, and a cluster made from it goes on where the other stopped', async () => {
    cluster.stop();
    const clock = new SteppedClock();
    cluster = makeCluster({ clock, pool });
    claim('data');
    podWith('web', 'data');
    create('Service', 'door', { spec: { type: 'LoadBalancer', loadBalancerIP: '203.0.113.10', selector: { app: 'web' }, ports: [{ port: 80 }] } });
    await until(cluster, 'Service', 'default', 'door', () => clock.waits.length > 2);
    cluster.failPods({ selector: 'app=other' }, 'NotReady');
    cluster.stop();
    const saved = JSON.parse(JSON.stringify(cluster.snapshot())) as ReturnType<SandboxCluster['snapshot']>;
    expect(find('Pod', 'web')?.status.phase).toBe('Pending');

    cluster = makeCluster({ pool, snapshot: saved });
    await ready('web');
    await until(cluster, 'Service', 'default', 'door', (object) => object?.status.loadBalancer.ingress !== undefined);
    expect(find('Pod', 'web')?.metadata.uid).toBe(saved.store.objects.find((object) => object.kind === 'Pod' && object.metadata.name === 'web')?.metadata.uid);
    expect(cluster.faults).toEqual([{ selector: 'app=other', how: 'NotReady' }]);
    expect(cluster.store.revision).toBeGreaterThan(saved.store.revision);
  });

  it('is not touched by what happens after it', async () => {
    create('ConfigMap', 'kept', { data: { a: '1' } });
    const saved = cluster.snapshot();
    const before = JSON.stringify(saved);
    cluster.api.patch('ConfigMap', 'default', 'kept', 'application/merge-patch+json', { data: { a: '2' }, metadata: { labels: { x: 'y' } } });
    podWith('web');
    await ready('web');
    expect(JSON.stringify(saved)).toBe(before);
  });

  it('is announced by every change', async () => {
    let changes = 0;
    const stop = cluster.onChange(() => (changes += 1));
    create('ConfigMap', 'a');
    expect(changes).toBe(1);
    stop();
    create('ConfigMap', 'b');
    expect(changes).toBe(1);
    expect(() => cluster.restore(cluster.snapshot())).toThrow(/running/);
    await cluster.settled();
  });
});
