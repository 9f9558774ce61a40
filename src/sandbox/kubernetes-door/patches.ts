import { ApiError, badRequest } from './api-error.js';
import { copyOf, isRecord, sameJson } from './objects.js';
import type { Loose } from './objects.js';

/** RFC 7386: null removes, objects merge, everything else replaces. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isRecord(patch)) return copyOf(patch);
  const result: Loose = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
};

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

const refuse = (message: string): never => {
  throw new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${message}`);
};

const segments = (pointer: string): string[] => {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) refuse(`invalid JSON pointer "${pointer}"`);
  return pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
};

const read = (document: unknown, pointer: string): unknown =>
  segments(pointer).reduce<unknown>((at, key) => {
    if (Array.isArray(at) && /^\d+$/.test(key) && Number(key) < at.length) return at[Number(key)];
    if (isRecord(at) && Object.hasOwn(at, key)) return at[key];
    return refuse(`the path "${pointer}" does not exist`);
  }, document);

const write = (document: unknown, pointer: string, edit: (parent: unknown[] | Loose, key: string) => void): void => {
  const parts = segments(pointer);
  const key = parts.pop();
  const parent = read(document, parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  if (key === undefined || !(Array.isArray(parent) || isRecord(parent))) return refuse(`the path "${pointer}" does not exist`);
  edit(parent, key);
};

const indexIn = (list: unknown[], key: string, pointer: string, end: number): number => {
  if (key === '-') return list.length;
  const index = Number(key);
  if (!/^\d+$/.test(key) || index > end) refuse(`the index of "${pointer}" is out of bounds`);
  return index;
};

const add = (document: unknown, pointer: string, value: unknown): void =>
  write(document, pointer, (parent, key) => {
    if (Array.isArray(parent)) parent.splice(indexIn(parent, key, pointer, parent.length), 0, value);
    else parent[key] = value;
  });

const remove = (document: unknown, pointer: string): void =>
  write(document, pointer, (parent, key) => {
    if (Array.isArray(parent)) parent.splice(indexIn(parent, key, pointer, parent.length - 1), 1);
    else if (Object.hasOwn(parent, key)) delete parent[key];
    else refuse(`the path "${pointer}" does not exist`);
  });

/** RFC 6902. @throws ApiError 400 for a malformed patch, 422 when an operation does not apply */
export const jsonPatch = (target: unknown, patch: unknown): unknown => {
  if (!Array.isArray(patch)) throw badRequest('a JSON patch is a list of operations');
  const document: unknown = copyOf(target);
  for (const { op, path, from = '', value } of patch as Operation[]) {
    switch (op) {
      case 'add':
        add(document, path, copyOf(value));
        break;
      case 'remove':
        remove(document, path);
        break;
      case 'replace':
        read(document, path);
        write(document, path, (parent, key) => {
          if (Array.isArray(parent)) parent[Number(key)] = copyOf(value);
          else parent[key] = copyOf(value);
        });
        break;
      case 'move': {
        const moved = read(document, from);
        remove(document, from);
        add(document, path, moved);
        break;
      }
      case 'copy':
        add(document, path, copyOf(read(document, from)));
        break;
      case 'test':
        if (!sameJson(read(document, path), value)) refuse(`testing the value at "${path}" failed`);
        break;
      default:
        throw badRequest(`unknown JSON patch operation "${op}"`);
    }
  }
  return document;
};
