import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DATA_SOURCES } from '../../src/sandbox/provider-door/data-sources/index.js';
import { PROVIDER } from '../../src/sandbox/provider-door/provider-config.js';
import { RESOURCES } from '../../src/sandbox/provider-door/resources/index.js';
import { isNested } from '../../src/sandbox/provider-door/schema.js';
import type { Attribute, Block } from '../../src/sandbox/provider-door/schema.js';

interface RealAttribute {
  type?: unknown;
  nested_type?: { nesting_mode: string; attributes: Record<string, RealAttribute> };
  required?: boolean;
  optional?: boolean;
  computed?: boolean;
  sensitive?: boolean;
  deprecated?: boolean;
  write_only?: boolean;
}

interface RealBlock {
  attributes?: Record<string, RealAttribute>;
  block_types?: Record<string, { nesting_mode: string; min_items?: number; max_items?: number; block: RealBlock }>;
}

interface RealSchemas {
  source: string;
  provider: { version: number; block: RealBlock };
  resource_schemas: Record<string, { version: number; block: RealBlock }>;
  data_source_schemas: Record<string, { version: number; block: RealBlock }>;
}

const real = JSON.parse(await readFile(new URL('fixtures/ionoscloud-provider-schema.json', import.meta.url), 'utf8')) as RealSchemas;

const FLAGS = ['required', 'optional', 'computed', 'sensitive', 'deprecated', 'write_only'] as const;

const realAttribute = (attribute: RealAttribute): unknown => ({
  type: attribute.type ?? null,
  nested:
    attribute.nested_type === undefined
      ? null
      : { nesting: attribute.nested_type.nesting_mode, attributes: mapValues(attribute.nested_type.attributes, realAttribute) },
  flags: FLAGS.filter((flag) => attribute[flag] === true),
});

const ownAttribute = (attribute: Attribute): unknown => ({
  type: isNested(attribute.type) ? null : attribute.type,
  nested: isNested(attribute.type)
    ? { nesting: attribute.type.nesting, attributes: mapValues(attribute.type.attributes, ownAttribute) }
    : null,
  flags: FLAGS.filter((flag) => (attribute as unknown as Record<string, unknown>)[flag] === true),
});

const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

const realBlock = (block: RealBlock): unknown => ({
  attributes: mapValues(block.attributes ?? {}, realAttribute),
  blocks: mapValues(block.block_types ?? {}, (nested) => ({
    nesting: nested.nesting_mode,
    min: nested.min_items ?? 0,
    max: nested.max_items ?? 0,
    block: realBlock(nested.block),
  })),
});

const ownBlock = (block: Block): unknown => ({
  attributes: mapValues(block.attributes, ownAttribute),
  blocks: mapValues(block.blocks, (nested) => ({
    nesting: nested.nesting,
    min: nested.minItems ?? 0,
    max: nested.maxItems ?? 0,
    block: ownBlock(nested.block),
  })),
});

describe(`the sandbox provider's schema against ${real.source}`, () => {
  it('configures like the real provider', () => {
    expect(ownBlock(PROVIDER)).toEqual(realBlock(real.provider.block));
  });

  it.each(Object.keys(RESOURCES))('resource %s has the real types, flags and blocks', (name) => {
    const definition = RESOURCES[name];
    const expected = real.resource_schemas[name];
    if (definition === undefined || expected === undefined) throw new Error(`${name} is not a resource of the real provider`);
    expect(ownBlock(definition.schema)).toEqual(realBlock(expected.block));
    expect(definition.version).toBe(expected.version);
  });

  it.each(Object.keys(DATA_SOURCES))('data source %s has the real types, flags and blocks', (name) => {
    const definition = DATA_SOURCES[name];
    const expected = real.data_source_schemas[name];
    if (definition === undefined || expected === undefined) throw new Error(`${name} is not a data source of the real provider`);
    expect(ownBlock(definition.schema)).toEqual(realBlock(expected.block));
  });
});
