import { gunzipSync } from 'node:zlib';
import type { Cluster } from '../../../src/cluster/client.js';
import { MODELS_NAMESPACE, namespaceOf, SYSTEM_NAMESPACE } from '../../../src/tenant/resource-names.js';
import type { Body } from './api.js';

/** Kinds of everything that charts, helm, terraform and the command line itself write. */
const KINDS = [
  ['v1', 'Namespace'], ['v1', 'Secret'], ['v1', 'ConfigMap'], ['v1', 'Service'], ['v1', 'ServiceAccount'], ['v1', 'PersistentVolumeClaim'], ['v1', 'ResourceQuota'], ['v1', 'LimitRange'],
  ['apps/v1', 'Deployment'], ['apps/v1', 'StatefulSet'], ['batch/v1', 'Job'], ['policy/v1', 'PodDisruptionBudget'], ['networking.k8s.io/v1', 'NetworkPolicy'], ['coordination.k8s.io/v1', 'Lease'],
  ['rbac.authorization.k8s.io/v1', 'Role'], ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'], ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding'],
] as const;

/** Identifiers, versions and times, which no two clusters share, and the status, which controllers write again and again. */
const REMOVED = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'];

/** What may differ, by `<Kind> <namespace>/<name> <path>`, and why. The field itself has to be there on both sides, unless `absent`. */
export interface Difference {
  what: RegExp;
  because: string;
  absent?: true;
}

export const ACCEPTED: readonly Difference[] = [
  { what: /^ConfigMap \S+\/kube-root-ca\.crt \/(data|metadata\/annotations)\//, because: 'the sandbox speaks plain HTTP and has no certificate; nothing of ours reads it', absent: true },
  { what: /^Service \S+ \/spec\/clusterIPs?(\/0)?$/, because: 'allocated by each API server' },
  { what: /^Service tenant-\S+\/gateway \/metadata\/annotations\/ionos-tenants\.io\/url-/, because: 'loopback ports of each load balancer' },
  { what: /^PersistentVolumeClaim \S+ \/(spec\/volumeName|metadata\/annotations\/volume\.kubernetes\.io\/selected-node)$/, because: 'names of each cluster\'s volumes and nodes' },
  { what: /^PersistentVolumeClaim \S+ \/metadata\/annotations\/volume\.(beta\.)?kubernetes\.io\/storage-provisioner$/, because: 'the controller manager provisions by itself; on IONOS it is their driver, and so it is in the sandbox' },
  { what: /^Secret \S+\/(wordpress|openwebui|model-gateway-keys) \/data\//, because: 'made at random, once' },
  { what: /^(Deployment|StatefulSet) \S+ \/spec\/template\/metadata\/annotations\/checksum\//, because: 'made from random Secrets, and from addresses' },
  { what: /^Secret \S+\/sh\.helm\.release\.\S+ \/metadata\/labels\/(ionos-tenants\.io\/digest|modifiedAt)$/, because: 'made from values with addresses in them; a time' },
  { what: /^Lease \S+ \/spec\/(acquireTime|renewTime)$/, because: 'times' },
  { what: /^ConfigMap \S+\/(platform|tenant-\S+) \/data\/record\.json\/.*(At|at|since|elapsedMs|endpoints\/\w+)$/, because: 'times, and loopback ports' },
  { what: /^ConfigMap \S+\/tenant-\S+ \/data\/record\.json\/removal\/(cloud\/\d+\/id|volumes\/\d+\/volume)$/, because: 'identifiers of what was removed' },
  { what: /^ConfigMap \S+\/tenant-\S+ \/data\/record\.json\/removal\/volumes\/\d+\/bytes$/, because: 'sizes of volumes that had grown: the control plane has no storage driver that grows one, the sandbox has' },
  { what: /^ConfigMap \S+\/platform \/data\/record\.json\/clusterId$/, because: 'each cloud\'s own' },
];

const unzipped = (base64: string): Body => JSON.parse(gunzipSync(Buffer.from(base64, 'base64')).toString());

/** What stands packed in a value, unpacked, as far as it does not depend on the moment. */
const unpack = (object: Body): void => {
  const { data } = object;
  if (data?.['record.json'] !== undefined) data['record.json'] = JSON.parse(data['record.json'] as string);
  if (data?.release !== undefined) {
    // The manifests in it are compared as objects.
    const { name, namespace, version, info } = unzipped(Buffer.from(data.release as string, 'base64').toString());
    data.release = { name, namespace, version, status: info.status };
  }
  if (data?.tfstate !== undefined) {
    const { version, outputs, resources } = unzipped(data.tfstate as string);
    data.tfstate = { version, outputs: Object.keys(outputs as object), resources: (resources as Body[]).map(({ mode, module, type, name, instances }) => [mode, module ?? '', type, name, instances.length]) };
  }
};

const flatten = (value: unknown, path: string, into: Map<string, unknown>): void => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) into.set(path, value);
  for (const [key, each] of entries) flatten(each, `${path}/${key}`, into);
};

/** A value with the common names in it, where they stand as a whole. */
const common = (value: string | number, names: Readonly<Record<string, string>>): string | number => {
  const text = Object.entries(names).reduce((known, [name, own]) => known.replaceAll(new RegExp(`(?<![\\d.])${own.replaceAll('.', '\\.')}(?!\\d)`, 'g'), name), String(value));
  return text === String(value) ? value : text;
};

/**
 * All that commands for this tenant have left in a cluster: every field of every object, by `<Kind> <namespace>/<name> <path>`. `names`
 * gives what is called otherwise on the other side (the tenant's address, a port) a common name.
 */
export const endState = async (cluster: Cluster, tenant: string, names: Readonly<Record<string, string>>): Promise<Map<string, unknown>> => {
  const namespaces = [namespaceOf(tenant), SYSTEM_NAMESPACE, MODELS_NAMESPACE];
  const isOurs = ({ metadata }: Body): boolean => namespaces.includes((metadata.namespace ?? metadata.name) as string) || (metadata.namespace === undefined && String(metadata.name).startsWith('ionos-tenants-'));
  const lists = await Promise.all(KINDS.map(async ([apiVersion, kind]) => ({ kind, items: ((await cluster.objects.list(apiVersion, kind)).items as Body[]).filter(isOurs) })));
  const state = new Map<string, unknown>();
  for (const { kind, items } of lists) {
    for (const item of items) {
      const object = JSON.parse(JSON.stringify(item), (_key, value: unknown) => (typeof value === 'string' || typeof value === 'number' ? common(value, names) : value));
      delete object.status;
      delete object.apiVersion;
      delete object.kind;
      for (const field of REMOVED) delete object.metadata[field];
      unpack(object);
      flatten(object, `${kind} ${object.metadata.namespace ?? ''}/${object.metadata.name} `, state);
    }
  }
  return state;
};

/** What differs and is not accepted, in words; the accepted differences that were met are added to `met`. */
export const differences = (sandbox: ReadonlyMap<string, unknown>, real: ReadonlyMap<string, unknown>, met: Set<Difference>): string[] =>
  [...new Set([...sandbox.keys(), ...real.keys()])].sort().flatMap((path) => {
    const [one, other] = [sandbox, real].map((state) => (state.has(path) ? JSON.stringify(state.get(path)) : 'absent')) as [string, string];
    if (one === other) return [];
    const accepted = ACCEPTED.find(({ what, absent }) => what.test(path) && (absent === true || (one !== 'absent' && other !== 'absent')));
    if (accepted === undefined) return [`${path}: ${one.slice(0, 200)} in the sandbox, ${other.slice(0, 200)} on the real API server`];
    met.add(accepted);
    return [];
  });
