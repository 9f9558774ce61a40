import type { DataSourceDefinition } from '../definition.js';
import { CONSUMER_FIELDS, ipBlockValues } from '../resources/ipblock.js';
import { textOrNull } from '../resources/common.js';
import { block, computed, list, object, optionalComputed, timeouts } from '../schema.js';

export const ipblock: DataSourceDefinition = {
  noun: 'ip block',
  schema: block(
    {
      id: optionalComputed('string'),
      ip_consumers: computed(list(object(Object.fromEntries(CONSUMER_FIELDS.map((name) => [name, 'string' as const]))))),
      ips: computed(list('string')),
      location: optionalComputed('string'),
      name: optionalComputed('string'),
      size: optionalComputed('number'),
    },
    { timeouts: timeouts('create', 'default', 'delete', 'update') },
  ),
  read(config, { cloud }) {
    const [id, name, location] = [textOrNull(config, 'id'), textOrNull(config, 'name'), textOrNull(config, 'location')];
    if (id === null && name === null && location === null) throw new Error('either id, location or name must be set');
    const matches = (id === null ? cloud.ipBlocks.list() : [cloud.ipBlocks.get(id)]).filter(
      ({ properties }) => (name === null || properties.name === name) && (location === null || properties.location === location),
    );
    const [match] = matches;
    if (match === undefined)
      throw new Error(`no IP block found with the specified criteria: name = ${name ?? ''}, location = ${location ?? ''}`);
    if (matches.length > 1)
      throw new Error(`more than one IP block found with the specified criteria: name = ${name ?? ''}, location = ${location ?? ''}`);
    return ipBlockValues(match);
  },
};
