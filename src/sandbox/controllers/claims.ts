import { parseQuantity } from '../kubernetes-door/quantity.js';
import { claimFault } from '../faults/cluster.js';
import { deleteObject } from '../kubernetes-door/deletion.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { objectKey, splitKey } from './controller.js';
import type { Controller, ControllerContext } from './controller.js';
import { hasEnded } from './pod-template.js';

const PROVISIONER = 'cloud.ionos.com';
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const PROTECTION = 'kubernetes.io/pvc-protection';
const PROVISION_MS = 250;
const RESIZE_MS = 400;
const COMPONENT = 'persistentvolume-controller';

const isUsed = (context: ControllerContext, claim: KubeObject): boolean =>
  context.store.list('Pod', claim.metadata.namespace).some(
    (pod) => !hasEnded(pod) && ((pod.spec?.volumes ?? []) as Loose[]).some((volume) => volume['persistentVolumeClaim']?.claimName === claim.metadata.name),
  );

const bind = (context: ControllerContext, claim: KubeObject): void => {
  const { store } = context;
  const { namespace, name, uid = '' } = claim.metadata;
  const live = store.find('PersistentVolumeClaim', namespace, name);
  if (live?.metadata.uid !== uid || live.status?.phase === 'Bound' || live.metadata.deletionTimestamp) return;
  const size = live.spec.resources.requests.storage as string;
  const volume = `pvc-${uid}`;
  const storageClass = store.find('StorageClass', undefined, live.spec.storageClassName as string);
  if (!store.find('PersistentVolume', undefined, volume)) {
    store.insert({
      kind: 'PersistentVolume',
      metadata: { name: volume, annotations: { 'pv.kubernetes.io/provisioned-by': PROVISIONER } },
      spec: {
        capacity: { storage: size },
        accessModes: live.spec.accessModes as string[],
        persistentVolumeReclaimPolicy: (storageClass?.['reclaimPolicy'] as string | undefined) ?? 'Delete',
        storageClassName: live.spec.storageClassName as string,
        volumeMode: 'Filesystem',
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
        csi: { driver: PROVISIONER, fsType: 'ext4', volumeHandle: uid },
      },
      status: { phase: 'Bound' },
    });
  }
  store.mutate('PersistentVolumeClaim', namespace, name, (draft) => {
    draft.spec.volumeName = volume;
    draft.metadata.annotations = {
      ...draft.metadata.annotations,
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
      'volume.beta.kubernetes.io/storage-provisioner': PROVISIONER,
      'volume.kubernetes.io/storage-provisioner': PROVISIONER,
    };
    draft.status = { phase: 'Bound', accessModes: draft.spec.accessModes as string[], capacity: { storage: size } };
  });
  context.record(live, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume}`, PROVISIONER);
};

const provision = (context: ControllerContext, claim: KubeObject): void => {
  const className = claim.spec.storageClassName as string | undefined;
  const storageClass = className ? context.store.find('StorageClass', undefined, className) : undefined;
  if (!storageClass) {
    const why = className ? `storageclass.storage.k8s.io "${className}" not found` : 'no persistent volumes available for this claim and no storage class is set';
    return context.record(claim, 'Warning', 'ProvisioningFailed', why, COMPONENT);
  }
  const waits = storageClass['volumeBindingMode'] === 'WaitForFirstConsumer' && !claim.metadata.annotations?.[SELECTED_NODE];
  if (waits) return context.record(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding', COMPONENT);
  if (storageClass['provisioner'] !== PROVISIONER) {
    return context.record(claim, 'Normal', 'ExternalProvisioning', `Waiting for a volume to be created by the external provisioner '${String(storageClass['provisioner'])}'`, COMPONENT);
  }
  const refused = claimFault(context.faults, claim.metadata);
  if (refused !== undefined) return context.record(claim, 'Warning', 'ProvisioningFailed', refused, PROVISIONER);
  context.later(`provision ${claim.metadata.uid ?? ''}`, PROVISION_MS, () => bind(context, claim));
};

const grow = (context: ControllerContext, claim: KubeObject): void => {
  const wanted = claim.spec.resources.requests.storage as string;
  if (parseQuantity(wanted) <= parseQuantity(claim.status?.capacity?.storage)) return;
  context.later(`resize ${claim.metadata.uid ?? ''} ${wanted}`, RESIZE_MS, () => {
    const { namespace, name } = claim.metadata;
    context.store.mutate('PersistentVolume', undefined, claim.spec.volumeName as string, (draft) => {
      draft.spec.capacity = { storage: wanted };
    });
    context.store.mutate('PersistentVolumeClaim', namespace, name, (draft) => {
      draft.status.capacity = { storage: wanted };
    });
    context.record(claim, 'Normal', 'FileSystemResizeSuccessful', 'MountVolume.NodeExpandVolume succeeded for volume', 'kubelet');
  });
};

/** Binds claims to volumes when their first pod has a node, grows them, and keeps those in use. */
export const claimController = (context: ControllerContext): Controller => ({
  name: 'claim',
  keys: () => context.store.list('PersistentVolumeClaim').map(objectKey),
  concerns: (change) => {
    if (change.kind === 'PersistentVolumeClaim') return [objectKey(change.object)];
    if (change.kind === 'StorageClass' && change.type === 'ADDED') return context.store.list('PersistentVolumeClaim').map(objectKey);
    const ends = change.kind === 'Pod' && (change.type === 'DELETED' || hasEnded(change.object));
    if (!ends) return [];
    return ((change.object.spec?.volumes ?? []) as Loose[]).flatMap((volume) =>
      volume['persistentVolumeClaim'] ? [`${change.object.metadata.namespace ?? ''}/${String(volume['persistentVolumeClaim'].claimName)}`] : [],
    );
  },
  reconcile: (key) => {
    const { namespace, name } = splitKey(key);
    const claim = context.store.find('PersistentVolumeClaim', namespace, name);
    if (!claim) return;
    if (claim.metadata.deletionTimestamp) {
      if (isUsed(context, claim)) return;
      context.store.mutate('PersistentVolumeClaim', namespace, name, (draft) => {
        draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((entry) => entry !== PROTECTION);
      });
    } else if (claim.status?.phase === 'Bound') grow(context, claim);
    else provision(context, claim);
  },
});

/** Deletes or releases a volume whose claim is gone. */
export const volumeController = (context: ControllerContext): Controller => ({
  name: 'volume',
  keys: () => context.store.list('PersistentVolume').map((volume) => volume.metadata.name),
  concerns: (change) =>
    // A released volume whose policy is changed to Delete is removed then.
    change.kind === 'PersistentVolume' && change.type === 'MODIFIED' ? [change.object.metadata.name]
    : change.kind === 'PersistentVolumeClaim' && change.type === 'DELETED' && change.object.spec?.volumeName ? [String(change.object.spec.volumeName)]
    : [],
  reconcile: (name) => {
    const volume = context.store.find('PersistentVolume', undefined, name);
    const claimed = volume?.spec?.claimRef as Loose | undefined;
    if (!volume || !claimed) return;
    const claim = context.store.find('PersistentVolumeClaim', String(claimed['namespace']), String(claimed['name']));
    if (claim?.metadata.uid === claimed['uid']) return;
    context.store.mutate('PersistentVolume', undefined, name, (draft) => {
      draft.status = { phase: 'Released' };
    });
    if (volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
    context.later(`delete volume ${name}`, PROVISION_MS, () => {
      if (context.store.find('PersistentVolume', undefined, name)) deleteObject(context.store, 'PersistentVolume', undefined, name);
    });
  },
});
