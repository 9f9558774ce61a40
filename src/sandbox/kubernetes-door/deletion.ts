import { conflict, forbidden, success } from './api-error.js';
import type { StatusBody } from './api-error.js';
import { kindInfo } from './kinds.js';
import { copyOf, isRecord, timestamp } from './objects.js';
import type { KubeObject, Loose } from './objects.js';
import type { Matcher } from './selectors.js';
import type { ObjectStore } from './store.js';

export interface DeleteOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
}

const PERMANENT_NAMESPACES = ['default', 'kube-system', 'kube-public'];

/** The options of a DELETE: its body if it has one, else its query. */
export const deleteOptions = (body: unknown, query: URLSearchParams): DeleteOptions => {
  const given: Loose = isRecord(body) ? body : {};
  const orphans: unknown = given['orphanDependents'] ?? (query.has('orphanDependents') ? query.get('orphanDependents') === 'true' : undefined);
  const propagation = (given['propagationPolicy'] ?? query.get('propagationPolicy') ?? (orphans === true ? 'Orphan' : undefined)) as DeleteOptions['propagationPolicy'];
  const grace: unknown = given['gracePeriodSeconds'] ?? query.get('gracePeriodSeconds') ?? undefined;
  const dryRun = ((given['dryRun'] as string[] | undefined) ?? query.getAll('dryRun')).includes('All');
  return {
    ...(propagation ? { propagationPolicy: propagation } : {}),
    ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(isRecord(given['preconditions']) ? { preconditions: given['preconditions'] } : {}),
    dryRun,
  };
};

/** A pod on a node gets its time to stop; one that never started or has ended goes at once. */
const graceOf = (object: KubeObject, asked: number | undefined): number => {
  if (object.kind !== 'Pod') return 0;
  if (!object.spec?.nodeName || ['Succeeded', 'Failed'].includes(object.status?.phase as string)) return 0;
  return asked ?? Number(object.spec?.terminationGracePeriodSeconds ?? 30);
};

/**
 * Deletes an object, or marks it as being deleted while finalizers, a grace period or a namespace's contents hold it.
 * Returns what the API answers: a Status if the object is gone, else the object. @throws ApiError 404, 409, 403
 */
export const deleteObject = (
  store: ObjectStore,
  kind: string,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions = {},
): KubeObject | StatusBody => {
  const info = kindInfo(kind);
  const live = store.get(kind, namespace, name);
  const { uid, resourceVersion } = options.preconditions ?? {};
  if ((uid && uid !== live.metadata.uid) || (resourceVersion && resourceVersion !== live.metadata.resourceVersion)) {
    throw conflict(info, name, `Precondition failed: UID in precondition: ${uid ?? ''}, UID in object meta: ${live.metadata.uid ?? ''}`);
  }
  if (kind === 'Namespace' && PERMANENT_NAMESPACES.includes(name)) throw forbidden(info, name, 'this namespace may not be deleted');
  const marked = copyOf(live);
  const { metadata } = marked;
  metadata.deletionTimestamp ??= timestamp();
  const grace = graceOf(live, options.gracePeriodSeconds);
  metadata.deletionGracePeriodSeconds = Math.min(grace, live.metadata.deletionGracePeriodSeconds ?? grace);
  if (options.propagationPolicy === 'Foreground') metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), 'foregroundDeletion'])];
  if (options.propagationPolicy === 'Orphan') metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), 'orphan'])];
  if (kind === 'Namespace') marked.status = { ...(marked.status as Loose | undefined), phase: 'Terminating' };
  if (options.dryRun) return marked;
  const result = store.replace(marked);
  const held = store.find(kind, namespace, name)?.metadata.uid === live.metadata.uid;
  return held ? result : success(info, name, live.metadata.uid);
};

/** Deletes all that match, and returns them as they were. */
export const deleteCollection = (store: ObjectStore, kind: string, namespace: string | undefined, matches: Matcher, options: DeleteOptions): KubeObject[] => {
  const found = store.list(kind, namespace).filter(matches);
  for (const object of found) deleteObject(store, kind, object.metadata.namespace, object.metadata.name, options);
  return found;
};
