import { describe, expect, it } from 'vitest';
import type { V1StatefulSet } from '@kubernetes/client-node';
import { replaceBrokenPods } from '../../src/cluster/broken-pods.js';
import { waitForRollout } from '../../src/cluster/rollout.js';
import { makeNamespace, openClient, type ClientBed } from '../support/kubernetes.js';

const namespace = 'tenant-acme';
const never = new AbortController().signal;
/** Never pulled, in the sandbox as anywhere (RFC 2606). */
const BROKEN = 'registry.invalid/database:1';

const set = (image: string): V1StatefulSet => {
  const labels = { 'app.kubernetes.io/name': 'mariadb' };
  return {
    metadata: { name: 'mariadb', labels },
    spec: { serviceName: 'mariadb', replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'mariadb', image, volumeMounts: [{ name: 'data', mountPath: '/data' }] }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'mariadb-data' } }] } } },
  };
};

const rollout = (bed: ClientBed, timeoutMs: number, stuckMs?: number): Promise<void> =>
  waitForRollout(bed.client, { namespace, apps: [{ name: 'mariadb', kind: 'StatefulSet' }], signal: never, timeoutMs, ...(stuckMs === undefined ? {} : { stuckMs }), onPod: () => undefined });

const change = async (bed: ClientBed, image: string): Promise<void> => {
  const present = await bed.client.apps.readNamespacedStatefulSet({ name: 'mariadb', namespace });
  await bed.client.apps.replaceNamespacedStatefulSet({ name: 'mariadb', namespace, body: { ...present, spec: set(image).spec as NonNullable<V1StatefulSet['spec']> } });
};

const open = async (image: string): Promise<ClientBed> => {
  const bed = await openClient();
  await makeNamespace(bed, namespace);
  await bed.client.core.createNamespacedPersistentVolumeClaim({ namespace, body: { metadata: { name: 'mariadb-data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'ionos-enterprise-ssd' } } });
  await bed.client.apps.createNamespacedStatefulSet({ namespace, body: set(image) });
  return bed;
};

/** A database whose pod, of an earlier template, is not ready, and whose container is in this state. */
const unready = async (container: object): Promise<ClientBed> => {
  const bed = await open('database:1');
  await rollout(bed, 3_600_000);
  bed.cluster.failPods({ selector: 'app.kubernetes.io/name=mariadb' }, 'NotReady');
  await bed.cluster.settled();
  bed.cluster.store.mutate('Pod', namespace, 'mariadb-0', (pod) => {
    pod.status = { ...pod.status, containerStatuses: [{ ...(pod.status?.containerStatuses as object[] | undefined)?.[0], ...container }] };
  });
  await change(bed, 'database:2');
  return bed;
};

const podUid = async (bed: ClientBed): Promise<string | undefined> => (await bed.client.core.readNamespacedPod({ name: 'mariadb-0', namespace })).metadata?.uid;

describe('pods that never came up with earlier settings', () => {
  it('stay in the way for ever by themselves, and are replaced once the settings are mended; their claim stays', async () => {
    const bed = await open(BROKEN);
    await expect(rollout(bed, 3_600_000, 0)).rejects.toMatchObject({ code: 'pods-stuck' });
    await change(bed, 'database:2');
    await expect(rollout(bed, 3_600_000, 0)).rejects.toMatchObject({ code: 'pods-stuck' });
    const claim = await bed.client.core.readNamespacedPersistentVolumeClaim({ name: 'mariadb-data', namespace });
    expect(await replaceBrokenPods(bed.client, namespace, 'mariadb', never)).toEqual({ replaced: ['mariadb-0'], starting: [] });
    await rollout(bed, 3_600_000);
    expect((await bed.client.core.readNamespacedPod({ name: 'mariadb-0', namespace })).spec?.containers[0]?.image).toBe('database:2');
    expect((await bed.client.core.readNamespacedPersistentVolumeClaim({ name: 'mariadb-data', namespace })).metadata?.uid).toBe(claim.metadata?.uid);
  });

  it('are left alone while the settings are still those that they failed with', async () => {
    const bed = await open(BROKEN);
    await expect(rollout(bed, 3_600_000, 0)).rejects.toMatchObject({ code: 'pods-stuck' });
    const uid = await podUid(bed);
    expect(await replaceBrokenPods(bed.client, namespace, 'mariadb', never)).toEqual({ replaced: [], starting: [] });
    expect(await podUid(bed)).toBe(uid);
  });

  it('are not looked for among pods that are well', async () => {
    const bed = await open('database:1');
    await rollout(bed, 3_600_000);
    const uid = await podUid(bed);
    expect(await replaceBrokenPods(bed.client, namespace, 'mariadb', never)).toEqual({ replaced: [], starting: [] });
    expect(await podUid(bed)).toBe(uid);
    expect(await replaceBrokenPods(bed.client, namespace, 'no-such-set', never)).toEqual({ replaced: [], starting: [] });
  });

  it.each<[string, object]>([
    ['crashes again and again', { started: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    ['was restarted and does not come up', { started: false, restartCount: 1, state: { running: {} } }],
    ['has started, and is never ready', { started: true, restartCount: 0, state: { running: {} } }],
  ])('are those whose container %s', async (_what, container) => {
    const bed = await unready(container);
    expect(await replaceBrokenPods(bed.client, namespace, 'mariadb', never)).toEqual({ replaced: ['mariadb-0'], starting: [] });
  });

  it('are not those that start for the first time: what they do to their data is not cut off, and Kubernetes replaces them once they are up', async () => {
    const bed = await unready({ started: false, restartCount: 0, state: { running: {} } });
    const uid = await podUid(bed);
    expect(await replaceBrokenPods(bed.client, namespace, 'mariadb', never)).toEqual({ replaced: [], starting: ['mariadb-0'] });
    expect(await podUid(bed)).toBe(uid);
    bed.cluster.failPods({ selector: 'app.kubernetes.io/name=mariadb' }, undefined);
    await rollout(bed, 3_600_000);
    expect((await bed.client.core.readNamespacedPod({ name: 'mariadb-0', namespace })).spec?.containers[0]?.image).toBe('database:2');
  });
});
