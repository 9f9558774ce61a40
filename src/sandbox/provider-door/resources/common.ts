import type { Value, Values } from '../values.js';

/** Readers of values that the schema has already checked. */
export const text = (values: Values, name: string): string => String(values[name] ?? '');

export const textOrNull = (values: Values, name: string): string | null => {
  const value = values[name] ?? null;
  return typeof value === 'string' && value !== '' ? value : null;
};

export const number = (values: Values, name: string): number => Number(values[name] ?? 0);

export const flag = (values: Values, name: string): boolean => values[name] === true;

export const texts = (value: Value | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

export const stringMap = (value: Value | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries((value ?? {}) as Values).map(([key, entry]) => [key, String(entry)]));

/** The elements of a nested block, or the one element of a single block. */
export const blocks = (value: Value | undefined): Values[] =>
  Array.isArray(value) ? (value as Values[]) : value == null ? [] : [value as Values];

/** Import ids may start with a location (`de/txl:<id>`), which only chooses an endpoint. */
export const withoutLocation = (id: string): string => {
  const parts = id.split(':');
  const last = parts.at(-1) ?? '';
  if (parts.length > 2 || last === '') throw new Error(`invalid import identifier: expected one of <location>:<id> or <id>, got: ${id}`);
  return last;
};

/** The two ids of something that lives inside something else (`<outer>/<inner>`). */
export const pair = (id: string, outer: string, inner: string): [string, string] => {
  const parts = withoutLocation(id).split('/');
  const [first, second] = parts;
  if (parts.length !== 2 || !first || !second) throw new Error(`invalid import identifier: expected <${outer}>/<${inner}>, got: ${id}`);
  return [first, second];
};
