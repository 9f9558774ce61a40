import { badRequest, invalid } from './api-error.js';
import type { StatusCause } from './api-error.js';
import type { KindInfo } from './kinds.js';
import { isRecord } from './objects.js';
import type { KubeObject, Loose } from './objects.js';
import { matchesSelector } from './selectors.js';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const nameProblem = (kind: string, name: string): string | undefined => {
  if (['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].includes(kind)) {
    return name === '' || name === '.' || name === '..' || /[/%]/.test(name) ? "may not be '.', '..' or contain '/' or '%'" : undefined;
  }
  if (kind === 'Service') {
    return LABEL_1035.test(name) && name.length <= 63 ? undefined
      : 'a DNS-1035 label must consist of lower case alphanumeric characters or \'-\', start with an alphabetic character, and end with an alphanumeric character, and be no more than 63 characters';
  }
  if (kind === 'Namespace' || kind === 'StatefulSet' || kind === 'CronJob' || kind === 'Job') {
    return LABEL.test(name) && name.length <= 63 ? undefined
      : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character, and be no more than 63 characters";
  }
  return SUBDOMAIN.test(name) && name.length <= 253 ? undefined
    : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character, and be no more than 253 characters";
};

export const wrong = (field: string, value: unknown, why: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
});
const missing = (field: string, why = ''): StatusCause => ({ reason: 'FieldValueRequired', message: `Required value${why ? `: ${why}` : ''}`, field });

const labelProblems = (labels: Record<string, string> | undefined, field: string): StatusCause[] =>
  Object.entries(labels ?? {}).flatMap(([key, value]) => {
    const [name = '', prefix] = key.split('/').reverse();
    const problems: StatusCause[] = [];
    if (!LABEL_NAME.test(name) || name.length > 63 || (prefix !== undefined && !SUBDOMAIN.test(prefix))) {
      problems.push(wrong(field, key, 'name part must consist of alphanumeric characters, \'-\', \'_\' or \'.\', and be no more than 63 characters'));
    }
    if (!LABEL_VALUE.test(value) || value.length > 63) {
      problems.push(wrong(field, value, "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and be no more than 63 characters"));
    }
    return problems;
  });

/** Where the API has strings, a decoder refuses numbers and booleans: the trap of YAML values such as `y` and `1e3` without quotes. */
const requireStrings = (kind: string, holder: unknown, path: string): void => {
  if (holder === undefined || holder === null) return;
  if (!isRecord(holder)) throw badRequest(`${kind} in version "v1" cannot be handled as a ${kind}: ${path} must be a map of strings`);
  for (const [key, value] of Object.entries(holder)) {
    if (typeof value === 'string') continue;
    throw badRequest(
      `${kind} in version "v1" cannot be handled as a ${kind}: json: cannot unmarshal ${typeof value === 'object' ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value} into Go struct field of type string: ${path}.${key}`,
    );
  }
};

/** What a decoder would refuse before any validation. @throws ApiError 400 */
export const checkShape = (info: KindInfo, object: KubeObject): void => {
  requireStrings(info.kind, object.metadata.labels, 'metadata.labels');
  requireStrings(info.kind, object.metadata.annotations, 'metadata.annotations');
  if (info.kind === 'ConfigMap' || info.kind === 'Secret') requireStrings(info.kind, object['data'], 'data');
  if (info.kind === 'Secret') {
    requireStrings(info.kind, object['stringData'], 'stringData');
    for (const [key, value] of Object.entries((object['data'] ?? {}) as Record<string, string>)) {
      if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) throw badRequest(`Secret in version "v1" cannot be handled as a Secret: illegal base64 data: data.${key}`);
    }
  }
  const template: unknown = isRecord(object.spec) ? object.spec['template'] : undefined;
  if (isRecord(template) && isRecord(template['metadata'])) {
    requireStrings(info.kind, template['metadata']['labels'], 'spec.template.metadata.labels');
    requireStrings(info.kind, template['metadata']['annotations'], 'spec.template.metadata.annotations');
  }
};

const containerProblems = (spec: Loose | undefined, field: string): StatusCause[] => {
  const containers = (spec?.['containers'] ?? []) as Loose[];
  if (containers.length === 0) return [missing(`${field}.containers`)];
  return [...containers.map((item, index) => ({ item, at: `${field}.containers[${index}]` })),
    ...((spec?.['initContainers'] ?? []) as Loose[]).map((item, index) => ({ item, at: `${field}.initContainers[${index}]` }))].flatMap(({ item, at }) => [
    ...(typeof item['name'] === 'string' && LABEL.test(item['name']) && item['name'].length <= 63 ? [] : [wrong(`${at}.name`, item['name'] ?? '', 'a lowercase RFC 1123 label is required')]),
    ...(item['image'] ? [] : [missing(`${at}.image`)]),
  ]);
};

const templateProblems = (object: KubeObject): StatusCause[] => {
  const spec = object.spec as Loose | undefined;
  const template = spec?.['template'] as Loose | undefined;
  const labels = (template?.['metadata'] as Loose | undefined)?.['labels'] as Record<string, string> | undefined;
  return [
    ...labelProblems(labels, 'spec.template.metadata.labels'),
    ...containerProblems(template?.['spec'] as Loose | undefined, 'spec.template.spec'),
    ...(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet'].includes(object.kind) ?
      !spec?.['selector'] ? [missing('spec.selector')]
      : matchesSelector(spec['selector'] as Loose, labels) ? []
      : [wrong('spec.template.metadata.labels', labels ?? {}, '`selector` does not match template `labels`')]
    : []),
  ];
};

/** What a Secret or ConfigMap may hold in all, in bytes. helm keeps a whole release in one. */
const MOST_DATA = 1024 * 1024;

const dataProblems = (object: KubeObject): StatusCause[] => {
  const encoding = object.kind === 'Secret' ? 'base64' : 'utf8';
  const entries = Object.entries((object['data'] ?? {}) as Record<string, string>);
  const size = entries.reduce((sum, [, value]) => sum + Buffer.byteLength(value, encoding), 0);
  return [
    ...entries.flatMap(([key]) => (/^[-._a-zA-Z0-9]{1,253}$/.test(key) ? [] : [wrong(`data[${key}]`, key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.'")])),
    ...(size > MOST_DATA ? [{ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${MOST_DATA} bytes`, field: 'data' }] : []),
  ];
};

const specProblems = (object: KubeObject): StatusCause[] => {
  const spec = object.spec as Loose | undefined;
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicaSet':
    case 'DaemonSet':
    case 'Job':
      return templateProblems(object);
    case 'Pod':
      return containerProblems(spec, 'spec');
    case 'Service':
      return ((spec?.['ports'] ?? []) as Loose[]).length === 0 && spec?.['clusterIP'] !== 'None' && spec?.['type'] !== 'ExternalName' ?
          [missing('spec.ports')] : [];
    case 'PersistentVolumeClaim':
      return [
        ...(((spec?.['accessModes'] ?? []) as string[]).length === 0 ? [missing('spec.accessModes', 'at least 1 access mode is required')] : []),
        ...(spec?.['resources']?.requests?.storage === undefined ? [missing('spec.resources[storage]')] : []),
      ];
    case 'Secret':
    case 'ConfigMap':
      return dataProblems(object);
    default:
      return [];
  }
};

/** @throws ApiError 422 with one cause for each problem */
export const validateObject = (info: KindInfo, object: KubeObject): void => {
  const problem = nameProblem(info.kind, object.metadata.name);
  const causes = [
    ...(problem ? [wrong('metadata.name', object.metadata.name, problem)] : []),
    ...labelProblems(object.metadata.labels, 'metadata.labels'),
    ...specProblems(object),
  ];
  if (causes.length > 0) throw invalid(info, object.metadata.name, causes);
};
