import type { KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { parseMillicores } from '../tenant/quantities.js';
import type { Cluster } from './client.js';
import { readCollection } from './collection.js';
import type { ReleaseRevision } from './releases.js';
import { objectWords, type FoundObject } from './tenant-objects.js';

/** An object of a release that is not in the cluster as the release asks for it. */
export interface Stray extends FoundObject {
  /** Of which release. */
  release: string;
  state: 'missing' | 'changed';
}

type Fields = Record<string, unknown>;
type Asked = KubernetesObject & Fields;

/** Kinds that keep tenants apart: of these each field counts. Of the others, only that they are there: controllers write into them, and the cluster fills in much. */
const GUARDS = ['Namespace', 'NetworkPolicy', 'ResourceQuota', 'LimitRange', 'Role', 'RoleBinding', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'];

/** Kinds of our charts that lie in no namespace. The others lie in their release's unless they name one. */
const CLUSTER_WIDE = ['Namespace', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'];

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A quantity's size, in thousandths; undefined for what is none. */
const sizeOf = (value: unknown): number | undefined => {
  try {
    return parseMillicores(String(value));
  } catch {
    return undefined;
  }
};

/** The cluster writes a quantity in its own way: `0.5` as `500m`. */
const isSame = (asked: unknown, live: unknown): boolean => String(asked) === String(live) || (sizeOf(asked) !== undefined && sizeOf(asked) === sizeOf(live));

/** Whether everything that was asked for is so. What the cluster has added by itself is no matter: helm leaves it alone, too. */
const holds = (asked: unknown, live: unknown): boolean => {
  if (asked === undefined || asked === null) return true;
  if (Array.isArray(asked)) {
    const items = Array.isArray(live) ? (live as unknown[]) : [];
    return asked.length === items.length && asked.every((item, index) => holds(item, items[index]));
  }
  if (isFields(asked)) return Object.entries(asked).every(([key, value]) => holds(value, isFields(live) ? live[key] : undefined));
  return isSame(asked, live);
};

const contentOf = ({ metadata, status: _status, ...content }: Asked): Fields => ({ ...content, labels: metadata?.labels });

/** Every kind of ours has a regular plural. */
const pluralOf = (kind: string): string => kind.toLowerCase().replace(/y$/, 'ie').concat('s');

const collectionOf = (apiVersion: string, kind: string, namespace: string): string =>
  `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/${namespace === '' ? '' : `namespaces/${namespace}/`}${pluralOf(kind)}`;

const foundAs = ({ apiVersion = '', kind = '', metadata }: Asked, namespace = ''): FoundObject => ({ apiVersion, kind, namespace: CLUSTER_WIDE.includes(kind) ? '' : (metadata?.namespace ?? namespace), name: metadata?.name ?? '' });

interface Wanted {
  release: string;
  where: FoundObject;
  content: Fields;
}

const wantedBy = ({ release, namespace, manifest = '' }: ReleaseRevision): Wanted[] =>
  parseAllDocuments(manifest)
    .map((document) => document.toJS() as Asked | null)
    .flatMap((object) => (object === null ? [] : [{ release, where: foundAs(object, namespace), content: contentOf(object) }]));

/** Compares the objects of one kind with a list of what is there. */
const straysAmong = async (cluster: Cluster, wanted: readonly Wanted[], { apiVersion, kind }: FoundObject, signal: AbortSignal): Promise<Stray[]> => {
  const [namespace = '', ...others] = new Set(wanted.map(({ where }) => where.namespace));
  const path = collectionOf(apiVersion, kind, others.length === 0 ? namespace : '');
  // A list does not repeat the kind in each of its items.
  const { items } = await readCollection<Asked, Asked>(cluster, { path, read: (object) => ({ ...object, apiVersion, kind }), signal });
  const live = new Map(items.map((object) => [objectWords(foundAs(object)), contentOf(object)]));
  return wanted.flatMap(({ release, where, content }): Stray[] => {
    const found = live.get(objectWords(where));
    if (!found) return [{ ...where, release, state: 'missing' }];
    return GUARDS.includes(kind) && !holds(content, found) ? [{ ...where, release, state: 'changed' }] : [];
  });
};

/**
 * What of these releases somebody has removed from the cluster, or changed where that weakens what keeps tenants apart. Each kind is
 * listed once. Throws ApiException, or what `signal` aborts with.
 */
export const findStrays = async (cluster: Cluster, releases: readonly ReleaseRevision[], signal: AbortSignal): Promise<Stray[]> => {
  const kinds = new Map<string, Wanted[]>();
  for (const wanted of releases.flatMap(wantedBy)) {
    const kind = `${wanted.where.apiVersion} ${wanted.where.kind}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), wanted]);
  }
  const strays = await Promise.all([...kinds.values()].map(async (wanted) => (wanted[0] ? straysAmong(cluster, wanted, wanted[0].where, signal) : [])));
  return strays.flat();
};

const stateWords = ({ kind, state }: Stray): string => {
  if (state === 'changed') return 'was changed';
  return kind === 'PersistentVolumeClaim' ? 'is missing, with all that was on it' : 'is missing';
};

/** `networkpolicy/dns in tenant-acme is missing, resourcequota/tenant in tenant-acme was changed`. */
export const strayWords = (strays: readonly Stray[]): string => strays.map((stray) => `${objectWords(stray)} ${stateWords(stray)}`).join(', ');
