import { LOCATIONS } from '../../cloud/catalog.js';
import type { DataSourceDefinition } from '../definition.js';
import { cpuArchitecture, datacenterValues } from '../resources/datacenter.js';
import { textOrNull } from '../resources/common.js';
import { block, computed, list, optional, optionalComputed, set, timeouts } from '../schema.js';

export const datacenter: DataSourceDefinition = {
  noun: 'data center',
  schema: block(
    {
      cpu_architecture: computed(cpuArchitecture),
      description: computed('string'),
      features: computed(set('string')),
      id: optionalComputed('string'),
      ipv6_cidr_block: computed('string'),
      location: optional('string'),
      name: optionalComputed('string'),
      sec_auth_protection: computed('bool'),
      version: computed('number'),
    },
    { timeouts: timeouts('create', 'default', 'delete', 'update') },
  ),
  read(config, { cloud }) {
    const [id, name, location] = [textOrNull(config, 'id'), textOrNull(config, 'name'), textOrNull(config, 'location')];
    if (id === null && name === null && location === null) throw new Error('either id, location or name must be set');
    const candidates = id === null ? cloud.datacenters.list() : [cloud.datacenters.get(id)];
    const matches = candidates.filter(
      ({ properties }) => (name === null || properties.name === name) && (location === null || properties.location === location),
    );
    const [match] = matches;
    if (match === undefined)
      throw new Error(`no datacenter found with the specified criteria: name = ${name ?? ''} location = ${location ?? ''}`);
    if (matches.length > 1)
      throw new Error(`more than one datacenter found with the specified criteria: name = ${name ?? ''} location = ${location ?? ''}`);
    return datacenterValues(match);
  },
};

export const location: DataSourceDefinition = {
  noun: 'location',
  schema: block(
    {
      cpu_architecture: computed(cpuArchitecture),
      feature: optionalComputed('string'),
      id: optionalComputed('string'),
      image_aliases: computed(list('string')),
      metro_region: computed('string'),
      name: optionalComputed('string'),
    },
    { timeouts: timeouts('create', 'default', 'delete', 'update') },
  ),
  read(config) {
    const [id, name, feature] = [textOrNull(config, 'id'), textOrNull(config, 'name'), textOrNull(config, 'feature')];
    if (id === null && name === null && feature === null) throw new Error("either 'name' or 'feature' must be provided");
    const match = LOCATIONS.find(
      (candidate) =>
        (id === null || candidate.id === id) &&
        (name === null || candidate.name === name) &&
        (feature === null || candidate.features.some((offered) => offered.toLowerCase() === feature.toLowerCase())),
    );
    if (match === undefined)
      throw new Error(`no location found with the specified criteria: name = ${name ?? ''}, feature = ${feature ?? ''}`);
    return {
      id: match.id,
      name: match.name,
      feature,
      metro_region: match.metroRegion,
      image_aliases: match.imageAliases,
      cpu_architecture: match.cpuArchitecture.map((cpu) => ({
        cpu_family: cpu.cpuFamily,
        max_cores: cpu.maxCores,
        max_ram: cpu.maxRam,
        vendor: cpu.vendor,
      })),
    };
  },
};
