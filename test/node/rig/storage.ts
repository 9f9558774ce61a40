import { mkdir, open, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject, V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { Cluster } from '../../../src/cluster/client.js';
import { parseBytes } from '../../../src/tenant/quantities.js';
import { runTool } from '../../support/tool.js';
import { MERGE_PATCH, type Call } from '../../real/support/api.js';
import { oneByOne, type Controller } from './controller.js';

const PROVISIONER = 'cloud.ionos.com';
const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** The classes that a managed IONOS cluster comes with. */
export const storageClasses: (KubernetesObject & Record<string, unknown>)[] = ['ionos-enterprise-hdd', 'ionos-enterprise-ssd'].map((name, index) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, ...(index === 0 ? { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } : {}) },
  provisioner: PROVISIONER,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
}));

const losetup = async (...args: string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await runTool('losetup', args);
  if (exitCode !== 0) throw new Error(`losetup ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
};

/** A disk of this claim's size, which the kubelet formats and mounts as it does a cloud's. Its file takes only the room that is used. */
const diskFor = async (folder: string, claim: V1PersistentVolumeClaim, node: string): Promise<V1PersistentVolume> => {
  const { name = '', namespace = '', uid = '' } = claim.metadata ?? {};
  const size = claim.spec?.resources?.requests?.['storage'] ?? '1Gi';
  const file = join(folder, `${uid}.img`);
  await writeFile(file, '');
  await truncate(file, parseBytes(size));
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}`, annotations: { [PROVISIONED_BY]: PROVISIONER } },
    spec: {
      capacity: { storage: size },
      accessModes: claim.spec?.accessModes ?? [],
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: claim.spec?.storageClassName ?? '',
      volumeMode: 'Filesystem',
      local: { path: await losetup('--find', '--show', file), fsType: 'ext4' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] } },
    },
  };
};

/** Bytes of the ext4 file system on this device, from its superblock; 0 when it has none. */
const fileSystemOn = async (device: string): Promise<number> => {
  const file = await open(device);
  try {
    const block = (await file.read(Buffer.alloc(1024), 0, 1024, 1024)).buffer;
    return block.readUInt16LE(56) === 0xef53 ? block.readUInt32LE(4) * (1024 << block.readUInt32LE(24)) : 0;
  } finally {
    await file.close();
  }
};

const sizeIn = (amounts: Record<string, string> | undefined): number => parseBytes(amounts?.['storage'] ?? '0');

/**
 * Makes volumes when a claim is first used, larger disks of those that ask for more, and removes them when the claim is gone, as a cloud's
 * driver does. File systems are the kubelet's work, see fsck.sh. Files and devices are below this folder.
 */
export const startStorage = async (cluster: Cluster, call: Call, folder: string): Promise<Controller> => {
  await mkdir(folder);
  const made = new Set<string>();
  /** Bytes of the disks that were enlarged, by the claim's uid, and what waits until their file systems have followed. */
  const [grown, waiting, stop] = [new Map<string, number>(), [] as Promise<void>[], new AbortController()];
  const provision = async (claim: V1PersistentVolumeClaim): Promise<void> => {
    const [uid = '', node] = [claim.metadata?.uid, claim.metadata?.annotations?.[SELECTED_NODE]];
    const ours = storageClasses.some(({ metadata }) => metadata?.name === claim.spec?.storageClassName);
    if (!ours || node === undefined || claim.spec?.volumeName !== undefined || claim.metadata?.deletionTimestamp || made.has(uid)) return;
    made.add(uid);
    const { status, body } = await call('POST', '/api/v1/persistentvolumes', await diskFor(folder, claim, node));
    if (status !== 201) throw new Error(`no volume for ${claim.metadata?.name}: ${body.message}`);
  };
  const grow = async ({ metadata, spec, status }: V1PersistentVolumeClaim): Promise<void> => {
    const [uid = '', asked] = [metadata?.uid, sizeIn(spec?.resources?.requests)];
    if (!made.has(uid) || status?.phase !== 'Bound' || asked <= (grown.get(uid) ?? sizeIn(status.capacity))) return;
    grown.set(uid, asked);
    const path = `/api/v1/persistentvolumes/${spec?.volumeName}`;
    const device = ((await call('GET', path)).body as V1PersistentVolume).spec?.local?.path ?? '';
    await truncate(join(folder, `${uid}.img`), asked);
    await losetup('--set-capacity', device);
    const pending = { type: 'FileSystemResizePending', status: 'True', lastTransitionTime: new Date().toISOString(), message: 'the disk is larger; its file system follows when it is mounted next' };
    await call('PATCH', `/api/v1/namespaces/${metadata?.namespace}/persistentvolumeclaims/${metadata?.name}/status`, { status: { conditions: [pending] } }, MERGE_PATCH);
    waiting.push((async () => {
      while (!stop.signal.aborted && (await fileSystemOn(device)) < asked) await sleep(500, undefined, { signal: stop.signal }).catch(() => undefined);
      // Not before: a kubelet that reads it enlarges what is mounted, and keeps a pod from starting where it may not.
      if (!stop.signal.aborted) await call('PATCH', path, { spec: { capacity: { storage: spec?.resources?.requests?.['storage'] } } }, MERGE_PATCH);
    })().catch((error: unknown) => console.error(error)));
  };
  const remove = async (volume: V1PersistentVolume): Promise<void> => {
    const [name, device] = [volume.metadata?.name ?? '', volume.spec?.local?.path];
    if (volume.status?.phase !== 'Released' || volume.metadata?.annotations?.[PROVISIONED_BY] !== PROVISIONER || !device || volume.metadata.deletionTimestamp) return;
    // A device that is still mounted is let go with its last mount.
    await losetup('--detach', device);
    await rm(join(folder, `${name.replace(/^pvc-/, '')}.img`));
    await call('DELETE', `/api/v1/persistentvolumes/${name}`);
  };
  const claims = oneByOne<V1PersistentVolumeClaim>(cluster, { path: '/api/v1/persistentvolumeclaims', list: () => cluster.core.listPersistentVolumeClaimForAllNamespaces() }, async (claim) => {
    await provision(claim);
    await grow(claim);
  });
  const volumes = oneByOne<V1PersistentVolume>(cluster, { path: '/api/v1/persistentvolumes', list: () => cluster.core.listPersistentVolume() }, remove);
  return {
    async close() {
      stop.abort();
      await Promise.all([claims.close(), volumes.close(), ...waiting]);
    },
  };
};
