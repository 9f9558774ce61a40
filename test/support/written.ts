import { expect } from 'vitest';
import { parseXml } from '../../src/sandbox/api-door/buckets/xml.js';
import type { Element } from '../../src/sandbox/api-door/buckets/xml.js';

type Json = Record<string, unknown>;

/** The value at a JSON pointer. */
export const pick = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], value);

/** What changes on its own while nobody changes the thing. */
const ALIVE = ['ipConsumers'];

/** How the provider reads what it wrote: an empty text is no text, a range without ends is no range. */
const normal = (value: unknown): unknown => {
  if (value === '' || value === undefined) return null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(normal);
  const entries = Object.entries(value).map(([key, item]) => [key, normal(item)] as const);
  if (entries.every(([key, item]) => ['minNodeCount', 'maxNodeCount'].includes(key) && item === 0)) return {};
  return Object.fromEntries(entries);
};

/** An element as lists by name; what is empty says nothing. */
const ofElement = ({ children, text }: Element): unknown => {
  if (children.length === 0) return text;
  const result: Record<string, unknown[]> = {};
  for (const child of children) {
    const value = ofElement(child);
    if (value !== '') (result[child.name] ??= []).push(value);
  }
  return result;
};

const propertiesOf = (body: unknown): Json => {
  const { properties } = body as { properties?: Json };
  return properties ?? (body as Json);
};

/** What was written to the things of a recording, and what was last read of them. */
export class Ledger {
  readonly #written = new Map<string, Json>();
  readonly #read = new Map<string, Json>();

  /** A call changes what it sends and keeps the rest; a document of the object storage replaces the one before. */
  wrote(name: string, body: unknown): void {
    const change: Json = typeof body === 'string' ? { document: ofElement(parseXml(body)) } : propertiesOf(body);
    this.#written.set(name, { ...this.#written.get(name), ...change });
    for (const property of Object.keys(change)) delete this.#read.get(name)?.[property];
  }

  /** Everything that was written must be read back equal; and when nothing was done since, everything else as well. */
  read(name: string, text: string, unchanged: boolean, where: string): void {
    const found: Json = text.startsWith('{') ? propertiesOf(JSON.parse(text)) : { document: ofElement(parseXml(text)) };
    const written = Object.entries(this.#written.get(name) ?? {});
    expect(written.length, `${where}: ${name} was never written`).toBeGreaterThan(0);
    for (const [property, value] of written) expect(normal(found[property]), `${where}: ${property}`).toEqual(normal(value));
    const before = Object.entries(this.#read.get(name) ?? {}).filter(([property]) => !ALIVE.includes(property));
    if (unchanged) for (const [property, value] of before) expect(found[property], `${where}: ${property}`).toEqual(value);
    this.#read.set(name, found);
  }
}
