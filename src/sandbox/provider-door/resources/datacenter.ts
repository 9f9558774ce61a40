import type { Datacenter } from '../../cloud/types.js';
import { notBlank } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import { block, computed, id, list, object, optional, optionalComputed, required, set, timeouts } from '../schema.js';
import type { Type } from '../schema.js';
import type { Values } from '../values.js';
import { flag, text, textOrNull, withoutLocation } from './common.js';

export const cpuArchitecture: Type = list(object({ cpu_family: 'string', max_cores: 'number', max_ram: 'number', vendor: 'string' }));

export const datacenterValues = ({ id, properties }: Datacenter): Values => ({
  id,
  name: properties.name,
  description: properties.description,
  location: properties.location,
  version: properties.version,
  features: properties.features,
  sec_auth_protection: properties.secAuthProtection,
  ipv6_cidr_block: properties.ipv6CidrBlock,
  cpu_architecture: properties.cpuArchitecture.map((cpu) => ({
    cpu_family: cpu.cpuFamily,
    max_cores: cpu.maxCores,
    max_ram: cpu.maxRam,
    vendor: cpu.vendor,
  })),
});

export const datacenter: ResourceDefinition = {
  noun: 'data center',
  version: 0,
  legacy: true,
  schema: block(
    {
      cpu_architecture: computed(cpuArchitecture),
      description: optionalComputed('string'),
      features: computed(set('string')),
      id: id(),
      ipv6_cidr_block: computed('string'),
      location: required('string', { replaces: true }),
      name: required('string', { check: notBlank }),
      sec_auth_protection: optional('bool'),
      version: computed('number'),
    },
    { timeouts: timeouts('create', 'default', 'delete', 'update') },
  ),
  create(planned, { cloud, signal }) {
    const created = cloud.datacenters.create({
      name: text(planned, 'name'),
      location: text(planned, 'location'),
      description: textOrNull(planned, 'description'),
      secAuthProtection: flag(planned, 'sec_auth_protection'),
    });
    return { found: { id: created.id }, finish: () => cloud.settled('datacenters', created.id, signal) };
  },
  read: (state, cloud) => datacenterValues(cloud.datacenters.get(text(state, 'id'))),
  async update(prior, planned, { cloud, signal }) {
    const key = text(prior, 'id');
    cloud.datacenters.update(key, {
      name: text(planned, 'name'),
      description: text(planned, 'description'),
      secAuthProtection: flag(planned, 'sec_auth_protection'),
    });
    await cloud.settled('datacenters', key, signal);
  },
  async remove(prior, { cloud, signal }) {
    cloud.datacenters.delete(text(prior, 'id'));
    await cloud.settled('datacenters', text(prior, 'id'), signal);
  },
  import: (given) => ({ id: withoutLocation(given) }),
};
