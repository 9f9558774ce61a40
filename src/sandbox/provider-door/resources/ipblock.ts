import type { IpBlock } from '../../cloud/types.js';
import { notBlank } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import { block, computed, id, list, optional, required, timeouts } from '../schema.js';
import type { Values } from '../values.js';
import { number, text, textOrNull, withoutLocation } from './common.js';

export const CONSUMER_FIELDS = [
  'datacenter_id',
  'datacenter_name',
  'ip',
  'k8s_cluster_uuid',
  'k8s_nodepool_uuid',
  'mac',
  'nic_id',
  'server_id',
  'server_name',
] as const;

export const ipBlockValues = ({ id, properties }: IpBlock): Values => ({
  id,
  name: properties.name,
  location: properties.location,
  size: properties.size,
  ips: properties.ips,
  ip_consumers: properties.ipConsumers.map((consumer) => ({
    datacenter_id: consumer.datacenterId,
    datacenter_name: consumer.datacenterName,
    ip: consumer.ip,
    k8s_cluster_uuid: consumer.k8sClusterUuid,
    k8s_nodepool_uuid: consumer.k8sNodePoolUuid,
    mac: consumer.mac,
    nic_id: consumer.nicId,
    server_id: consumer.serverId,
    server_name: consumer.serverName,
  })),
});

export const ipblock: ResourceDefinition = {
  noun: 'ip block',
  version: 0,
  legacy: true,
  schema: block(
    {
      id: id(),
      ips: computed(list('string')),
      location: required('string', { replaces: true, check: notBlank }),
      name: optional('string'),
      size: required('number', { replaces: true }),
    },
    {
      ip_consumers: {
        nesting: 'list',
        computed: true,
        block: block(Object.fromEntries(CONSUMER_FIELDS.map((name) => [name, computed('string')]))),
      },
      timeouts: timeouts('create', 'default', 'delete', 'update'),
    },
  ),
  create(planned, { cloud, signal }) {
    const created = cloud.ipBlocks.create({
      location: text(planned, 'location'),
      size: number(planned, 'size'),
      name: textOrNull(planned, 'name'),
    });
    return { found: { id: created.id }, finish: () => cloud.settled('ipBlocks', created.id, signal) };
  },
  read: (state, cloud) => ipBlockValues(cloud.ipBlocks.get(text(state, 'id'))),
  async update(prior, planned, { cloud, signal }) {
    cloud.ipBlocks.update(text(prior, 'id'), { name: textOrNull(planned, 'name') });
    await cloud.settled('ipBlocks', text(prior, 'id'), signal);
  },
  async remove(prior, { cloud, signal }) {
    cloud.ipBlocks.delete(text(prior, 'id'));
    await cloud.settled('ipBlocks', text(prior, 'id'), signal);
  },
  import: (given) => ({ id: withoutLocation(given) }),
};
