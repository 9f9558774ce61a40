import type { StatusCause } from './api-error.js';
import { fieldsOf, fromFieldsV1, isEntryOf, itemId, toFieldsV1, without, withOwner } from './managed-fields.js';
import type { FieldSet, Writer } from './managed-fields.js';
import { isAtomicMap, listRule } from './merge-keys.js';
import { copyOf, isRecord, sameJson } from './objects.js';
import type { KubeObject, Loose } from './objects.js';

const merge = (kind: string, live: unknown, applied: unknown, path: string[]): unknown => {
  if (Array.isArray(applied)) {
    const rule = listRule(kind, path);
    if (!rule || !Array.isArray(live)) return copyOf(applied);
    if (rule.applyKeys.length === 0) return [...new Set([...(live as unknown[]), ...(applied as unknown[])])];
    const result = [...(live as unknown[])];
    for (const item of applied as unknown[]) {
      const id = itemId(item, rule.applyKeys);
      const at = result.findIndex((existing) => itemId(existing, rule.applyKeys) === id);
      if (at === -1) result.push(copyOf(item));
      else result[at] = merge(kind, result[at], item, path);
    }
    return result;
  }
  if (!isRecord(applied) || !isRecord(live) || isAtomicMap(path)) return copyOf(applied);
  const result: Loose = { ...live };
  for (const [key, value] of Object.entries(applied)) {
    if (value === null) continue;
    result[key] = merge(kind, result[key], value, [...path, key]);
  }
  return result;
};

/** Finds what a part of a FieldsV1 path names inside `node`. */
const step = (node: unknown, part: string): { value: unknown; drop: () => void } | undefined => {
  if (part.startsWith('f:') && isRecord(node)) {
    const key = part.slice(2);
    return Object.hasOwn(node, key) ? { value: node[key], drop: () => delete node[key] } : undefined;
  }
  if (!Array.isArray(node)) return undefined;
  const wanted: unknown = JSON.parse(part.slice(2));
  const keys = part.startsWith('k:') ? Object.keys(wanted as Loose) : [];
  const index = node.findIndex((item) => (part.startsWith('v:') ? sameJson(item, wanted) : itemId(item, keys) === part));
  return index === -1 ? undefined : { value: node[index] as unknown, drop: () => node.splice(index, 1) };
};

const valueAt = (object: unknown, parts: string[]): unknown => {
  let at: unknown = object;
  for (const part of parts) {
    if (part === '.') return true;
    const next = step(at, part);
    if (!next) return undefined;
    at = next.value;
  }
  return at;
};

/** Removes a field, and the maps that become empty by it. */
const removeField = (node: unknown, parts: string[]): void => {
  const [part, ...rest] = parts;
  if (part === undefined || part === '.') return;
  const next = step(node, part);
  if (!next) return;
  if (rest.length === 0 || (rest.length === 1 && rest[0] === '.')) return next.drop();
  removeField(next.value, rest);
  if (part.startsWith('f:') && ((isRecord(next.value) && Object.keys(next.value).length === 0) || (Array.isArray(next.value) && next.value.length === 0))) next.drop();
};

const describe = (parts: string[]): string => parts.filter((part) => part !== '.').map((part) => (part.startsWith('f:') ? `.${part.slice(2)}` : `[${part.slice(2)}]`)).join('');

/**
 * Server-side apply: merges what `writer` applies into the live object, removes what it applied before and no longer does,
 * and reports the fields that somebody else owns with another value. With `force` those change hands instead.
 */
export const serverSideApply = (
  live: KubeObject | undefined,
  applied: KubeObject,
  writer: Writer,
  force: boolean,
): { object: KubeObject; conflicts: StatusCause[] } => {
  const wanted = fieldsOf(applied);
  if (!live) {
    const object = copyOf(applied);
    object.metadata.managedFields = withOwner([], writer, wanted);
    return { object, conflicts: [] };
  }
  const entries = live.metadata.managedFields ?? [];
  const conflicts: StatusCause[] = [];
  const contested: FieldSet = new Map();
  for (const entry of entries.filter((candidate) => !isEntryOf(candidate, writer))) {
    for (const [path, parts] of fromFieldsV1(entry.fieldsV1)) {
      if (!wanted.has(path) || sameJson(valueAt(live, parts), valueAt(applied, parts))) continue;
      contested.set(path, parts);
      conflicts.push({ reason: 'FieldManagerConflict', message: `conflict with "${entry.manager}"`, field: describe(parts) });
    }
  }
  const object = merge(applied.kind, live, applied, []) as KubeObject;
  const others = entries
    .filter((entry) => !isEntryOf(entry, writer))
    .map((entry) => (force ? { ...entry, fieldsV1: toFieldsV1(without(fromFieldsV1(entry.fieldsV1), contested)) } : entry));
  const own = entries.find((entry) => isEntryOf(entry, writer));
  const result = copyOf(object);
  if (own) {
    const ownedByOthers = new Map(others.flatMap((entry) => [...fromFieldsV1(entry.fieldsV1)]));
    const dropped = without(without(fromFieldsV1(own.fieldsV1), wanted), ownedByOthers);
    // Items go before their fields, so that a dropped item does not linger as an empty one.
    for (const parts of [...dropped.values()].sort((a, b) => Number(b.at(-1) === '.') - Number(a.at(-1) === '.'))) removeField(result, parts);
  }
  result.metadata.managedFields = withOwner([...others, ...(own ? [own] : [])], writer, wanted);
  return { object: result, conflicts: force ? [] : conflicts };
};
