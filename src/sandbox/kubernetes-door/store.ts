import { randomUUID } from 'node:crypto';

import { alreadyExists, notFound } from './api-error.js';
import { apiVersionOf, kindInfo } from './kinds.js';
import { copyOf, keyOf, sameJson, timestamp } from './objects.js';
import type { KubeObject } from './objects.js';

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  kind: string;
  revision: number;
  object: KubeObject;
  /** The object before the change; a watch with a selector needs it to see an object leave. */
  previous?: KubeObject;
}

export interface StoreSnapshot {
  revision: number;
  objects: KubeObject[];
}

/** How many changes a watch can start behind. Older revisions are answered with 410 Gone. */
const REMEMBERED_CHANGES = 4000;

/**
 * The simulated cluster's memory: one table per kind, one revision counter for all, a log of recent changes.
 * It knows nothing of HTTP or validation. Objects that it hands out are shared: change them only through `mutate`.
 */
export class ObjectStore {
  #tables = new Map<string, Map<string, KubeObject>>();
  /** The keys of each table in order, until one comes or goes. */
  readonly #order = new Map<string, string[]>();
  #changes: Change[] = [];
  #revision = 1;
  #forgottenUpTo = 0;
  readonly #listeners = new Set<(change: Change) => void>();

  /** The revision of the newest change. */
  get revision(): number {
    return this.#revision;
  }

  #table(kind: string): Map<string, KubeObject> {
    let table = this.#tables.get(kind);
    if (!table) {
      table = new Map();
      this.#tables.set(kind, table);
    }
    return table;
  }

  find(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#tables.get(kind)?.get(keyOf(namespace, name));
  }

  /** @throws ApiError 404 */
  get(kind: string, namespace: string | undefined, name: string): KubeObject {
    const found = this.find(kind, namespace, name);
    if (!found) throw notFound(kindInfo(kind), name);
    return found;
  }

  /** All objects of a kind, or those of one namespace, by key. */
  list(kind: string, namespace?: string): KubeObject[] {
    const table = this.#tables.get(kind);
    if (!table) return [];
    let order = this.#order.get(kind);
    if (!order) {
      order = [...table.keys()].sort();
      this.#order.set(kind, order);
    }
    const found: KubeObject[] = [];
    for (const key of order) {
      const object = table.get(key);
      if (object && (namespace === undefined || object.metadata.namespace === namespace)) found.push(object);
    }
    return found;
  }

  /** How many objects of a kind there are. */
  count(kind: string): number {
    return this.#tables.get(kind)?.size ?? 0;
  }

  /** Every object of one namespace, of whatever kind. */
  listNamespace(namespace: string): KubeObject[] {
    return [...this.#tables.values()].flatMap((table) => [...table.values()].filter((object) => object.metadata.namespace === namespace));
  }

  all(): KubeObject[] {
    return [...this.#tables.values()].flatMap((table) => [...table.values()]);
  }

  /** Stores a new object; uid, creation time and revision are the store's. @throws ApiError 409 AlreadyExists */
  insert(object: Omit<KubeObject, 'apiVersion'> & { apiVersion?: string }): KubeObject {
    const info = kindInfo(object.kind);
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const table = this.#table(object.kind);
    if (table.has(key)) throw alreadyExists(info, object.metadata.name);
    const revision = this.#nextRevision();
    const { kind, metadata, ...rest } = object;
    const stored: KubeObject = {
      ...rest,
      kind,
      apiVersion: apiVersionOf(info),
      metadata: {
        ...metadata,
        uid: randomUUID(),
        resourceVersion: String(revision),
        ...(object.spec === undefined ? {} : { generation: 1 }),
        creationTimestamp: timestamp(),
      },
    };
    table.set(key, stored);
    this.#record({ type: 'ADDED', kind, revision, object: stored });
    return stored;
  }

  /**
   * Stores a new version. Nothing happens if nothing differs; an object that is being deleted and has no finalizer left is removed.
   * The generation counts changes of the spec.
   */
  replace(object: KubeObject): KubeObject {
    const { kind } = object;
    const previous = this.get(kind, object.metadata.namespace, object.metadata.name);
    const metadata = { ...object.metadata };
    if (previous.metadata.uid !== undefined) metadata.uid = previous.metadata.uid;
    if (previous.metadata.creationTimestamp !== undefined) metadata.creationTimestamp = previous.metadata.creationTimestamp;
    if (previous.metadata.resourceVersion !== undefined) metadata.resourceVersion = previous.metadata.resourceVersion;
    if (previous.metadata.generation === undefined) delete metadata.generation;
    else metadata.generation = previous.metadata.generation + (sameJson(previous.spec, object.spec) ? 0 : 1);
    const next: KubeObject = { ...object, metadata };
    if (sameJson(previous, next)) return previous;
    const revision = this.#nextRevision();
    metadata.resourceVersion = String(revision);
    const key = keyOf(metadata.namespace, metadata.name);
    if (isReleased(next)) {
      this.#table(kind).delete(key);
      this.#record({ type: 'DELETED', kind, revision, object: next, previous });
      return next;
    }
    this.#table(kind).set(key, next);
    this.#record({ type: 'MODIFIED', kind, revision, object: next, previous });
    return next;
  }

  /** Changes a copy of the object and stores it. Returns undefined if the object is gone. */
  mutate(kind: string, namespace: string | undefined, name: string, change: (draft: KubeObject) => void): KubeObject | undefined {
    const current = this.find(kind, namespace, name);
    if (!current) return undefined;
    const draft = copyOf(current);
    change(draft);
    return this.replace(draft);
  }

  /** Removes an object at once, finalizers or not. */
  remove(kind: string, namespace: string | undefined, name: string): void {
    const previous = this.find(kind, namespace, name);
    if (!previous) return;
    const revision = this.#nextRevision();
    this.#table(kind).delete(keyOf(namespace, name));
    this.#record({
      type: 'DELETED',
      kind,
      revision,
      object: { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } },
      previous,
    });
  }

  /** Calls `listener` for every change, in order, synchronously. Returns the way to stop. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The changes of a kind after `revision`, or undefined if they are no longer all remembered. */
  changesSince(kind: string, revision: number): Change[] | undefined {
    if (revision < this.#forgottenUpTo) return undefined;
    return this.#changes.filter((change) => change.kind === kind && change.revision > revision);
  }

  /** Forgets the log of changes, as etcd does when it compacts. */
  compact(): void {
    this.#changes = [];
    this.#forgottenUpTo = this.#revision;
  }

  snapshot(): StoreSnapshot {
    return { revision: this.#revision, objects: this.all() };
  }

  /** Takes over a snapshot. Running watches end up in the past: the log starts empty. */
  restore(snapshot: StoreSnapshot): void {
    this.#tables = new Map();
    this.#order.clear();
    for (const object of snapshot.objects) {
      this.#table(object.kind).set(keyOf(object.metadata.namespace, object.metadata.name), object);
    }
    this.#revision = snapshot.revision;
    this.compact();
  }

  #nextRevision(): number {
    this.#revision += 1;
    return this.#revision;
  }

  #record(change: Change): void {
    if (change.type !== 'MODIFIED') this.#order.delete(change.kind);
    this.#changes.push(change);
    if (this.#changes.length > REMEMBERED_CHANGES * 1.25) {
      const dropped = this.#changes.splice(0, this.#changes.length - REMEMBERED_CHANGES);
      this.#forgottenUpTo = dropped[dropped.length - 1]?.revision ?? this.#forgottenUpTo;
    }
    for (const listener of [...this.#listeners]) listener(change);
  }
}

/** A namespace has finalizers in its spec too, and stays until they are gone. */
const isReleased = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined &&
  (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  (object.metadata.finalizers ?? []).length === 0 &&
  (object.kind !== 'Namespace' || ((object.spec?.finalizers as string[] | undefined) ?? []).length === 0);
