import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { SandboxCluster } from '../../src/sandbox/kubernetes-door/index.js';
import { deleteObject } from '../../src/sandbox/kubernetes-door/deletion.js';
import type { KubeObject, Loose } from '../../src/sandbox/kubernetes-door/objects.js';
import { condition, eventsOf, makeCluster, until } from '../support/cluster.js';

const template = (name: string, image = 'registry.sandbox.example/app:1', more: Loose = {}): Loose => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: 'main', image, readinessProbe: { httpGet: { path: '/', port: 80 } } }], ...more },
});

let cluster: SandboxCluster;
const create = (kind: string, name: string, spec: Loose): KubeObject => cluster.api.create(kind, 'default', { metadata: { name }, spec });
const selector = (name: string): Loose => ({ matchLabels: { app: name } });
const podsOf = (name: string): KubeObject[] => cluster.store.list('Pod', 'default').filter((pod) => pod.metadata.labels?.['app'] === name);
const change = (kind: string, name: string, edit: (draft: KubeObject) => void): KubeObject | undefined => cluster.store.mutate(kind, 'default', name, edit);
const setImage = (kind: string, name: string, image: string): void => void change(kind, name, (draft) => (draft.spec.template.spec.containers[0].image = image));

beforeEach(() => {
  cluster = makeCluster();
});
afterEach(() => {
  cluster.stop();
  expect(cluster.defects).toEqual([]);
});

describe('a Deployment', () => {
  it('rolls a new image out without ever having fewer pods than it promised', async () => {
    create('Deployment', 'web', { replicas: 3, selector: selector('web'), template: template('web') });
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.readyReplicas === 3);
    const ready: number[] = [];
    const stop = cluster.store.subscribe(() => ready.push(podsOf('web').filter((pod) => condition(pod, 'Ready')?.['status'] === 'True' && !pod.metadata.deletionTimestamp).length));
    setImage('Deployment', 'web', 'registry.sandbox.example/app:2');
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.updatedReplicas === 3 && object.status.replicas === 3 && object.status.availableReplicas === 3);
    await cluster.settled();
    stop();
    expect(Math.min(...ready)).toBeGreaterThanOrEqual(3);
    expect(podsOf('web').map((pod) => pod.spec.containers[0].image as string)).toEqual(Array(3).fill('registry.sandbox.example/app:2'));
    expect(condition(cluster.store.get('Deployment', 'default', 'web'), 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  it('with Recreate has no old pod any more when the first new one comes', async () => {
    create('Deployment', 'web', { selector: selector('web'), strategy: { type: 'Recreate' }, template: template('web') });
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.readyReplicas === 1);
    const together: number[] = [];
    const stop = cluster.store.subscribe(() => together.push(new Set(podsOf('web').map((pod) => pod.spec.containers[0].image as string)).size));
    setImage('Deployment', 'web', 'registry.sandbox.example/app:2');
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.updatedReplicas === 1 && object.status.readyReplicas === 1);
    stop();
    expect(Math.max(...together)).toBe(1);
  });

  it('keeps the old pods when the new ones cannot start, and says so after its deadline', async () => {
    create('Deployment', 'web', { replicas: 2, selector: selector('web'), template: template('web') });
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.readyReplicas === 2);
    setImage('Deployment', 'web', 'registry.invalid/app:2');
    const failed = await until(cluster, 'Deployment', 'default', 'web', (object) => condition(object, 'Progressing')?.['status'] === 'False');
    expect(condition(failed, 'Progressing')).toMatchObject({ reason: 'ProgressDeadlineExceeded' });
    expect(failed.status).toMatchObject({ availableReplicas: 2, updatedReplicas: 1 });
    expect(condition(failed, 'Available')).toMatchObject({ status: 'True' });
    setImage('Deployment', 'web', 'registry.sandbox.example/app:1');
    const healed = await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.replicas === 2 && condition(object, 'Progressing')?.['status'] === 'True' && object.status.updatedReplicas === 2);
    expect(healed.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('scales to nothing and takes its pods with it when it is deleted', async () => {
    create('Deployment', 'web', { replicas: 2, selector: selector('web'), template: template('web') });
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.readyReplicas === 2);
    change('Deployment', 'web', (draft) => (draft.spec.replicas = 0));
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.replicas === undefined);
    await cluster.settled();
    expect(podsOf('web')).toEqual([]);
    change('Deployment', 'web', (draft) => (draft.spec.replicas = 1));
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.readyReplicas === 1);
    deleteObject(cluster.store, 'Deployment', 'default', 'web');
    await cluster.settled();
    expect([...podsOf('web'), ...cluster.store.list('ReplicaSet', 'default')]).toEqual([]);
  });
});

describe('a StatefulSet', () => {
  const claims = [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'ionos-enterprise-ssd', resources: { requests: { storage: '1Gi' } } } }];
  const withData = { containers: [{ name: 'main', image: 'registry.sandbox.example/app:1', readinessProbe: {}, volumeMounts: [{ name: 'data', mountPath: '/data' }] }] };

  it('starts its pods one after the other, each with its claim', async () => {
    const order: string[] = [];
    cluster.store.subscribe((event) => {
      if (event.kind !== 'Pod' || event.object.metadata.labels?.['app'] !== 'db') return;
      if (event.type === 'ADDED') order.push(`created ${event.object.metadata.name}`);
      const was = event.previous && condition(event.previous, 'Ready')?.['status'] === 'True';
      if (!was && condition(event.object, 'Ready')?.['status'] === 'True') order.push(`ready ${event.object.metadata.name}`);
    });
    create('StatefulSet', 'db', { replicas: 2, serviceName: 'db', selector: selector('db'), template: template('db', undefined, withData), volumeClaimTemplates: claims });
    await until(cluster, 'StatefulSet', 'default', 'db', (object) => object?.status?.readyReplicas === 2);
    expect(order).toEqual(['created db-0', 'ready db-0', 'created db-1', 'ready db-1']);
    for (const name of ['data-db-0', 'data-db-1']) expect(cluster.store.get('PersistentVolumeClaim', 'default', name).status.phase).toBe('Bound');
    expect(cluster.store.get('Pod', 'default', 'db-1').spec.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }]);
  });

  it('updates in reverse order, and keeps claims when it shrinks or goes', async () => {
    create('StatefulSet', 'db', { replicas: 3, serviceName: 'db', selector: selector('db'), template: template('db', undefined, withData), volumeClaimTemplates: claims });
    await until(cluster, 'StatefulSet', 'default', 'db', (object) => object?.status?.readyReplicas === 3);
    const gone: string[] = [];
    cluster.store.subscribe((event) => {
      if (event.kind === 'Pod' && event.type === 'DELETED') gone.push(event.object.metadata.name);
    });
    setImage('StatefulSet', 'db', 'registry.sandbox.example/app:2');
    await until(cluster, 'StatefulSet', 'default', 'db', (object) =>
      object?.status?.observedGeneration === object?.metadata.generation && object?.status?.updatedReplicas === 3 && object.status.readyReplicas === 3);
    expect(gone).toEqual(['db-2', 'db-1', 'db-0']);
    change('StatefulSet', 'db', (draft) => (draft.spec.replicas = 1));
    await until(cluster, 'StatefulSet', 'default', 'db', (object) => object?.status?.replicas === 1);
    expect(gone.slice(3)).toEqual(['db-2', 'db-1']);
    deleteObject(cluster.store, 'StatefulSet', 'default', 'db');
    await cluster.settled();
    expect(podsOf('db')).toEqual([]);
    expect(cluster.store.list('PersistentVolumeClaim', 'default').map((claim) => claim.metadata.name)).toEqual(['data-db-0', 'data-db-1', 'data-db-2']);
  });

  it('waits behind a pod that cannot start, even when its template is mended: that pod has to be deleted by hand', async () => {
    create('StatefulSet', 'db', { serviceName: 'db', selector: selector('db'), template: template('db', 'registry.invalid/app:1') });
    await until(cluster, 'Pod', 'default', 'db-0', (pod) => pod?.status?.containerStatuses?.[0].state.waiting?.reason === 'ImagePullBackOff');
    setImage('StatefulSet', 'db', 'registry.sandbox.example/app:1');
    await cluster.settled();
    expect(cluster.store.get('Pod', 'default', 'db-0').spec.containers[0].image).toBe('registry.invalid/app:1');
    deleteObject(cluster.store, 'Pod', 'default', 'db-0');
    await until(cluster, 'StatefulSet', 'default', 'db', (object) => object?.status?.readyReplicas === 1);
  });
});

describe('a Job', () => {
  const job = (labels: Record<string, string>, spec: Loose = {}, annotations: Record<string, string> = {}): Loose => ({
    ...spec,
    template: { metadata: { labels, annotations }, spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.sandbox.example/app:1' }] } },
  });
  const finished = (name: string): Promise<KubeObject> => until(cluster, 'Job', 'default', name, (object) => condition(object, 'Complete') !== undefined || condition(object, 'Failed') !== undefined);

  it('completes, and its pod stays to be read', async () => {
    create('Job', 'task', job({ app: 'task' }));
    const done = await finished('task');
    expect(done.status).toMatchObject({ succeeded: 1, conditions: [{ type: 'SuccessCriteriaMet' }, { type: 'Complete', status: 'True' }] });
    expect(podsOf('task').map((pod) => pod.status.phase as string)).toEqual(['Succeeded']);
    expect(eventsOf(cluster, 'Job', 'task')).toHaveProperty('Completed');
  });

  it('that shakes hands over MCP leaves the result as its last words', async () => {
    create('Job', 'handshake', job({ app: 'handshake', 'app.kubernetes.io/component': 'mcp-handshake' }));
    await finished('handshake');
    const words = podsOf('handshake')[0]?.status.containerStatuses[0].state.terminated.message as string;
    expect(JSON.parse(words)).toEqual({ ok: true, tools: 13, protocol: '2025-11-25', note: 'answered by the sandbox' });
  });

  it('tries again as often as it may, then fails', async () => {
    create('Job', 'task', job({ app: 'task' }, { backoffLimit: 2 }, { 'sandbox.ionos-tenants.io/fail': 'CrashLoopBackOff' }));
    const done = await finished('task');
    expect(condition(done, 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded' });
    expect(podsOf('task').map((pod) => pod.status.phase as string)).toEqual(['Failed', 'Failed', 'Failed']);
  });

  it('whose pod cannot start fails at its deadline', async () => {
    create('Job', 'task', job({ app: 'task' }, { activeDeadlineSeconds: 60 }, { 'sandbox.ionos-tenants.io/fail': 'ImagePullBackOff' }));
    expect(condition(await finished('task'), 'Failed')).toMatchObject({ reason: 'DeadlineExceeded' });
    await cluster.settled();
    expect(podsOf('task')).toEqual([]);
  });

  it('starts when it is resumed, and goes at once with a time to live of 0', async () => {
    create('Job', 'task', job({ app: 'task' }, { suspend: true, ttlSecondsAfterFinished: 0 }));
    await cluster.settled();
    expect(podsOf('task')).toEqual([]);
    change('Job', 'task', (draft) => (draft.spec.suspend = false));
    await until(cluster, 'Job', 'default', 'task', (object) => object === undefined);
    await cluster.settled();
    expect(podsOf('task')).toEqual([]);
  });
});

describe('garbage', () => {
  it('in the foreground goes before its owner, orphans stay', async () => {
    create('Deployment', 'web', { selector: selector('web'), template: template('web') });
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.readyReplicas === 1);
    const order: string[] = [];
    cluster.store.subscribe((event) => {
      if (event.type === 'DELETED' && ['Pod', 'ReplicaSet', 'Deployment'].includes(event.kind)) order.push(event.kind);
    });
    deleteObject(cluster.store, 'Deployment', 'default', 'web', { propagationPolicy: 'Foreground' });
    await cluster.settled();
    expect(order).toEqual(['Pod', 'ReplicaSet', 'Deployment']);

    create('Deployment', 'web', { selector: selector('web'), template: template('web') });
    await until(cluster, 'Deployment', 'default', 'web', (object) => object?.status?.readyReplicas === 1);
    deleteObject(cluster.store, 'Deployment', 'default', 'web', { propagationPolicy: 'Orphan' });
    await cluster.settled();
    expect(cluster.store.find('Deployment', 'default', 'web')).toBeUndefined();
    expect(podsOf('web')).toHaveLength(1);
    expect(cluster.store.list('ReplicaSet', 'default')[0]?.metadata.ownerReferences).toEqual([]);
  });
});
