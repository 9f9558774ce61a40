import type { Value, Values } from './values.js';

/** A type of terraform's, in the JSON form that the protocol uses. */
export type Type = 'string' | 'number' | 'bool' | ['list' | 'set' | 'map', Type] | ['object', { [name: string]: Type }];

/** Says what is wrong with a configured value, or nothing. */
export type Check = (value: Exclude<Value, null>) => string | undefined;

export interface Attribute {
  type: Type | NestedAttributes;
  required?: true;
  optional?: true;
  computed?: true;
  sensitive?: true;
  deprecated?: true;
  /** The value when none is configured. */
  default?: Value;
  /** A change destroys the object and makes a new one. */
  replaces?: true;
  /** Whether a change from `prior` to `next` is to be ignored. */
  ignores?: (prior: Value, next: Value) => boolean;
  check?: Check;
}

/** An attribute that is made of attributes (a nested type), as newer providers have them. */
export interface NestedAttributes {
  nesting: 'single' | 'list';
  attributes: Record<string, Attribute>;
}

export interface NestedBlock {
  nesting: 'single' | 'list' | 'set';
  block: Block;
  minItems?: number;
  maxItems?: number;
  /** The cloud fills it in when it is not configured. The protocol cannot say that of a block, the provider does it anyway. */
  computed?: true;
}

export interface Block {
  attributes: Record<string, Attribute>;
  blocks: Record<string, NestedBlock>;
}

type Rest = Omit<Attribute, 'type' | 'required' | 'optional' | 'computed'>;

export const required = (type: Type, rest: Rest = {}): Attribute => ({ type, required: true, ...rest });
export const optional = (type: Type, rest: Rest = {}): Attribute => ({ type, optional: true, ...rest });
export const computed = (type: Type | NestedAttributes, rest: Rest = {}): Attribute => ({ type, computed: true, ...rest });
export const optionalComputed = (type: Type, rest: Rest = {}): Attribute => ({ type, optional: true, computed: true, ...rest });

export const list = (type: Type): Type => ['list', type];
export const set = (type: Type): Type => ['set', type];
export const map = (type: Type): Type => ['map', type];
export const object = (attributes: { [name: string]: Type }): Type => ['object', attributes];

export const block = (attributes: Record<string, Attribute>, blocks: Record<string, NestedBlock> = {}): Block => ({ attributes, blocks });

/** The `timeouts` block that every resource of the provider has. */
export const timeouts = (...names: string[]): NestedBlock => ({
  nesting: 'single',
  block: block(Object.fromEntries(names.map((name) => [name, optional('string')]))),
});

/** The id of a resource made with Terraform's older SDK: optional and computed. */
export const id = (): Attribute => optionalComputed('string');

export const isNested = (type: Attribute['type']): type is NestedAttributes => typeof type === 'object' && !Array.isArray(type);

const emptyBlock = (nested: NestedBlock): Value => (nested.nesting === 'single' ? null : []);

/** Values with every attribute and block of the schema present, and nothing else: what the wire format demands. */
export const conform = (schema: Block, values: Values): Values => {
  const complete: Values = {};
  for (const name of Object.keys(schema.attributes)) complete[name] = values[name] ?? null;
  for (const [name, nested] of Object.entries(schema.blocks)) {
    const value = values[name] ?? null;
    if (value === null) complete[name] = emptyBlock(nested);
    else if (Array.isArray(value)) complete[name] = value.map((item) => conform(nested.block, item as Values));
    else complete[name] = typeof value === 'object' && !('unknown' in value) ? conform(nested.block, value) : value;
  }
  return complete;
};
