/** The kinds that the simulated API serves. A kind's name is unique here, so it doubles as its identifier. */
export interface KindInfo {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  shortNames: string[];
  categories: string[];
  /** Parts with a path of their own. */
  subresources: ('status' | 'scale' | 'log' | 'eviction' | 'finalize')[];
  /** Only POST: the answer is computed and nothing is stored. */
  review: boolean;
}

type Options = Partial<Pick<KindInfo, 'namespaced' | 'shortNames' | 'categories' | 'subresources' | 'review'>>;
type Row = [kind: string, plural: string, options?: Options];

const clusterWide = { namespaced: false };
const workload = (shortName: string | undefined, scalable = true): Options => ({
  shortNames: shortName ? [shortName] : [],
  categories: ['all'],
  subresources: scalable ? ['status', 'scale'] : ['status'],
});

const table: Record<string, Row[]> = {
  v1: [
    ['Namespace', 'namespaces', { namespaced: false, shortNames: ['ns'], subresources: ['status', 'finalize'] }],
    ['ConfigMap', 'configmaps', { shortNames: ['cm'] }],
    ['Secret', 'secrets'],
    ['Service', 'services', { shortNames: ['svc'], categories: ['all'], subresources: ['status'] }],
    ['ServiceAccount', 'serviceaccounts', { shortNames: ['sa'] }],
    ['Pod', 'pods', { shortNames: ['po'], categories: ['all'], subresources: ['status', 'log', 'eviction'] }],
    ['PersistentVolumeClaim', 'persistentvolumeclaims', { shortNames: ['pvc'], subresources: ['status'] }],
    ['PersistentVolume', 'persistentvolumes', { namespaced: false, shortNames: ['pv'], subresources: ['status'] }],
    ['Node', 'nodes', { namespaced: false, shortNames: ['no'], subresources: ['status'] }],
    ['Event', 'events', { shortNames: ['ev'] }],
    ['Endpoints', 'endpoints', { shortNames: ['ep'] }],
    ['LimitRange', 'limitranges', { shortNames: ['limits'] }],
    ['ResourceQuota', 'resourcequotas', { shortNames: ['quota'], subresources: ['status'] }],
  ],
  'apps/v1': [
    ['Deployment', 'deployments', workload('deploy')],
    ['StatefulSet', 'statefulsets', workload('sts')],
    ['ReplicaSet', 'replicasets', workload('rs')],
    ['DaemonSet', 'daemonsets', workload('ds', false)],
    ['ControllerRevision', 'controllerrevisions'],
  ],
  'batch/v1': [
    ['Job', 'jobs', workload(undefined, false)],
    ['CronJob', 'cronjobs', workload('cj', false)],
  ],
  'networking.k8s.io/v1': [
    ['NetworkPolicy', 'networkpolicies', { shortNames: ['netpol'] }],
    ['Ingress', 'ingresses', { shortNames: ['ing'], subresources: ['status'] }],
    ['IngressClass', 'ingressclasses', clusterWide],
  ],
  'policy/v1': [['PodDisruptionBudget', 'poddisruptionbudgets', { shortNames: ['pdb'], subresources: ['status'] }]],
  'rbac.authorization.k8s.io/v1': [
    ['Role', 'roles'],
    ['RoleBinding', 'rolebindings'],
    ['ClusterRole', 'clusterroles', clusterWide],
    ['ClusterRoleBinding', 'clusterrolebindings', clusterWide],
  ],
  'storage.k8s.io/v1': [
    ['StorageClass', 'storageclasses', { namespaced: false, shortNames: ['sc'] }],
    ['CSINode', 'csinodes', clusterWide],
    ['VolumeAttachment', 'volumeattachments', { namespaced: false, subresources: ['status'] }],
  ],
  'coordination.k8s.io/v1': [['Lease', 'leases']],
  'admissionregistration.k8s.io/v1': [
    ['ValidatingAdmissionPolicy', 'validatingadmissionpolicies', { namespaced: false, subresources: ['status'] }],
    ['ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings', clusterWide],
  ],
  'discovery.k8s.io/v1': [['EndpointSlice', 'endpointslices']],
  'scheduling.k8s.io/v1': [['PriorityClass', 'priorityclasses', { namespaced: false, shortNames: ['pc'] }]],
  'authorization.k8s.io/v1': [
    ['SelfSubjectAccessReview', 'selfsubjectaccessreviews', { namespaced: false, review: true }],
    ['SelfSubjectRulesReview', 'selfsubjectrulesreviews', { namespaced: false, review: true }],
  ],
  'authentication.k8s.io/v1': [['SelfSubjectReview', 'selfsubjectreviews', { namespaced: false, review: true }]],
};

const groupVersionOf = (apiVersion: string): { group: string; version: string } => {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
};

export const kinds: readonly KindInfo[] = Object.entries(table).flatMap(([apiVersion, rows]) =>
  rows.map(([kind, plural, options]) => ({
    ...groupVersionOf(apiVersion),
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced: true,
    shortNames: [],
    categories: [],
    subresources: [],
    review: false,
    ...options,
  })),
);

const byKind = new Map(kinds.map((info) => [info.kind, info]));
const byPath = new Map(kinds.map((info) => [`${info.group}/${info.version}/${info.plural}`, info]));

/** The kind of this name. @throws Error when the API does not serve it (a defect of the caller) */
export const kindInfo = (kind: string): KindInfo => {
  const info = byKind.get(kind);
  if (!info) throw new Error(`the sandbox does not know the kind ${kind}`);
  return info;
};

export const findKind = (group: string, version: string, plural: string): KindInfo | undefined => byPath.get(`${group}/${version}/${plural}`);

export const apiVersionOf = (info: Pick<KindInfo, 'group' | 'version'>): string =>
  info.group === '' ? info.version : `${info.group}/${info.version}`;

/** `deployments.apps`, as error messages name a resource. */
export const qualifiedPlural = (info: KindInfo): string => (info.group === '' ? info.plural : `${info.plural}.${info.group}`);

/** Groups in the order in which discovery lists them, the core group ('') first. */
export const groups = (): { group: string; version: string; kinds: KindInfo[] }[] =>
  Object.keys(table).map((apiVersion) => {
    const { group, version } = groupVersionOf(apiVersion);
    return { group, version, kinds: kinds.filter((info) => info.group === group && info.version === version) };
  });
