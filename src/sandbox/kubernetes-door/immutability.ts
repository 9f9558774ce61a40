import { invalid } from './api-error.js';
import type { StatusCause } from './api-error.js';
import type { KindInfo } from './kinds.js';
import { sameJson } from './objects.js';
import type { KubeObject, Loose } from './objects.js';
import { parseQuantity } from './quantity.js';
import { validateObject, wrong } from './validation.js';

/** Fields of a spec that may never change, by kind. */
const IMMUTABLE: Record<string, string[]> = {
  Deployment: ['selector'],
  ReplicaSet: ['selector'],
  DaemonSet: ['selector'],
  Job: ['selector', 'completionMode', 'template', 'completions'],
  PersistentVolume: ['csi', 'nodeAffinity'],
};
const STATEFUL_SET_MUTABLE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];

const changesOutside = (before: Loose, after: Loose, allowed: readonly string[]): boolean => {
  const strip = (spec: Loose): Loose => Object.fromEntries(Object.entries(spec).filter(([key]) => !allowed.includes(key)));
  return !sameJson(strip(before), strip(after));
};

const claimProblems = (before: KubeObject, after: KubeObject): StatusCause[] => {
  const [old, now] = [before.spec as Loose, after.spec as Loose];
  const bindsNow = old['volumeName'] === undefined && now['volumeName'] !== undefined;
  if (changesOutside(old, now, ['resources', 'volumeAttributesClassName', ...(bindsNow ? ['volumeName'] : [])])) {
    return [{ reason: 'FieldValueForbidden', message: 'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims', field: 'spec' }];
  }
  const [was, wanted] = [old['resources']?.requests?.storage as string, now['resources']?.requests?.storage as string];
  if (parseQuantity(wanted) < parseQuantity(was)) {
    return [{ reason: 'FieldValueForbidden', message: 'Forbidden: field can not be less than status.capacity', field: 'spec.resources.requests.storage' }];
  }
  if (was !== wanted && (before.status as Loose | undefined)?.['phase'] !== 'Bound') {
    return [{ reason: 'FieldValueForbidden', message: 'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims', field: 'spec' }];
  }
  return [];
};

const immutableProblems = (before: KubeObject, after: KubeObject): StatusCause[] => {
  const [old, now] = [(before.spec ?? {}) as Loose, (after.spec ?? {}) as Loose];
  switch (before.kind) {
    case 'PersistentVolumeClaim':
      return claimProblems(before, after);
    case 'StatefulSet':
      return changesOutside(old, now, STATEFUL_SET_MUTABLE) ?
          [{ reason: 'FieldValueForbidden', message: `Forbidden: updates to statefulset spec for fields other than ${STATEFUL_SET_MUTABLE.map((field) => `'${field}'`).join(', ')} are forbidden`, field: 'spec' }]
        : [];
    case 'Service':
      return old['type'] !== 'ExternalName' && now['type'] !== 'ExternalName' && old['clusterIP'] && old['clusterIP'] !== now['clusterIP'] ?
          [wrong('spec.clusterIP', now['clusterIP'] ?? '', 'field is immutable')] : [];
    case 'Secret':
    case 'ConfigMap':
      return before['immutable'] === true && (!sameJson(before['data'], after['data']) || after['immutable'] !== true) ?
          [{ reason: 'FieldValueForbidden', message: 'Forbidden: field is immutable when `immutable` is set', field: 'data' }]
        : before.kind === 'Secret' && before['type'] !== after['type'] ? [wrong('type', after['type'], 'field is immutable')] : [];
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return sameJson(before['roleRef'], after['roleRef']) ? [] : [wrong('roleRef', after['roleRef'], 'cannot change roleRef')];
    case 'StorageClass':
      return sameJson([before['provisioner'], before['parameters'], before['reclaimPolicy'], before['volumeBindingMode']],
        [after['provisioner'], after['parameters'], after['reclaimPolicy'], after['volumeBindingMode']]) ? []
        : [{ reason: 'FieldValueForbidden', message: 'Forbidden: updates to parameters, provisioner, reclaimPolicy and volumeBindingMode are forbidden.', field: 'parameters' }];
    case 'Pod':
      return changesOutside(podShape(old), podShape(now), ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds', 'schedulingGates']) ?
          [{ reason: 'FieldValueForbidden', message: 'Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds`, `spec.tolerations` or `spec.terminationGracePeriodSeconds`', field: 'spec' }]
        : [];
    default:
      return (IMMUTABLE[before.kind] ?? []).flatMap((field) =>
        sameJson(old[field], now[field]) ? [] : [wrong(`spec.${field}`, now[field], 'field is immutable')],
      );
  }
};

const podShape = (spec: Loose): Loose => {
  const anonymous = (items: Loose[] | undefined): Loose[] | undefined => items?.map((item) => ({ ...item, image: '' }));
  return { ...spec, containers: anonymous(spec['containers'] as Loose[]), initContainers: anonymous(spec['initContainers'] as Loose[] | undefined) };
};

/** @throws ApiError 422 when an update touches what may never change */
export const validateUpdate = (info: KindInfo, before: KubeObject, after: KubeObject): void => {
  validateObject(info, after);
  const causes = immutableProblems(before, after);
  if (causes.length > 0) throw invalid(info, after.metadata.name, causes);
};
