import type { Path } from './diagnostics.js';
import { isNested } from './schema.js';
import type { Attribute, Block, NestedBlock } from './schema.js';
import { isEmpty, isValues, same, Unknown, UNKNOWN } from './values.js';
import type { Value, Values } from './values.js';

export interface Plan {
  planned: Values;
  /** The attributes whose change destroys the object and makes a new one. */
  replaces: Path[];
}

export interface PlanInput {
  schema: Block;
  /** Null on create. */
  prior: Values | null;
  /** What terraform proposes: the configuration, with the prior values of what only the cloud knows. */
  proposed: Values;
  config: Values;
  /** See ResourceDefinition. */
  legacy: boolean;
}

/**
 * What an object will look like after apply: defaults filled in, unknown where the cloud decides, unchanged where a difference means
 * nothing; and which of the changes need a new object.
 */
export const planChange = ({ schema, prior, proposed, config, legacy }: PlanInput): Plan => {
  const replaces: Path[] = [];
  const planned = planBlock(schema, prior, proposed, config, { legacy, path: [], replaces });
  return { planned, replaces: prior === null ? [] : replaces };
};

interface Walk {
  legacy: boolean;
  path: Path;
  replaces: Path[];
}

const planBlock = (schema: Block, prior: Values | null, proposed: Values, config: Values, walk: Walk): Values => {
  const planned: Values = {};
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    const before = prior?.[name] ?? null;
    const after = planAttribute(attribute, prior === null ? undefined : before, proposed[name] ?? null, config[name] ?? null, walk.legacy);
    if (attribute.replaces === true && !same(before, after)) walk.replaces.push([...walk.path, name]);
    planned[name] = after;
  }
  for (const [name, nested] of Object.entries(schema.blocks)) {
    const inner = { ...walk, path: [...walk.path, name] };
    planned[name] = planNested(
      nested,
      prior === null ? undefined : (prior[name] ?? null),
      proposed[name] ?? null,
      config[name] ?? null,
      inner,
    );
  }
  return planned;
};

/** `before` is undefined when there is no object yet. */
const planAttribute = (attribute: Attribute, before: Value | undefined, proposed: Value, config: Value, legacy: boolean): Value => {
  if (config === null) {
    if (attribute.default !== undefined) return attribute.default;
    if (attribute.computed === true) return before === undefined || (before === null && isNested(attribute.type)) ? UNKNOWN : before;
  }
  if (before === undefined || before === null || proposed instanceof Unknown) return proposed;
  if (attribute.ignores?.(before, proposed) === true) return before;
  return legacy && isEmpty(before) && isEmpty(proposed) ? before : proposed;
};

const planNested = (nested: NestedBlock, before: Value | undefined, proposed: Value, config: Value, walk: Walk): Value => {
  if (nested.computed === true && isEmpty(config)) return before === undefined ? UNKNOWN : before;
  if (isValues(proposed)) {
    return planBlock(nested.block, isValues(before) ? before : null, proposed, isValues(config) ? config : proposed, walk);
  }
  if (!Array.isArray(proposed)) return proposed;
  return proposed.map((item, index) => {
    // Elements of a set have no identity: each is planned as if it were new.
    const old = nested.nesting === 'list' && Array.isArray(before) ? before[index] : undefined;
    const own = Array.isArray(config) && nested.nesting === 'list' ? config[index] : item;
    const inner = { ...walk, path: [...walk.path, index] };
    return isValues(item) ? planBlock(nested.block, isValues(old) ? old : null, item, isValues(own) ? own : item, inner) : item;
  });
};
