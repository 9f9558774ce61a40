import { badRequest } from './api-error.js';
import type { KubeObject, Loose } from './objects.js';

export type Matcher = (object: KubeObject) => boolean;

/** What a workload, a Service or a policy selects by. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

const everything: Matcher = () => true;

const isOneOf = (operator: string, values: readonly string[], value: string | undefined): boolean => {
  switch (operator) {
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case 'doesnotexist':
      return value === undefined;
    default:
      throw badRequest(`"${operator}" is not a valid label selector operator`);
  }
};

/** Splits at commas that are not inside parentheses. */
const splitTerms = (text: string): string[] => text.split(/,(?![^(]*\))/).map((term) => term.trim()).filter((term) => term !== '');

const labelTerm = (term: string): ((labels: Record<string, string>) => boolean) => {
  const set = /^([^\s!=()]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return (labels) => isOneOf(set[2] ?? '', values, labels[set[1] ?? '']);
  }
  const equality = /^([^\s!=()]+)\s*(==|=|!=)\s*([^\s!=()]*)$/.exec(term);
  if (equality) return (labels) => isOneOf(equality[2] === '!=' ? 'notin' : 'in', [equality[3] ?? ''], labels[equality[1] ?? '']);
  const presence = /^(!?)\s*([^\s!=()]+)$/.exec(term);
  if (presence) return (labels) => isOneOf(presence[1] === '!' ? 'doesnotexist' : 'exists', [], labels[presence[2] ?? '']);
  throw badRequest(`unable to parse requirement: "${term}"`);
};

/** The matcher of a `labelSelector` query, for example `app in (a,b),!legacy`. @throws ApiError 400 */
export const parseLabelSelector = (text: string | null | undefined): Matcher => {
  if (!text) return everything;
  const terms = splitTerms(text).map(labelTerm);
  return (object) => terms.every((matches) => matches(object.metadata.labels ?? {}));
};

const fieldOf = (object: KubeObject, path: string): string => {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Loose | undefined)?.[key], object);
  return value === undefined || value === null ? '' : String(value);
};

const EVENT_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((field) => `involvedObject.${field}`);
const FIELDS: Record<string, string[]> = {
  Pod: ['status.phase', 'spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'status.podIP'],
  Event: [...EVENT_FIELDS, 'reason', 'type', 'source', 'reportingComponent'],
  Namespace: ['status.phase'],
  Secret: ['type'],
  Node: ['spec.unschedulable'],
  Job: ['status.successful'],
};

/** The matcher of a `fieldSelector` query for the fields that the kind has an index for. @throws ApiError 400 */
export const parseFieldSelector = (kind: string, text: string | null | undefined): Matcher => {
  if (!text) return everything;
  const terms = splitTerms(text).map((term) => {
    const parsed = /^([^!=]+)(==|=|!=)(.*)$/.exec(term);
    if (!parsed) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    const [, field = '', operator, value = ''] = parsed;
    if (field !== 'metadata.name' && field !== 'metadata.namespace' && !(FIELDS[kind] ?? []).includes(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    return (object: KubeObject): boolean => (fieldOf(object, field) === value) === (operator !== '!=');
  });
  return (object) => terms.every((matches) => matches(object));
};

/** Whether labels fit a selector as written in an object. A missing selector fits nothing, an empty one everything. */
export const matchesSelector = (selector: LabelSelector | undefined, labels: Record<string, string> | undefined): boolean => {
  if (!selector) return false;
  const present = labels ?? {};
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => present[key] === value) &&
    (selector.matchExpressions ?? []).every((term) => isOneOf(term.operator.toLowerCase(), term.values ?? [], present[term.key]))
  );
};

/** The selector in the form of a query, as the scale subresource reports it. */
export const selectorText = (selector: LabelSelector | undefined): string =>
  [
    ...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`),
    ...(selector?.matchExpressions ?? []).map((term) =>
      term.operator === 'Exists' ? term.key
      : term.operator === 'DoesNotExist' ? `!${term.key}`
      : `${term.key} ${term.operator.toLowerCase()} (${(term.values ?? []).join(',')})`,
    ),
  ].join(',');
