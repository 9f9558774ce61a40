import type { DataSourceDefinition } from '../definition.js';
import { nodePoolValues } from '../resources/k8s-node-pool.js';
import { text } from '../resources/common.js';
import { block, computed, list, map, object, optional, optionalComputed, required, timeouts } from '../schema.js';
import { findOne } from './find.js';

export const k8sNodePool: DataSourceDefinition = {
  noun: 'k8s node pool',
  schema: block(
    {
      annotations: computed(map('string')),
      auto_scaling: computed(list(object({ max_node_count: 'number', min_node_count: 'number' }))),
      availability_zone: computed('string'),
      available_upgrade_versions: computed(list('string')),
      cores_count: computed('number'),
      cpu_family: computed('string'),
      datacenter_id: computed('string'),
      id: optionalComputed('string'),
      k8s_cluster_id: required('string'),
      k8s_version: computed('string'),
      labels: computed(map('string')),
      lans: computed(list(object({ dhcp: 'bool', id: 'number', routes: list(object({ gateway_ip: 'string', network: 'string' })) }))),
      location: optional('string'),
      maintenance_window: computed(list(object({ day_of_the_week: 'string', time: 'string' }))),
      name: optionalComputed('string'),
      node_count: computed('number'),
      public_ips: computed(list('string')),
      ram_size: computed('number'),
      server_type: computed('string'),
      state: computed('string'),
      storage_size: computed('number'),
      storage_type: computed('string'),
    },
    { timeouts: timeouts('create', 'default', 'delete', 'update') },
  ),
  read(config, { cloud }) {
    const clusterId = text(config, 'k8s_cluster_id');
    const pool = findOne('nodepool', config, cloud.nodePools.list(clusterId), (id) => cloud.nodePools.get(clusterId, id));
    return {
      ...nodePoolValues(pool),
      location: config['location'] ?? null,
      available_upgrade_versions: pool.properties.availableUpgradeVersions,
      state: pool.metadata.state,
    };
  },
};
