import { isAtomicMap, KEY_DEFAULTS, listRule } from './merge-keys.js';
import { isRecord, sameJson, timestamp } from './objects.js';
import type { KubeObject, Loose, ManagedFieldsEntry } from './objects.js';

/**
 * Who wrote which field. A path is written as FieldsV1 does: `f:` a field, `k:` a list item by its keys, `v:` a value of a set, `.` the item itself.
 * The map goes from the joined path to its parts.
 */
export type FieldSet = Map<string, string[]>;

const SYSTEM_METADATA = new Set([
  'name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds',
  'managedFields', 'selfLink', 'generateName',
]);

export const itemId = (item: unknown, keys: readonly string[]): string => {
  const entries = [...keys].sort().flatMap((key) => {
    const value: unknown = isRecord(item) ? (item[key] ?? KEY_DEFAULTS[key]) : undefined;
    return value === undefined ? [] : [[key, value] as const];
  });
  return `k:${JSON.stringify(Object.fromEntries(entries))}`;
};

interface Leaf {
  parts: string[];
  value: unknown;
}

const walk = (kind: string, value: unknown, fields: string[], parts: string[], found: (leaf: Leaf) => void): void => {
  if (Array.isArray(value)) {
    const rule = listRule(kind, fields);
    if (!rule) return found({ parts, value });
    if (value.length === 0) return found({ parts: [...parts, '.'], value });
    for (const item of value as unknown[]) {
      if (rule.applyKeys.length === 0) {
        found({ parts: [...parts, `v:${JSON.stringify(item)}`], value: item });
        continue;
      }
      const at = [...parts, itemId(item, rule.applyKeys)];
      found({ parts: [...at, '.'], value: true });
      for (const [key, inner] of Object.entries(item as Loose)) walk(kind, inner, [...fields, key], [...at, `f:${key}`], found);
    }
    return;
  }
  if (isRecord(value) && !isAtomicMap(fields)) {
    const entries = Object.entries(value);
    if (entries.length === 0 && parts.length > 0) return found({ parts, value });
    for (const [key, inner] of entries) {
      if (inner === undefined || (fields.length === 0 && (key === 'apiVersion' || key === 'kind'))) continue;
      if (fields.length === 1 && fields[0] === 'metadata' && SYSTEM_METADATA.has(key)) continue;
      walk(kind, inner, [...fields, key], [...parts, `f:${key}`], found);
    }
    return;
  }
  found({ parts, value });
};

const leavesOf = (object: Loose): Map<string, Leaf> => {
  const leaves = new Map<string, Leaf>();
  walk(String(object['kind']), object, [], [], (leaf) => leaves.set(JSON.stringify(leaf.parts), leaf));
  return leaves;
};

/** Every field that an object sets. */
export const fieldsOf = (object: Loose): FieldSet => new Map([...leavesOf(object)].map(([path, { parts }]) => [path, parts]));

/** The fields that differ between two versions of an object: set anew or to another value, and gone. */
export const fieldChanges = (before: Loose | undefined, after: Loose): { changed: FieldSet; removed: FieldSet } => {
  const old = before ? leavesOf(before) : new Map<string, Leaf>();
  const now = leavesOf(after);
  const changed: FieldSet = new Map();
  const removed: FieldSet = new Map();
  for (const [path, leaf] of now) {
    const known = old.get(path);
    if (!known || !sameJson(known.value, leaf.value)) changed.set(path, leaf.parts);
  }
  for (const [path, leaf] of old) if (!now.has(path)) removed.set(path, leaf.parts);
  return { changed, removed };
};

export const toFieldsV1 = (set: FieldSet): Loose => {
  const root: Loose = {};
  for (const parts of set.values()) {
    let at = root;
    for (const part of parts) at = (at[part] ??= {}) as Loose;
  }
  return root;
};

export const fromFieldsV1 = (tree: Loose): FieldSet => {
  const set: FieldSet = new Map();
  const visit = (node: Loose, parts: string[]): void => {
    const keys = Object.keys(node);
    if (keys.length === 0 && parts.length > 0) set.set(JSON.stringify(parts), parts);
    for (const key of keys) visit(node[key] as Loose, [...parts, key]);
  };
  visit(tree, []);
  return set;
};

export const without = (set: FieldSet, gone: FieldSet): FieldSet => new Map([...set].filter(([path]) => !gone.has(path)));

/** Who writes, as `fieldManager` and the kind of request say. */
export interface Writer {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource?: string | undefined;
}

export const isEntryOf = (entry: ManagedFieldsEntry, writer: Writer): boolean =>
  entry.manager === writer.manager && entry.operation === writer.operation && (entry.subresource ?? '') === (writer.subresource ?? '');

/** The list of owners with this writer's fields replaced. Owners without fields are dropped. */
export const withOwner = (entries: readonly ManagedFieldsEntry[], writer: Writer, set: FieldSet): ManagedFieldsEntry[] => {
  const others = entries.filter((entry) => !isEntryOf(entry, writer) && Object.keys(entry.fieldsV1).length > 0);
  if (set.size === 0) return others;
  const fieldsV1 = toFieldsV1(set);
  const known = entries.find((entry) => isEntryOf(entry, writer));
  const time = known && sameJson(known.fieldsV1, fieldsV1) && known.time !== undefined ? known.time : timestamp();
  return [
    ...others,
    {
      manager: writer.manager,
      operation: writer.operation,
      apiVersion: writer.apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1,
      ...(writer.subresource ? { subresource: writer.subresource } : {}),
    },
  ];
};

/** Records a create, update or patch: what changed now belongs to its writer alone. */
export const trackUpdate = (before: KubeObject | undefined, after: KubeObject, writer: Writer): ManagedFieldsEntry[] => {
  const entries = after.metadata.managedFields ?? [];
  const { changed, removed } = fieldChanges(before, after);
  if (changed.size === 0 && removed.size === 0) return entries;
  const own = entries.find((entry) => isEntryOf(entry, writer));
  const kept = entries.map((entry) =>
    entry === own ? entry : { ...entry, fieldsV1: toFieldsV1(without(without(fromFieldsV1(entry.fieldsV1), changed), removed)) },
  );
  const owned = new Map([...(own ? without(fromFieldsV1(own.fieldsV1), removed) : []), ...changed]);
  return withOwner(kept, writer, owned);
};
