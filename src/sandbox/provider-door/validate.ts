import type { Path, Problem } from './diagnostics.js';
import type { Block } from './schema.js';
import { isValues, Unknown } from './values.js';
import type { Values } from './values.js';

/** Everything that the single values of a configuration already show to be wrong. Required attributes are terraform's to check. */
export const validateBlock = (schema: Block, config: Values, path: Path = []): Problem[] => {
  const problems: Problem[] = [];
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    const value = config[name] ?? null;
    if (value === null || value instanceof Unknown) continue;
    const wrong = attribute.check?.(value);
    if (wrong !== undefined) problems.push({ summary: `Invalid value for "${name}": ${wrong}`, path: [...path, name] });
  }
  for (const [name, nested] of Object.entries(schema.blocks)) {
    const value = config[name] ?? null;
    if (isValues(value)) problems.push(...validateBlock(nested.block, value, [...path, name]));
    if (!Array.isArray(value)) continue;
    value.forEach((item, index) => {
      // The protocol addresses elements of a set by their value, so a problem in one is reported on the set.
      const inner = nested.nesting === 'list' ? [...path, name, index] : [...path, name];
      if (isValues(item))
        problems.push(
          ...validateBlock(nested.block, item, inner).map((problem) => (nested.nesting === 'list' ? problem : { ...problem, path: inner })),
        );
    });
  }
  return problems;
};
