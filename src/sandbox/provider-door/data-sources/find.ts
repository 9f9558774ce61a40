import type { Values } from '../values.js';
import { textOrNull } from '../resources/common.js';

interface Named {
  id: string;
  properties: { name?: string | null };
}

/** The one object that a data source's id or name means; throws when none or several do. */
export const findOne = <T extends Named>(noun: string, config: Values, all: readonly T[], byId: (id: string) => T): T => {
  const id = textOrNull(config, 'id');
  const name = textOrNull(config, 'name');
  if (id !== null && name !== null) throw new Error('id and name cannot be both specified at the same time');
  if (id !== null) return byId(id);
  if (name === null) throw new Error(`please provide either the ${noun} id or name`);
  const matches = all.filter(({ properties }) => properties.name === name);
  const [match] = matches;
  if (match === undefined) throw new Error(`no ${noun} found with the specified name ${name}`);
  if (matches.length > 1) throw new Error(`more than one ${noun} found with the specified name ${name}`);
  return match;
};
