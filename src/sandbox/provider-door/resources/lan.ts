import { Lans } from '../../cloud/lans.js';
import { notBlank } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import { block, computed, id, optional, optionalComputed, required, timeouts } from '../schema.js';
import { flag, pair, text, textOrNull } from './common.js';

export const lan: ResourceDefinition = {
  noun: 'lan',
  version: 0,
  legacy: true,
  schema: block(
    {
      datacenter_id: required('string', { replaces: true, check: notBlank }),
      id: id(),
      ipv4_cidr_block: computed('string'),
      ipv6_cidr_block: optionalComputed('string'),
      location: optional('string', { replaces: true }),
      name: optional('string'),
      pcc: optional('string'),
      public: optional('bool'),
    },
    {
      ip_failover: { nesting: 'list', computed: true, block: block({ ip: computed('string'), nic_uuid: computed('string') }) },
      timeouts: timeouts('create', 'default', 'delete', 'update'),
    },
  ),
  create(planned, { cloud, signal }) {
    const datacenterId = text(planned, 'datacenter_id');
    const created = cloud.lans.create(datacenterId, {
      name: textOrNull(planned, 'name'),
      public: flag(planned, 'public'),
      pcc: textOrNull(planned, 'pcc'),
      ipv6CidrBlock: textOrNull(planned, 'ipv6_cidr_block'),
    });
    return {
      found: { id: created.id, datacenter_id: datacenterId },
      finish: () => cloud.settled('lans', Lans.key(datacenterId, created.id), signal),
    };
  },
  read(state, cloud) {
    const datacenterId = text(state, 'datacenter_id');
    const { id, properties } = cloud.lans.get(datacenterId, text(state, 'id'));
    return {
      id,
      datacenter_id: datacenterId,
      name: properties.name,
      public: properties.public,
      pcc: properties.pcc,
      ipv4_cidr_block: properties.ipv4CidrBlock,
      ipv6_cidr_block: properties.ipv6CidrBlock ?? '',
      ip_failover: properties.ipFailover.map(({ ip, nicUuid }) => ({ ip, nic_uuid: nicUuid })),
    };
  },
  async update(prior, planned, { cloud, signal }) {
    const [datacenterId, key] = [text(prior, 'datacenter_id'), text(prior, 'id')];
    cloud.lans.update(datacenterId, key, {
      name: textOrNull(planned, 'name'),
      public: flag(planned, 'public'),
      pcc: textOrNull(planned, 'pcc'),
      ipv6CidrBlock: textOrNull(planned, 'ipv6_cidr_block'),
    });
    await cloud.settled('lans', Lans.key(datacenterId, key), signal);
  },
  async remove(prior, { cloud, signal }) {
    const [datacenterId, key] = [text(prior, 'datacenter_id'), text(prior, 'id')];
    cloud.lans.delete(datacenterId, key);
    await cloud.settled('lans', Lans.key(datacenterId, key), signal);
  },
  import(given) {
    const [datacenterId, key] = pair(given, 'datacenter-id', 'lan-id');
    return { datacenter_id: datacenterId, id: key };
  },
};
