import { isNested } from './schema.js';
import type { Attribute, Block, NestedBlock } from './schema.js';

const NESTING = { single: 1, list: 2, set: 3 } as const;

const attributeMessage = (name: string, attribute: Attribute): object => ({
  name,
  ...(isNested(attribute.type)
    ? {
        nested_type: {
          nesting: NESTING[attribute.type.nesting],
          attributes: Object.entries(attribute.type.attributes).map(([inner, spec]) => attributeMessage(inner, spec)),
        },
      }
    : { type: Buffer.from(JSON.stringify(attribute.type)) }),
  required: attribute.required ?? false,
  optional: attribute.optional ?? false,
  computed: attribute.computed ?? false,
  sensitive: attribute.sensitive ?? false,
  deprecated: attribute.deprecated ?? false,
});

const blockMessage = (block: Block): object => ({
  attributes: Object.entries(block.attributes).map(([name, attribute]) => attributeMessage(name, attribute)),
  block_types: Object.entries(block.blocks).map(([name, nested]) => nestedMessage(name, nested)),
});

const nestedMessage = (name: string, nested: NestedBlock): object => ({
  type_name: name,
  block: blockMessage(nested.block),
  nesting: NESTING[nested.nesting],
  min_items: nested.minItems ?? 0,
  max_items: nested.maxItems ?? 0,
});

/** A schema as the protocol's message. */
export const schemaMessage = (version: number, block: Block): object => ({ version, block: blockMessage(block) });
