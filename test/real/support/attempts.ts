import { MODELS_NAMESPACE, SYSTEM_NAMESPACE } from '../../../src/tenant/resource-names.js';
import { MERGE_PATCH } from './api.js';

/** One request that nobody of a tenant may make. */
export interface Attempt {
  /** The isolation probe that it is a way of. */
  probe: string;
  method: string;
  path: string;
  body?: unknown;
  type?: string | undefined;
  /** What the API server says that it takes: `create resource "pods"`. */
  right: string;
}

const KINDS: Record<string, string> = { 'rbac.authorization.k8s.io': 'v1', 'networking.k8s.io': 'v1', 'admissionregistration.k8s.io': 'v1', 'apiextensions.k8s.io': 'v1', 'certificates.k8s.io': 'v1', 'snapshot.storage.k8s.io': 'v1', 'discovery.k8s.io': 'v1', apps: 'v1' };
const base = (group: string, namespace?: string): string => `${group === '' ? '/api/v1' : `/apis/${group}/${KINDS[group] ?? ''}`}${namespace === undefined ? '' : `/namespaces/${namespace}`}`;
const look = (probe: string, verb: 'get' | 'list', where: string, resource: string, group = '', more = ''): Attempt => ({ probe, method: 'GET', path: `${where}/${resource}${more}`, right: `${verb} resource "${resource}" in API group "${group}"` });
/** Nothing of it is done: also where somebody may, it is a dry run. */
const make = (probe: string, group: string, namespace: string | undefined, resource: string, body: object): Attempt => ({ probe, method: 'POST', path: `${base(group, namespace)}/${resource}?dryRun=All`, body, right: `create resource "${resource}" in API group "${group}"` });
const remove = (probe: string, group: string, namespace: string | undefined, resource: string, name: string): Attempt => ({ probe, method: 'DELETE', path: `${base(group, namespace)}/${resource}/${name}?dryRun=All`, right: `delete resource "${resource}" in API group "${group}"` });
const change = (probe: string, group: string, namespace: string | undefined, resource: string, name: string, body: object): Attempt => ({ probe, method: 'PATCH', path: `${base(group, namespace)}/${resource}/${name}?dryRun=All`, body, type: MERGE_PATCH, right: `patch resource "${resource}" in API group "${group}"` });
/** A part of an object, such as the log of a pod. */
const part = (probe: string, method: string, path: string, verb: string, resource: string, body?: object): Attempt => ({ probe, method, path, ...(body ? { body } : {}), right: `${verb} resource "${resource}" in API group ""` });

const RBAC = 'rbac.authorization.k8s.io';
const SNAPSHOTS = 'snapshot.storage.k8s.io';
/** A request for somebody else's certificate; its key was thrown away. */
const REQUEST = 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIVE1Ib0NBUUF3R0RFV01CUUdBMVVFQXd3TllXUnRhVzVwYzNSeVlYUnZjakJaTUJNR0J5cUdTTTQ5QWdFRwpDQ3FHU000OUF3RUhBMElBQk9zSEZJb0VYdjZBbkJ2bElqRVh5bXFBSElYczJvbWo2NzFDU29UelBENFZzNFN3CmdRUVpseEV1MWd3Ni95bHQrbDhVTzNEcWh1cDdrdDZNTjJUTkZ4NmdBREFLQmdncWhrak9QUVFEQWdOSkFEQkcKQWlFQW1YTlRNOU1vWlFVQWpMQUZ3N0ZMSEdYd1hNdWxaTGxQaDM0VTlNQ24wT1VDSVFDUGwxUStZWW13ZlRKTwp1c29ucGlNVDBzdkRFU3JTdDhFU25zcXFSYWhFMVE9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';
const cluster = (apiVersion: string, kind: string, more: object = {}): object => ({ apiVersion, kind, metadata: { name: 'probe' }, ...more });

/** What somebody of the tenant `own` (its namespace; `name` as it is called) might try there, on the tenant `other`, and on the cluster. */
export const attemptsOf = (own: string, other: string, name: string): Attempt[] => [
  ...[other, own].flatMap((namespace) => [look('P17', 'list', base('', namespace), 'secrets'), look('P17', 'get', base('', namespace), 'secrets', '', '/wordpress'), look('P17', 'list', base('', namespace), 'secrets', '', '?labelSelector=owner%3Dhelm'), look('P17', 'list', base('', namespace), 'configmaps')]),
  ...[SYSTEM_NAMESPACE, MODELS_NAMESPACE].flatMap((namespace) => ['secrets', 'configmaps'].map((resource) => look('P17', 'list', base('', namespace), resource))),
  look('P17', 'list', base('', other), 'pods'),

  ...['nodes', 'namespaces', 'pods', 'secrets', 'persistentvolumes'].map((resource) => look('P18', 'list', base(''), resource)),
  make('P18', '', undefined, 'namespaces', cluster('v1', 'Namespace')),
  make('P18', RBAC, undefined, 'clusterroles', cluster(`${RBAC}/v1`, 'ClusterRole', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] })),
  make('P18', RBAC, undefined, 'clusterrolebindings', cluster(`${RBAC}/v1`, 'ClusterRoleBinding', { roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:authenticated' }] })),
  make('P18', 'admissionregistration.k8s.io', undefined, 'mutatingwebhookconfigurations', cluster('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', { webhooks: [] })),
  make('P18', 'apiextensions.k8s.io', undefined, 'customresourcedefinitions', definition('probes', 'Probe', 'probe.example', 'Namespaced')),
  make('P18', 'certificates.k8s.io', undefined, 'certificatesigningrequests', cluster('certificates.k8s.io/v1', 'CertificateSigningRequest', { spec: { request: REQUEST, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] } })),
  ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map((resource) => remove('P18', 'admissionregistration.k8s.io', undefined, resource, `ionos-tenants-${name}-pods`)),

  change('P19', '', own, 'resourcequotas', 'tenant', { spec: { hard: { pods: '1000' } } }),
  remove('P19', '', own, 'resourcequotas', 'tenant'),
  change('P19', '', own, 'limitranges', 'tenant', { spec: { limits: [] } }),
  remove('P19', '', own, 'limitranges', 'tenant'),
  ...[own, other].flatMap((namespace) => [
    remove('P19', 'networking.k8s.io', namespace, 'networkpolicies', 'default-deny'),
    make('P19', 'networking.k8s.io', namespace, 'networkpolicies', cluster('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, ingress: [{}], egress: [{}] } })),
    make('P19', RBAC, namespace, 'rolebindings', cluster(`${RBAC}/v1`, 'RoleBinding', { roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'admin' }, subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:authenticated' }] })),
  ]),
  change('P19', RBAC, own, 'roles', 'tenant-viewer', { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }),
  ...[own, other].map((namespace) => change('P8', '', undefined, 'namespaces', namespace, { metadata: { labels: { 'example.com/role': 'system' } } })),

  ...[own, other].flatMap((namespace) => {
    const at = (rest: string): string => `${base('', namespace)}/${rest}`;
    return [
      part('P20', 'POST', at('serviceaccounts/default/token?dryRun=All'), 'create', 'serviceaccounts/token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }),
      ...['exec', 'attach'].map((what) => part('P20', 'POST', at(`pods/probe/${what}?command=sh&stdout=true`), 'create', `pods/${what}`)),
      part('P20', 'POST', at('pods/probe/portforward'), 'create', 'pods/portforward'),
    ];
  }),
  { ...part('P20', 'PATCH', `${base('', own)}/pods/probe/ephemeralcontainers?dryRun=All`, 'patch', 'pods/ephemeralcontainers', { spec: { ephemeralContainers: [] } }), type: MERGE_PATCH },
  part('P20', 'GET', '/api/v1/nodes/node-1/proxy/pods', 'get', 'nodes/proxy'),

  make('P21', '', own, 'configmaps', cluster('v1', 'ConfigMap')),
  remove('P21', '', other, 'pods', 'probe'),
  make('P16', '', own, 'endpoints', cluster('v1', 'Endpoints')),
  make('P16', 'discovery.k8s.io', own, 'endpointslices', cluster('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', endpoints: [] })),
  make('P23', '', undefined, 'persistentvolumes', cluster('v1', 'PersistentVolume', { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp' } } })),
  look('P23', 'list', base('', other), 'persistentvolumeclaims'),
  look('P24', 'list', base(SNAPSHOTS, other), 'volumesnapshots', SNAPSHOTS),
  make('P24', SNAPSHOTS, own, 'volumesnapshots', cluster(`${SNAPSHOTS}/v1`, 'VolumeSnapshot')),
  make('P24', SNAPSHOTS, undefined, 'volumesnapshotcontents', cluster(`${SNAPSHOTS}/v1`, 'VolumeSnapshotContent')),
  part('P29', 'GET', `${base('', other)}/pods/probe/log`, 'get', 'pods/log'),
  look('P29', 'list', base('', other), 'events'),
];

/** A definition of a kind without any rules. */
export function definition(plural: string, kind: string, group: string, scope: 'Namespaced' | 'Cluster'): { apiVersion: string; kind: string; metadata: { name: string; annotations: Record<string, string> }; spec: Record<string, unknown> } {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    // Names of Kubernetes' own groups ask for where they were agreed on.
    metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' } },
    spec: { group, scope, names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }] },
  };
}
