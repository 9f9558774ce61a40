import type { KubernetesObject } from '@kubernetes/client-node';
import type { Cluster } from '../../../src/cluster/client.js';

type Loose = Record<string, unknown>;

/** Kinds of everything that the product makes, and that is made of it in between. Pods and what controllers write for them come and go. */
const KINDS: readonly [apiVersion: string, kind: string][] = [
  ['v1', 'Namespace'],
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'ResourceQuota'],
  ['v1', 'LimitRange'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'Job'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['coordination.k8s.io/v1', 'Lease'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding'],
];

/** What a cluster itself puts into every namespace is not ours. */
const FURNITURE = ['ConfigMap kube-root-ca.crt', 'ServiceAccount default'];

const isOurs = ({ kind, metadata }: KubernetesObject): boolean => {
  if (FURNITURE.includes(`${kind} ${metadata?.name}`)) return false;
  const place = kind === 'Namespace' ? (metadata?.name ?? '') : (metadata?.namespace ?? metadata?.name ?? '');
  return /^(tenant-|ionos-tenants-)/.test(place);
};

/** One way in which the two may differ, and why. Everything else has to be equal. */
export interface Difference {
  reason: string;
  /** Takes it out of an object, in place. */
  remove: (object: Loose) => void;
}

const at = (object: Loose, path: string): Loose | undefined =>
  path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Loose)[key] : undefined), object) as Loose | undefined;
const drop = (object: Loose, path: string, ...keys: string[]): void => {
  const parent = path === '' ? object : at(object, path);
  for (const key of keys) if (parent) Reflect.deleteProperty(parent, key);
};
/** The registry's records are JSON in a ConfigMap. */
const inRecord = (object: Loose, change: (record: Loose) => void): void => {
  const data = at(object, 'data');
  const text = data?.['record.json'];
  if (object.kind !== 'ConfigMap' || !data || typeof text !== 'string') return;
  const record = JSON.parse(text) as Loose;
  change(record);
  data['record.json'] = JSON.stringify(record, null, 1);
};
const isHelms = (object: Loose): boolean => object.type === 'helm.sh/release.v1';

const inRemoval = (object: Loose, change: (removal: Loose) => void): void =>
  inRecord(object, (record) => {
    if (record.removal) change(record.removal as Loose);
  });

/** What no two clusters have in common, by its nature. */
export const BY_NATURE: readonly Difference[] = [
  { reason: 'status: what controllers have seen so far', remove: (object) => drop(object, '', 'status') },
  { reason: 'identifiers and versions of objects, and who wrote which field', remove: (object) => drop(object, 'metadata', 'uid', 'resourceVersion', 'generation', 'managedFields', 'selfLink') },
  { reason: 'times of objects', remove: (object) => drop(object, 'metadata', 'creationTimestamp') },
  { reason: 'times and process numbers in Leases', remove: (object) => (object.kind === 'Lease' ? drop(object, 'spec', 'acquireTime', 'renewTime') : undefined) },
  {
    reason: 'times in the registry',
    remove: (object) =>
      inRecord(object, (record) => {
        for (const key of ['createdAt', 'updatedAt', 'adoptedAt', 'timings']) Reflect.deleteProperty(record, key);
        for (const entry of (record.history ?? []) as Loose[]) for (const key of ['at', 'elapsedMs']) Reflect.deleteProperty(entry, key);
        for (const key of ['since', 'doneAt']) drop(record, 'removal', key);
      }),
  },
  {
    reason: 'identifiers of removed volumes and cloud objects in the registry',
    remove: (object) =>
      inRemoval(object, (removal) => {
        for (const volume of removal.volumes as Loose[]) drop(volume, '', 'volume');
        for (const each of removal.cloud as Loose[]) drop(each, '', 'id');
      }),
  },
  { reason: 'addresses and ports that a cluster allocates to a Service', remove: (object) => (object.kind === 'Service' ? removeAllocated(object) : undefined) },
  { reason: 'where a load balancer says that it answers', remove: (object) => drop(object, 'metadata.annotations', 'ionos-tenants.io/url-80', 'ionos-tenants.io/url-8080') },
  {
    reason: 'URLs in the registry, which are what the load balancer said',
    remove: (object) => inRecord(object, (record) => drop(record, '', 'endpoints')),
  },
  { reason: 'names of volumes, and which node was chosen for them', remove: removeVolumeNames },
  { reason: 'secrets are made at random; which there are is compared', remove: hideSecrets },
  { reason: 'digests over these random secrets, which roll the pods that read them', remove: (object) => drop(object, 'spec.template.metadata.annotations', 'checksum/secrets') },
  { reason: 'addresses of nodes and of the API server, which an opened egress must not reach', remove: removeOwnAddresses },
  { reason: 'which managed cluster of the contract it is', remove: (object) => inRecord(object, (record) => drop(record, '', 'clusterId')) },
];

/** Where the two really differ. */
export const DIFFERENCES: readonly Difference[] = [
  {
    reason: 'sizes of removed volumes in the registry: the control plane has no storage driver that could grow one, the sandbox has',
    remove: (object) =>
      inRemoval(object, (removal) => {
        for (const volume of removal.volumes as Loose[]) drop(volume, '', 'bytes');
      }),
  },
];

function removeAllocated(object: Loose): void {
  drop(object, 'spec', 'clusterIP', 'clusterIPs', 'healthCheckNodePort');
  for (const port of (at(object, 'spec')?.ports ?? []) as Loose[]) Reflect.deleteProperty(port, 'nodePort');
}

function removeVolumeNames(object: Loose): void {
  if (object.kind !== 'PersistentVolumeClaim') return;
  drop(object, 'spec', 'volumeName');
  drop(object, 'metadata.annotations', 'volume.kubernetes.io/selected-node', 'volume.kubernetes.io/storage-provisioner', 'volume.beta.kubernetes.io/storage-provisioner');
}

function hideSecrets(object: Loose): void {
  if (object.kind !== 'Secret') return;
  // A release's Secret is a packed manifest with times in it; what was installed is compared object by object, and which revision here.
  if (isHelms(object)) drop(object, 'metadata.labels', 'modifiedAt', 'ionos-tenants.io/digest');
  object.data = Object.keys((object.data ?? {}) as Loose).sort();
}

function removeOwnAddresses(object: Loose): void {
  if (object.kind !== 'NetworkPolicy') return;
  for (const rule of (at(object, 'spec')?.egress ?? []) as Loose[]) {
    for (const peer of (rule.to ?? []) as Loose[]) {
      const block = peer.ipBlock as { except?: string[] } | undefined;
      if (block?.except) block.except = block.except.filter((network) => !network.endsWith('/32'));
    }
  }
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value as Loose).filter(([, each]) => each !== undefined && !(typeof each === 'object' && each !== null && Object.keys(each).length === 0));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
};

/**
 * Everything that the product made in a cluster, by `kind namespace/name`, without what may differ between two clusters. `ip` is the
 * tenant's address, which another contract would have given otherwise.
 */
export const endStateOf = async (cluster: Cluster, ip: string | undefined): Promise<Record<string, unknown>> => {
  const lists = await Promise.all(KINDS.map(async ([apiVersion, kind]) => (await cluster.objects.list(apiVersion, kind)).items.map((item) => ({ ...item, apiVersion, kind }))));
  const entries = lists.flat().filter(isOurs).map((item) => {
    const object = JSON.parse(ip === undefined ? JSON.stringify(item) : JSON.stringify(item).replaceAll(ip, '<ip>')) as Loose;
    for (const { remove } of [...BY_NATURE, ...DIFFERENCES]) remove(object);
    return [`${item.kind} ${item.metadata?.namespace ?? ''}/${item.metadata?.name ?? ''}`, sorted(object)] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};
