import { badField, CloudError } from '../cloud/cloud-error.js';
import type { Call } from './router.js';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The call's body as JSON; undefined when there was none. Throws the API's 400. */
export const jsonOf = ({ text }: Pick<Call, 'text'>): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new CloudError(400, '200', 'The request body is not valid JSON');
  }
};

/**
 * Reads a body field by field. Each reader answers undefined where the field was not sent and null where it was sent as null, and throws
 * the API's 422 with the field's name where it has the wrong type. Whether the value is allowed is for the cloud to say.
 */
export class Fields {
  readonly #values: Json;
  readonly #path: string;

  constructor(values: Json, path = '') {
    this.#values = values;
    this.#path = path;
  }

  /** Its value must be there. */
  required<T>(name: string, value: T | null | undefined): T {
    if (value == null) throw badField(this.#path + name, 'is missing');
    return value;
  }

  text(name: string): string | null | undefined {
    return this.#typed(name, (value): value is string => typeof value === 'string', 'a string');
  }

  flag(name: string): boolean | null | undefined {
    return this.#typed(name, (value): value is boolean => typeof value === 'boolean', 'a boolean');
  }

  integer(name: string): number | null | undefined {
    return this.#typed(name, (value): value is number => Number.isInteger(value), 'an integer');
  }

  texts(name: string): string[] | null | undefined {
    const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');
    return this.#typed(name, isTexts, 'a list of strings');
  }

  textMap(name: string): Record<string, string> | null | undefined {
    const isMap = (value: unknown): value is Record<string, string> =>
      isObject(value) && Object.values(value).every((item) => typeof item === 'string');
    return this.#typed(name, isMap, 'an object of strings');
  }

  object(name: string): Fields | null | undefined {
    const value = this.#typed(name, isObject, 'an object');
    return value == null ? value : new Fields(value, `${this.#path}${name}.`);
  }

  objects(name: string): Fields[] | null | undefined {
    const isObjects = (value: unknown): value is Json[] => Array.isArray(value) && value.every(isObject);
    const value = this.#typed(name, isObjects, 'a list of objects');
    return value?.map((item, index) => new Fields(item, `${this.#path}${name}.${index}.`));
  }

  #typed<T>(name: string, fits: (value: unknown) => value is T, what: string): T | null | undefined {
    const value = this.#values[name];
    if (value == null) return value;
    if (!fits(value)) throw badField(this.#path + name, `must be ${what}`);
    return value;
  }
}

const objectOf = (value: unknown): Json => {
  if (!isObject(value)) throw new CloudError(400, '200', 'The request body must be a JSON object');
  return value;
};

/** The body itself, as a PATCH sends it: bare properties. */
export const bareFields = (call: Call): Fields => new Fields(objectOf(jsonOf(call)));

/** The body's `properties`, as a POST and a PUT send them. */
export const propertyFields = (call: Call): Fields => {
  const { properties } = objectOf(jsonOf(call));
  if (!isObject(properties)) throw new CloudError(422, '410', '[(root).properties] is missing');
  return new Fields(properties);
};

/** Without what was not sent, so that it stays as it is. */
export const sent = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
