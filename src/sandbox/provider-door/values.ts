import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';

/** A value that terraform will only know after apply. There is one of it. */
export class Unknown {
  readonly unknown = true;
}

export const UNKNOWN = new Unknown();

/** Any value of terraform's type system, as JavaScript holds it. Sets are arrays in terraform's own order. */
export type Value = null | boolean | number | string | Unknown | Value[] | { [name: string]: Value };

/** The value of a resource, a data source or a nested block. */
export type Values = { [name: string]: Value };

const codec = new ExtensionCodec();
// cty writes unknown values as extension 0, and as 12 when it knows something about them (a refinement, which we do not need).
codec.register({ type: 0, encode: (value) => (value === UNKNOWN ? new Uint8Array(1) : null), decode: () => UNKNOWN });
codec.register({ type: 12, encode: () => null, decode: () => UNKNOWN });

/** The message that carries a value, in terraform's provider protocol. */
export interface DynamicValue {
  msgpack?: Uint8Array;
  json?: Uint8Array;
}

export const toWire = (value: Value): DynamicValue => ({ msgpack: Buffer.from(encode(value, { extensionCodec: codec })) });

/** Throws when the message is neither msgpack nor JSON. */
export const fromWire = (message: DynamicValue | null | undefined): Value => {
  if (message?.msgpack !== undefined && message.msgpack.length > 0) return decode(message.msgpack, { extensionCodec: codec }) as Value;
  if (message?.json !== undefined && message.json.length > 0) return JSON.parse(Buffer.from(message.json).toString('utf8')) as Value;
  return null;
};

export const isValues = (value: Value | undefined): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);

/** Whether two values are the same, unknowns included. */
export const same = (left: Value, right: Value): boolean => {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => same(item, right[index] as Value));
  }
  if (!isValues(left) || !isValues(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => name in right && same(left[name] as Value, right[name] as Value))
  );
};

/** Null, or the value that Terraform's older SDK cannot tell from null. */
export const isEmpty = (value: Value): boolean => {
  if (value === null || value === false || value === '' || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isValues(value) && Object.keys(value).length === 0;
};

/** The value with null wherever it was unknown. */
export const knownOnly = (value: Value): Value => {
  if (value instanceof Unknown) return null;
  if (Array.isArray(value)) return value.map(knownOnly);
  return isValues(value) ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, knownOnly(inner)])) : value;
};
