import type { z } from 'zod';
import { alternatives, closest, quoted } from './text.js';

type Issue = z.core.$ZodIssue;

/** One sentence per issue; an unknown key yields one entry per key. `path` is the path of the thing that is wrong. */
export interface PlainIssue {
  path: (string | number)[];
  message: string;
  /** True when `path` names a key that should not be there, rather than a value. */
  key?: boolean;
  /** True when something is expected at `path` and nothing is there. */
  missing?: boolean;
}

const EXPECTED: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
};

/** What a value is, in words, for "found …". */
export const describeValue = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'number' ? `the number ${value}` : `the logical value ${String(value)}`;
};

const at = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined),
    root,
  );

const keysOf = (schemaKeys: readonly string[], key: string): string => {
  const near = closest(key, schemaKeys);
  if (near !== undefined) return `; did you mean ${near}?`;
  return schemaKeys.length === 0 ? '' : `; known keys here are ${[...schemaKeys].join(', ')}`;
};

/** Of several shapes that a value may have, the one whose own kind it is; its issues say more than "none fits". */
const chosenBranch = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined =>
  branches.find((issues) => issues.length > 0 && issues.every((issue) => issue.path.length > 0 || !['invalid_type', 'invalid_value'].includes(issue.code)));

/**
 * zod's issues as sentences. `knownKeys` gives the keys that a group may have, for suggestions; `input` is the data that
 * was checked.
 */
export const plainIssues = (issues: readonly Issue[], input: unknown, knownKeys: (path: readonly PropertyKey[]) => readonly string[]): PlainIssue[] =>
  issues.flatMap((issue): PlainIssue[] => {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    const value = at(input, path);
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ path: [...path, key], key: true, message: `is not a known key${keysOf(knownKeys(path), key)}` }));
      case 'invalid_type':
        return value === undefined
          ? [{ path, missing: true, message: 'is missing' }]
          : [{ path, message: `has to be ${EXPECTED[issue.expected] ?? issue.expected}, found ${describeValue(value)}` }];
      case 'invalid_value': {
        if (value === undefined) return [{ path, missing: true, message: `is missing; it has to be ${alternatives(issue.values.map(String))}` }];
        const known = issue.values.map(String);
        const near = typeof value === 'string' ? closest(value, known) : undefined;
        const hint = near === undefined ? '' : `; did you mean ${near}?`;
        return [{ path, message: `has to be ${alternatives(known)}, found ${describeValue(value)}${hint}` }];
      }
      case 'invalid_union': {
        const branch = chosenBranch(issue.errors);
        if (branch === undefined) return [{ path, message: `${issue.message}, found ${describeValue(value)}` }];
        return plainIssues(
          branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
          input,
          knownKeys,
        );
      }
      case 'too_small':
        return [{ path, message: Array.isArray(value) ? 'is an empty list' : `is too small: at least ${String(issue.minimum)}, found ${describeValue(value)}` }];
      case 'too_big':
        return [{ path, message: `is too large: at most ${String(issue.maximum)}, found ${describeValue(value)}` }];
      case 'invalid_format':
        return [{ path, message: `${issue.message}, found ${describeValue(value)}` }];
      default:
        return [{ path, message: issue.message }];
    }
  });
