import type { Cluster } from '../../cloud/types.js';
import { notBlank } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import { block, computed, id, list, optional, optionalComputed, required, timeouts } from '../schema.js';
import type { Values } from '../values.js';
import { blocks, text, textOrNull, texts, withoutLocation } from './common.js';
import { ignoresPatchDowngrade, maintenanceWindowBlock, refuseImmutable, windowOf, windowValues } from './kubernetes-common.js';

/** The attributes that the resource and the data source share. */
export const clusterValues = ({ id, properties }: Cluster): Values => ({
  id,
  name: properties.name,
  k8s_version: properties.k8sVersion,
  public: properties.public,
  location: properties.location,
  nat_gateway_ip: properties.natGatewayIp,
  node_subnet: properties.nodeSubnet ?? '',
  api_subnet_allow_list: properties.apiSubnetAllowList,
  viable_node_pool_versions: properties.viableNodePoolVersions,
  maintenance_window: windowValues(properties.maintenanceWindow),
  s3_buckets: properties.s3Buckets.map(({ name }) => ({ name })),
});

const inputOf = (planned: Values) => ({
  name: text(planned, 'name'),
  k8sVersion: textOrNull(planned, 'k8s_version'),
  maintenanceWindow: windowOf(planned),
  apiSubnetAllowList: texts(planned['api_subnet_allow_list']),
  s3Buckets: blocks(planned['s3_buckets']).map((bucket) => ({ name: text(bucket, 'name') })),
});

export const k8sCluster: ResourceDefinition = {
  noun: 'k8s cluster',
  version: 0,
  legacy: true,
  schema: block(
    {
      allow_replace: optional('bool', { default: false }),
      api_subnet_allow_list: optional(list('string')),
      id: id(),
      k8s_version: optionalComputed('string', { ignores: ignoresPatchDowngrade }),
      location: optional('string', { replaces: true }),
      name: required('string', { check: notBlank }),
      nat_gateway_ip: optional('string', { replaces: true }),
      node_subnet: optionalComputed('string', { replaces: true }),
      public: optional('bool', { default: true, replaces: true }),
      viable_node_pool_versions: computed(list('string')),
    },
    {
      maintenance_window: maintenanceWindowBlock,
      s3_buckets: { nesting: 'list', block: block({ name: optional('string') }) },
      timeouts: timeouts('create', 'default', 'delete', 'update'),
    },
  ),
  checkPlan: (prior, planned) => refuseImmutable(prior, planned, ['public', 'location', 'nat_gateway_ip', 'node_subnet']),
  create(planned, { cloud, signal }) {
    const created = cloud.clusters.create({
      ...inputOf(planned),
      public: planned['public'] !== false,
      location: textOrNull(planned, 'location'),
      natGatewayIp: textOrNull(planned, 'nat_gateway_ip'),
      nodeSubnet: textOrNull(planned, 'node_subnet'),
    });
    return { found: { id: created.id }, finish: () => cloud.settled('clusters', created.id, signal) };
  },
  read: (state, cloud) => clusterValues(cloud.clusters.get(text(state, 'id'))),
  async update(prior, planned, { cloud, signal }) {
    cloud.clusters.update(text(prior, 'id'), inputOf(planned));
    await cloud.settled('clusters', text(prior, 'id'), signal);
  },
  async remove(prior, { cloud, signal }) {
    cloud.clusters.delete(text(prior, 'id'));
    await cloud.settled('clusters', text(prior, 'id'), signal);
  },
  import: (given) => ({ id: withoutLocation(given) }),
};
