/**
 * How the lists of the built-in kinds merge. A list that is not named here is replaced as a whole.
 * The keys are those of the Kubernetes API reference ("patch strategy: merge", "Map: unique values on key").
 */
export interface ListRule {
  /** The field that tells items apart in a strategic merge patch. Absent for a set of plain values. */
  patchKey?: string;
  /** The fields that tell items apart in server-side apply. Empty for a set of plain values. */
  applyKeys: string[];
}

const byField = (patchKey: string, ...more: string[]): ListRule => ({ patchKey, applyKeys: [patchKey, ...more] });
const set: ListRule = { applyKeys: [] };

const rules: Record<string, ListRule> = {
  containers: byField('name'),
  initContainers: byField('name'),
  ephemeralContainers: byField('name'),
  volumes: byField('name'),
  env: byField('name'),
  imagePullSecrets: byField('name'),
  volumeMounts: byField('mountPath'),
  volumeDevices: byField('devicePath'),
  hostAliases: byField('ip'),
  topologySpreadConstraints: byField('topologyKey', 'whenUnsatisfiable'),
  conditions: byField('type'),
  ownerReferences: byField('uid'),
  resourceClaims: byField('name'),
  schedulingGates: byField('name'),
  podIPs: byField('ip'),
  matchConditions: byField('name'),
  variables: byField('name'),
  finalizers: set,
};

const scoped: Record<string, Record<string, ListRule>> = {
  Service: { ports: byField('port', 'protocol') },
  ServiceAccount: { secrets: byField('name') },
  Node: { addresses: byField('type') },
  CSINode: { drivers: byField('name') },
  ValidatingAdmissionPolicy: { auditAnnotations: byField('key') },
};

/**
 * The rule of the list at `path` in an object of `kind`; undefined for a list that is replaced as a whole.
 * `ports` of a container and of a Service have different keys; `env` inside `data` of a ConfigMap is no list at all.
 */
export const listRule = (kind: string, path: readonly string[]): ListRule | undefined => {
  const field = path[path.length - 1] ?? '';
  const own = scoped[kind];
  if (own && Object.hasOwn(own, field)) return own[field];
  if (field === 'ports' && path.some((part) => part === 'containers' || part === 'initContainers')) return byField('containerPort', 'protocol');
  // The template of a StatefulSet's claims and a policy's expressions reuse some names with other meanings.
  if (path.includes('volumeClaimTemplates')) return undefined;
  return Object.hasOwn(rules, field) ? rules[field] : undefined;
};

/** Fields of the apply keys that may be left out, with what they then stand for. */
export const KEY_DEFAULTS: Record<string, string> = { protocol: 'TCP' };

/** Objects that have one owner as a whole: a label selector must not be merged from two writers' halves. */
export const isAtomicMap = (path: readonly string[]): boolean => {
  const field = path[path.length - 1] ?? '';
  return ['labelSelector', 'namespaceSelector', 'podSelector', 'objectSelector', 'fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'nodeSelector'].includes(field) ||
    (field === 'selector' && path[0] === 'spec');
};
