import { badRequest } from './api-error.js';
import { listRule } from './merge-keys.js';
import type { ListRule } from './merge-keys.js';
import { copyOf, isRecord } from './objects.js';
import type { Loose } from './objects.js';

const ORDER = '$setElementOrder/';
const DELETE_VALUES = '$deleteFromPrimitiveList/';

/** The patch without its directives: what it stands for where nothing was before. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((item) => !(isRecord(item) && item['$patch'] === 'delete')).map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== null && key !== '$patch' && key !== '$retainKeys' && !key.startsWith(ORDER) && !key.startsWith(DELETE_VALUES))
      .map(([key, item]) => [key, plain(item)]),
  );
};

/** Puts items in the wanted order; those that the order does not name keep their place behind the item that they followed. */
const reorder = <T>(items: T[], identify: (item: T) => unknown, order: unknown[]): T[] => {
  const position = new Map(order.map((id, index) => [id, index]));
  let rank = -1;
  return items
    .map((item, index) => ({ item, index, known: position.get(identify(item)) }))
    .map((entry) => {
      if (entry.known === undefined) return { ...entry, rank };
      rank = entry.known;
      return { ...entry, rank: entry.known };
    })
    .sort((a, b) => a.rank - b.rank || (a.known === undefined ? 1 : 0) - (b.known === undefined ? 1 : 0) || a.index - b.index)
    .map(({ item }) => item);
};

class StrategicMerge {
  constructor(private readonly kind: string) {}

  object(target: Loose, patch: Loose, path: string[]): Loose {
    const directive = patch['$patch'] as string | undefined;
    if (directive === 'replace') return plain(patch) as Loose;
    if (directive === 'delete') return {};
    if (directive !== undefined && directive !== 'merge') throw badRequest(`unknown patch directive "${directive}"`);
    const result: Loose = { ...target };
    const retained = patch['$retainKeys'] as string[] | undefined;
    if (retained) for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
    for (const [key, value] of Object.entries(patch)) {
      if (key.startsWith('$')) continue;
      if (value === null) delete result[key];
      else result[key] = this.value(result[key], value, [...path, key], patch[`${ORDER}${key}`] as unknown[] | undefined);
    }
    for (const [key, value] of Object.entries(patch)) {
      if (key.startsWith(DELETE_VALUES)) this.removeValues(result, key.slice(DELETE_VALUES.length), value as unknown[]);
      else if (key.startsWith(ORDER)) this.applyOrder(result, key.slice(ORDER.length), value as unknown[], path);
    }
    return result;
  }

  private value(target: unknown, patch: unknown, path: string[], order: unknown[] | undefined): unknown {
    if (isRecord(patch)) return isRecord(target) ? this.object(target, patch, path) : plain(patch);
    if (!Array.isArray(patch)) return patch;
    const rule = listRule(this.kind, path);
    if (!rule || patch.some((item) => isRecord(item) && item['$patch'] === 'replace')) {
      return plain(patch.filter((item) => !(isRecord(item) && item['$patch'] === 'replace')));
    }
    const current = Array.isArray(target) ? target : [];
    if (rule.patchKey === undefined) return [...new Set([...current, ...patch])];
    return this.list(current as Loose[], patch as Loose[], path, rule, order);
  }

  private list(target: Loose[], patch: Loose[], path: string[], rule: ListRule, order: unknown[] | undefined): Loose[] {
    const key = rule.patchKey ?? '';
    const result = [...target];
    const added: Loose[] = [];
    for (const item of patch) {
      const id: unknown = item[key];
      if (id === undefined) throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
      const at = result.findIndex((existing) => existing[key] === id);
      const existing = result[at];
      if (item['$patch'] === 'delete') {
        if (at !== -1) result.splice(at, 1);
      } else if (existing) result[at] = this.object(existing, item, path);
      else added.push(plain(item) as Loose);
    }
    // Without a wanted order the server puts what the patch adds first, as the real one does.
    return order ? [...result, ...added] : [...added, ...result];
  }

  private removeValues(result: Loose, field: string, values: unknown[]): void {
    if (Array.isArray(result[field])) result[field] = (result[field] as unknown[]).filter((item) => !values.includes(item));
  }

  private applyOrder(result: Loose, field: string, order: unknown[], path: string[]): void {
    const items: unknown = result[field];
    if (!Array.isArray(items)) return;
    const key = listRule(this.kind, [...path, field])?.patchKey;
    result[field] =
      key === undefined ? reorder(items, (item) => item, order)
      : reorder(items as Loose[], (item) => item[key] as unknown, (order as Loose[]).map((entry) => entry[key] as unknown));
  }
}

/**
 * Kubernetes' strategic merge patch for the built-in kinds: lists merge by key, with the directives
 * `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…`. @throws ApiError 400
 */
export const strategicMergePatch = (kind: string, target: Loose, patch: unknown): Loose => {
  if (!isRecord(patch)) throw badRequest('a strategic merge patch is an object');
  return copyOf(new StrategicMerge(kind).object(target, patch, []));
};
