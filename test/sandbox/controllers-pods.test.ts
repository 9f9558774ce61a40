import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { deleteObject } from '../../src/sandbox/kubernetes-door/deletion.js';
import type { PodFailure, SandboxCluster } from '../../src/sandbox/kubernetes-door/index.js';
import type { KubeObject, Loose } from '../../src/sandbox/kubernetes-door/objects.js';
import { podStatus } from '../../src/sandbox/kubernetes-door/tables.js';
import { condition, eventsOf, makeCluster, NODES, SteppedClock, until } from '../support/cluster.js';

let cluster: SandboxCluster;
const pod = (name: string, spec: Loose = {}, metadata: Loose = {}): KubeObject =>
  cluster.api.create('Pod', 'default', {
    metadata: { name, labels: { app: name }, ...metadata },
    spec: { containers: [{ name: 'main', image: 'registry.sandbox.example/app:1', readinessProbe: {} }], ...spec },
  });
const live = (name: string): KubeObject => cluster.store.get('Pod', 'default', name);
const isReady = (object: KubeObject | undefined): boolean => condition(object, 'Ready')?.['status'] === 'True';
const ready = (name: string): Promise<KubeObject> => until(cluster, 'Pod', 'default', name, isReady);

afterEach(() => {
  cluster.stop();
  expect(cluster.defects).toEqual([]);
});

describe('the life of a pod', () => {
  beforeEach(() => {
    cluster = makeCluster();
  });

  it('goes through the phases that people know from kubectl', async () => {
    const seen: string[] = [];
    cluster.store.subscribe((change) => {
      if (change.kind !== 'Pod' || change.object.metadata.name !== 'web') return;
      const status = `${podStatus(change.object)}${isReady(change.object) ? ' ready' : ''}`;
      if (seen.at(-1) !== status) seen.push(status);
    });
    pod('web', { initContainers: [{ name: 'first', image: 'registry.sandbox.example/i:1' }, { name: 'second', image: 'registry.sandbox.example/i:1' }] });
    await ready('web');
    expect(seen).toEqual(['Pending', 'Init:0/2', 'Init:1/2', 'ContainerCreating', 'Running', 'Running ready']);
    expect(Object.keys(eventsOf(cluster, 'Pod', 'web')).sort()).toEqual(['Created', 'Pulled', 'Pulling', 'Scheduled', 'Started']);
    expect(live('web').status).toMatchObject({ podIP: expect.stringMatching(/^10\.233\./), containerStatuses: [{ ready: true, restartCount: 0, state: { running: {} } }] });
  });

  it('spreads over the nodes, and keeps to its node selector', async () => {
    cluster.setNodes([...NODES, { name: 'node-3', cpu: 4, memory: 16, pool: 'acme', labels: { 'ionos-tenants.io/pool': 'acme' } }]);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) pod(name);
    pod('own', { nodeSelector: { 'ionos-tenants.io/pool': 'acme' } });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'own']) await ready(name);
    expect(new Set(cluster.store.list('Pod', 'default').map((object) => object.spec.nodeName as string))).toEqual(new Set(['node-1', 'node-2', 'node-3']));
    expect(live('own').spec.nodeName).toBe('node-3');
  });

  it('starts a sidecar before the containers, and leaves it running', async () => {
    pod('web', { initContainers: [{ name: 'side', image: 'registry.sandbox.example/i:1', restartPolicy: 'Always' }, { name: 'init', image: 'registry.sandbox.example/i:1' }] });
    await ready('web');
    expect(live('web').status.initContainerStatuses).toMatchObject([{ name: 'side', state: { running: {} } }, { name: 'init', state: { terminated: { exitCode: 0 } } }]);
  });

  it('ends when it is deleted, and is lost with its node', async () => {
    pod('web');
    await ready('web');
    deleteObject(cluster.store, 'Pod', 'default', 'web');
    expect(podStatus(live('web'))).toBe('Terminating');
    await until(cluster, 'Pod', 'default', 'web', (object) => object === undefined);
    expect(eventsOf(cluster, 'Pod', 'web')).toHaveProperty('Killing');
    pod('lost', { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } });
    await ready('lost');
    cluster.setNodes(NODES.slice(0, 1));
    await until(cluster, 'Pod', 'default', 'lost', (object) => object === undefined);
  });
});

describe('a pod that cannot get ready says why', () => {
  beforeEach(() => {
    cluster = makeCluster();
  });
  const waiting = (name: string, reason: string): Promise<KubeObject> => until(cluster, 'Pod', 'default', name, (object) => podStatus(object as KubeObject).endsWith(reason));

  const told: [PodFailure, string, string, RegExp][] = [
    ['ImagePullBackOff', 'ImagePullBackOff', 'BackOff', /Back-off pulling image/],
    ['CrashLoopBackOff', 'CrashLoopBackOff', 'BackOff', /restarting failed container main/],
    ['OOMKilled', 'CrashLoopBackOff', 'BackOff', /restarting failed container main/],
  ];
  it.each(told)('%s, by annotation', async (how, reason, event, message) => {
    pod('web', {}, { annotations: { 'sandbox.ionos-tenants.io/fail': how } });
    await waiting('web', reason);
    await cluster.settled();
    expect(eventsOf(cluster, 'Pod', 'web')[event]).toMatch(message);
    expect(isReady(live('web'))).toBe(false);
    const last = live('web').status.containerStatuses[0].lastState.terminated as Loose | undefined;
    expect(last?.['reason']).toBe({ ImagePullBackOff: undefined, CrashLoopBackOff: 'Error', OOMKilled: 'OOMKilled' }[how as string]);
  });

  it('no node for it, by annotation and for real', async () => {
    pod('told', {}, { annotations: { 'sandbox.ionos-tenants.io/fail': 'Unschedulable' } });
    pod('large', { containers: [{ name: 'main', image: 'a:1', resources: { requests: { memory: '20Gi' } } }] });
    pod('elsewhere', { nodeSelector: { 'ionos-tenants.io/pool': 'nobody' } });
    await cluster.settled();
    expect(condition(live('told'), 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable', message: '0/2 nodes are available: 2 Insufficient memory.' });
    expect(condition(live('large'), 'PodScheduled')).toMatchObject({ message: '0/2 nodes are available: 2 Insufficient memory.' });
    expect(condition(live('elsewhere'), 'PodScheduled')).toMatchObject({ message: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector." });
    cluster.setNodes([...NODES, { name: 'big', cpu: 4, memory: 32 }]);
    expect((await ready('large').catch(() => undefined))?.spec.nodeName).toBe('big');
  });

  it('a Secret or ConfigMap that is missing, until it is there', async () => {
    pod('env', { containers: [{ name: 'main', image: 'a:1', env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } }] }] });
    pod('mount', { volumes: [{ name: 'files', configMap: { name: 'files' } }] });
    pod('optional', { volumes: [{ name: 'files', secret: { secretName: 'nowhere', optional: true } }] });
    await waiting('env', 'CreateContainerConfigError');
    await ready('optional');
    await cluster.settled();
    expect(live('env').status.containerStatuses[0].state.waiting.message).toBe('secret "login" not found');
    expect(eventsOf(cluster, 'Pod', 'mount')['FailedMount']).toBe('MountVolume.SetUp failed for volume "files" : configmap "files" not found');
    cluster.api.create('Secret', 'default', { metadata: { name: 'login' }, data: {} });
    await until(cluster, 'Pod', 'default', 'env', (object) => object?.status.containerStatuses[0].state.waiting?.message === "couldn't find key password in Secret default/login");
    cluster.api.update('Secret', 'default', 'login', { metadata: { name: 'login' }, stringData: { password: 'x' } });
    cluster.api.create('ConfigMap', 'default', { metadata: { name: 'files' } });
    await Promise.all([ready('env'), ready('mount')]);
  });

  it('fails when a ConfigMap in its namespace says so, and recovers without it', async () => {
    cluster.api.create('ConfigMap', 'default', { metadata: { name: 'faults', annotations: { 'sandbox.ionos-tenants.io/fail': 'ImagePullBackOff' } }, data: { selector: 'app=web' } });
    pod('web');
    pod('other');
    await waiting('web', 'ImagePullBackOff');
    await ready('other');
    deleteObject(cluster.store, 'ConfigMap', 'default', 'faults');
    await ready('web');
  });

  it('fails while it is told to: a running pod crashes, or becomes unready, and recovers', async () => {
    pod('web');
    await ready('web');
    cluster.failPods({ namespace: 'default', selector: 'app=web' }, 'CrashLoopBackOff');
    await waiting('web', 'CrashLoopBackOff');
    cluster.failPods({ namespace: 'default', selector: 'app=web' }, undefined);
    await ready('web');
    expect(live('web').status.containerStatuses[0].restartCount).toBeGreaterThan(0);
    cluster.failPods({ selector: 'app in (web)' }, 'NotReady');
    await until(cluster, 'Pod', 'default', 'web', (object) => !isReady(object));
    expect(podStatus(live('web'))).toBe('Running');
    cluster.failPods({ selector: 'app in (web)' }, undefined);
    await ready('web');
  });
});

describe('time', () => {
  it('passes by the clock: nothing happens while it stands still, and the steps add up to the time of the application', async () => {
    const clock = new SteppedClock();
    cluster = makeCluster({ clock });
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await turn();
    while (clock.waits.length > 0) {
      clock.pass();
      await turn();
      await turn();
    }
    cluster.api.create('Pod', 'default', {
      metadata: { name: 'db', labels: { 'app.kubernetes.io/name': 'mariadb' } },
      spec: { containers: [{ name: 'main', image: 'a:1', readinessProbe: {} }] },
    });
    await turn();
    await turn();
    expect(podStatus(live('db'))).toBe('Pending');
    let total = 0;
    while (!isReady(live('db'))) {
      await turn();
      total += Math.max(0, ...clock.waits);
      clock.pass();
    }
    expect(total).toBeGreaterThan(2500);
    expect(total).toBeLessThan(4000);
  });

  it('lets a finished Job live for as long as it asked', async () => {
    const clock = new SteppedClock();
    cluster = makeCluster({ clock });
    cluster.api.create('Job', 'default', { metadata: { name: 'task' }, spec: { ttlSecondsAfterFinished: 600, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'a:1' }] } } } });
    const job = (): KubeObject | undefined => cluster.store.find('Job', 'default', 'task');
    while (!clock.waits.includes(600_000)) {
      clock.pass(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(condition(job(), 'Complete')).toMatchObject({ status: 'True' });
    clock.pass();
    await until(cluster, 'Job', 'default', 'task', (object) => object === undefined);
  });
});

describe('a WordPress pod', () => {
  it("waits in its last init container for the tenant's database", async () => {
    cluster = makeCluster();
    cluster.failPods({ selector: 'app.kubernetes.io/name=mariadb' }, 'NotReady');
    cluster.api.create('StatefulSet', 'default', {
      metadata: { name: 'mariadb' },
      spec: {
        selector: { matchLabels: { 'app.kubernetes.io/name': 'mariadb' } },
        template: { metadata: { labels: { 'app.kubernetes.io/name': 'mariadb' } }, spec: { containers: [{ name: 'mariadb', image: 'a:1', readinessProbe: {} }] } },
      },
    });
    pod('wordpress', { initContainers: [{ name: 'copy', image: 'a:1' }, { name: 'install', image: 'a:1' }] }, { labels: { 'app.kubernetes.io/name': 'wordpress' } });
    await cluster.settled();
    expect(podStatus(live('wordpress'))).toBe('Init:1/2');
    cluster.failPods({ selector: 'app.kubernetes.io/name=mariadb' }, undefined);
    await ready('wordpress');
  });
});
