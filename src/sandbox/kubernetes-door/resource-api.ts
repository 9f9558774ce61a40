import { randomBytes, randomUUID } from 'node:crypto';

import { allocateForService } from './allocation.js';
import type { ApiError} from './api-error.js';
import { alreadyExists, applyConflict, badRequest, conflict, forbidden, notFound, unsupportedMediaType } from './api-error.js';
import { applyCreationDefaults, applyDefaults } from './defaults.js';
import { apiVersionOf, kindInfo } from './kinds.js';
import type { KindInfo } from './kinds.js';
import { trackUpdate } from './managed-fields.js';
import { copyOf, isRecord, timestamp } from './objects.js';
import type { KubeObject, Loose } from './objects.js';
import { jsonPatch, mergePatch } from './patches.js';
import { carryOver, chooseStorageClass, nameJobPods, omitEmpty } from './server-fields.js';
import { serverSideApply } from './server-side-apply.js';
import type { ObjectStore } from './store.js';
import { strategicMergePatch } from './strategic-merge.js';
import { validateUpdate } from './immutability.js';
import { checkShape, validateObject } from './validation.js';

export interface WriteOptions {
  dryRun?: boolean;
  fieldManager?: string;
  /** Server-side apply: take fields over from their owners. */
  force?: boolean;
}

export type Part = 'status' | 'finalize' | undefined;

export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

const DEFAULT_MANAGER = 'unknown';
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** The random end of a generated name: five letters that spell no word. */
export const nameSuffix = (length = 5): string => [...randomBytes(length)].map((byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('');

const hasStatusPart = (info: KindInfo): boolean => info.subresources.includes('status');

/**
 * What the API server does between a request and the store: defaults, validation, optimistic locking, field ownership, dry runs.
 * Admission, quota and RBAC are deliberately absent. Every method throws ApiError.
 */
export class ResourceApi {
  constructor(private readonly store: ObjectStore) {}

  create(kind: string, namespace: string | undefined, body: unknown, options: WriteOptions = {}): KubeObject {
    const info = kindInfo(kind);
    const object = this.#accept(info, namespace, body);
    if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
    object.metadata.name ??= '';
    if (object.metadata.name === '' && object.metadata.generateName) object.metadata.name = `${object.metadata.generateName.slice(0, 58)}${nameSuffix()}`;
    if (object.metadata.name === '') throw badRequest('name or generateName is required');
    delete object.metadata.managedFields;
    const wanted = this.#prepare(info, object);
    wanted.metadata.managedFields = trackUpdate(undefined, this.#declared(object), this.#writer(info, options));
    return this.#insert(info, wanted, options);
  }

  update(kind: string, namespace: string | undefined, name: string, body: unknown, options: WriteOptions = {}, part?: Part): KubeObject {
    const info = kindInfo(kind);
    const object = this.#accept(info, namespace, body);
    if (object.metadata.name && object.metadata.name !== name) {
      throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`);
    }
    object.metadata.name = name;
    return this.#replace(info, this.store.get(kind, namespace, name), object, options, part);
  }

  patch(kind: string, namespace: string | undefined, name: string, type: string, body: unknown, options: WriteOptions = {}, part?: Part): KubeObject {
    const info = kindInfo(kind);
    if (type === PATCH_TYPES.apply) return this.#apply(info, namespace, name, body, options, part);
    const live = this.store.get(kind, namespace, name);
    const patched = this.#patched(kind, live, type, body);
    if (!isRecord(patched) || !isRecord(patched['metadata'])) throw badRequest('the patch leaves no object');
    return this.#replace(info, live, patched as unknown as KubeObject, options, part);
  }

  #patched(kind: string, live: KubeObject, type: string, body: unknown): unknown {
    switch (type) {
      case PATCH_TYPES.json:
        return jsonPatch(live, body);
      case PATCH_TYPES.merge:
        return mergePatch(live, body);
      case PATCH_TYPES.strategic:
        return strategicMergePatch(kind, live, body);
      default:
        throw unsupportedMediaType(Object.values(PATCH_TYPES));
    }
  }

  #apply(info: KindInfo, namespace: string | undefined, name: string, body: unknown, options: WriteOptions, part: Part): KubeObject {
    const applied = this.#accept(info, namespace, body);
    applied.metadata.name = name;
    for (const field of ['managedFields', 'uid', 'creationTimestamp', 'generation'] as const) delete applied.metadata[field];
    if (part === undefined && hasStatusPart(info)) delete applied.status;
    if (info.kind === 'Namespace') delete applied.spec;
    // Write-only: it is stored as data, and owned as such.
    if (info.kind === 'Secret') applyDefaults(applied);
    if (!options.fieldManager) throw badRequest('PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch');
    const live = this.store.find(info.kind, namespace, name);
    const given = applied.metadata.resourceVersion;
    delete applied.metadata.resourceVersion;
    if (given && given !== live?.metadata.resourceVersion) {
      throw live ? modified(info, name) : notFound(info, name);
    }
    const writer = { manager: options.fieldManager, operation: 'Apply' as const, apiVersion: apiVersionOf(info), subresource: part };
    const { object, conflicts } = serverSideApply(live, applied, writer, options.force ?? false);
    if (conflicts.length > 0) throw applyConflict(info, name, conflicts);
    if (!live) {
      const wanted = this.#prepare(info, object);
      return this.#insert(info, wanted, options);
    }
    return this.#store(info, live, object, options, part);
  }

  /** Checks that a body is an object of this kind and place, and returns a copy to work on. */
  #accept(info: KindInfo, namespace: string | undefined, body: unknown): KubeObject {
    if (!isRecord(body)) throw badRequest('the body of the request is not an object');
    const object = copyOf(body) as unknown as KubeObject;
    object.kind ??= info.kind;
    object.apiVersion ??= apiVersionOf(info);
    if (object.kind !== info.kind || object.apiVersion !== apiVersionOf(info)) {
      throw badRequest(`the object provided (${object.apiVersion}, Kind=${object.kind}) does not match the resource ${apiVersionOf(info)}, Kind=${info.kind}`);
    }
    object.metadata = isRecord(object.metadata) ? object.metadata : ({} as KubeObject['metadata']);
    if (!info.namespaced) delete object.metadata.namespace;
    else if (namespace !== undefined) {
      if (object.metadata.namespace && object.metadata.namespace !== namespace) {
        throw badRequest(`the namespace of the provided object does not match the namespace sent on the request (${object.metadata.namespace}, ${namespace})`);
      }
      object.metadata.namespace = namespace;
    }
    omitEmpty(object.metadata);
    checkShape(info, object);
    return object;
  }

  #writer(info: KindInfo, options: WriteOptions, part?: Part): Parameters<typeof trackUpdate>[2] {
    return { manager: options.fieldManager || DEFAULT_MANAGER, operation: 'Update', apiVersion: apiVersionOf(info), subresource: part };
  }

  /** What the writer itself has set, before defaults: the status of a new object is never theirs. */
  #declared(object: KubeObject): KubeObject {
    const declared = copyOf(object);
    if (hasStatusPart(kindInfo(object.kind))) delete declared.status;
    return declared;
  }

  #prepare(info: KindInfo, object: KubeObject): KubeObject {
    const wanted = copyOf(object);
    const { metadata } = wanted;
    for (const field of ['uid', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) delete metadata[field];
    if (hasStatusPart(info) && info.kind !== 'Node' && info.kind !== 'PersistentVolume') delete wanted.status;
    applyDefaults(wanted);
    applyCreationDefaults(wanted);
    validateObject(info, wanted);
    if (info.kind === 'Service') allocateForService(this.store, wanted);
    if (info.kind === 'PersistentVolumeClaim') chooseStorageClass(this.store, wanted);
    if (info.kind === 'Job') nameJobPods(wanted);
    return wanted;
  }

  #insert(info: KindInfo, object: KubeObject, options: WriteOptions): KubeObject {
    const { name, namespace } = object.metadata;
    if (info.namespaced) {
      const home = this.store.find('Namespace', undefined, namespace ?? '');
      if (!home) throw notFound(kindInfo('Namespace'), namespace ?? '');
      if (home.metadata.deletionTimestamp) {
        throw forbidden(info, name, `unable to create new content in namespace ${namespace ?? ''} because it is being terminated`, [
          { reason: 'NamespaceTerminating', message: `namespace ${namespace ?? ''} is being terminated`, field: 'metadata.namespace' },
        ]);
      }
    }
    if (!options.dryRun) return this.store.insert(object);
    if (this.store.find(info.kind, namespace, name)) throw alreadyExists(info, name);
    return { ...object, metadata: { ...object.metadata, uid: randomUUID(), creationTimestamp: timestamp() } };
  }

  /** The path of PUT and of every patch but apply. */
  #replace(info: KindInfo, live: KubeObject, object: KubeObject, options: WriteOptions, part: Part): KubeObject {
    const { name } = live.metadata;
    const { uid, resourceVersion } = object.metadata;
    if (uid && uid !== live.metadata.uid) {
      throw conflict(info, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid ?? ''}`);
    }
    if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) throw modified(info, name);
    checkShape(info, object);
    const next = this.#merged(live, object, part);
    next.metadata.managedFields = live.metadata.managedFields ?? [];
    const declared = { ...next, metadata: { ...next.metadata } };
    next.metadata.managedFields = trackUpdate(live, declared, this.#writer(info, options, part));
    return this.#store(info, live, next, options, part);
  }

  /** Only the addressed part of an object is taken from the request. */
  #merged(live: KubeObject, object: KubeObject, part: Part): KubeObject {
    if (part === 'status') return { ...copyOf(live), status: object.status as unknown };
    if (part === 'finalize') return { ...copyOf(live), spec: { ...(live.spec as Loose), finalizers: (object.spec as Loose | undefined)?.['finalizers'] ?? [] } };
    const next = { ...object, metadata: { ...object.metadata } };
    if (hasStatusPart(kindInfo(live.kind))) {
      if (live.status === undefined) delete next.status;
      else next.status = live.status as unknown;
    }
    if (live.kind === 'Namespace') next.spec = live.spec as unknown;
    return next;
  }

  #store(info: KindInfo, live: KubeObject, wanted: KubeObject, options: WriteOptions, part: Part): KubeObject {
    // A patch shares what it did not touch with the stored object, which must not see the defaults below.
    const next = copyOf(wanted);
    const { metadata } = next;
    for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
      delete metadata[field];
      if (live.metadata[field] !== undefined) Object.assign(metadata, { [field]: live.metadata[field] });
    }
    if (live.metadata.namespace !== undefined) metadata.namespace = live.metadata.namespace;
    omitEmpty(metadata);
    if (part === undefined) {
      applyDefaults(next);
      carryOver(live, next);
      if (info.kind === 'Service') allocateForService(this.store, next);
      validateUpdate(info, live, next);
    }
    if (!options.dryRun) return this.store.replace(next);
    return { ...next, metadata: { ...metadata, resourceVersion: live.metadata.resourceVersion ?? '' } };
  }
}

const modified = (info: KindInfo, name: string): ApiError =>
  conflict(info, name, 'the object has been modified; please apply your changes to the latest version and try again');
