import type { NodePool } from '../../cloud/types.js';
import { atLeast, notBlank, oneOf, uuid } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import type { Problem } from '../diagnostics.js';
import { block, id, list, map, optional, required, timeouts } from '../schema.js';
import type { NestedBlock } from '../schema.js';
import type { Values } from '../values.js';
import { blocks, number, pair, stringMap, text, textOrNull, texts } from './common.js';
import { ignoresPatchDowngrade, maintenanceWindowBlock, refuseImmutable, windowOf, windowValues } from './kubernetes-common.js';

/** The attributes that the resource and the data source share. */
export const nodePoolValues = ({ id, clusterId, properties }: NodePool): Values => ({
  id,
  k8s_cluster_id: clusterId,
  name: properties.name,
  datacenter_id: properties.datacenterId,
  node_count: properties.nodeCount,
  cpu_family: properties.cpuFamily,
  server_type: properties.serverType,
  cores_count: properties.coresCount,
  ram_size: properties.ramSize,
  availability_zone: properties.availabilityZone,
  storage_type: properties.storageType,
  storage_size: properties.storageSize,
  k8s_version: properties.k8sVersion,
  public_ips: properties.publicIps.length === 0 ? null : properties.publicIps,
  labels: properties.labels,
  annotations: properties.annotations,
  maintenance_window: windowValues(properties.maintenanceWindow),
  auto_scaling:
    properties.autoScaling.maxNodeCount === 0
      ? []
      : [{ min_node_count: properties.autoScaling.minNodeCount, max_node_count: properties.autoScaling.maxNodeCount }],
  lans: properties.lans.map((lan) => ({
    id: lan.id,
    dhcp: lan.dhcp,
    routes: lan.routes.map(({ network, gatewayIp }) => ({ network, gateway_ip: gatewayIp })),
  })),
});

const lansBlock: NestedBlock = {
  nesting: 'set',
  block: block(
    { dhcp: optional('bool', { default: true }), id: required('number') },
    {
      routes: {
        nesting: 'set',
        block: block({ gateway_ip: required('string', { check: notBlank }), network: required('string', { check: notBlank }) }),
      },
    },
  ),
};

const inputOf = (planned: Values) => {
  const [range] = blocks(planned['auto_scaling']);
  return {
    nodeCount: number(planned, 'node_count'),
    serverType: text(planned, 'server_type'),
    k8sVersion: textOrNull(planned, 'k8s_version'),
    maintenanceWindow: windowOf(planned),
    ...(range === undefined
      ? {}
      : { autoScaling: { minNodeCount: number(range, 'min_node_count'), maxNodeCount: number(range, 'max_node_count') } }),
    lans: blocks(planned['lans']).map((lan) => ({
      id: number(lan, 'id'),
      dhcp: lan['dhcp'] !== false,
      routes: blocks(lan['routes']).map((route) => ({ network: text(route, 'network'), gatewayIp: text(route, 'gateway_ip') })),
    })),
    labels: stringMap(planned['labels']),
    annotations: stringMap(planned['annotations']),
    publicIps: texts(planned['public_ips']),
  };
};

/** What the provider itself refuses before it calls the API. */
const refuseCounts = (planned: Values): void => {
  const count = number(planned, 'node_count');
  const ips = texts(planned['public_ips']);
  const [range] = blocks(planned['auto_scaling']);
  if (ips.length > 0 && ips.length < count + 1) throw new Error(`the number of public IPs must be at least ${count + 1}`);
  if (range === undefined) return;
  const [least, most] = [number(range, 'min_node_count'), number(range, 'max_node_count')];
  if (most <= least) throw new Error('max_node_count must be greater than min_node_count');
  if (count < least) throw new Error('node_count cannot be lower than min_node_count');
};

const IMMUTABLE = ['name', 'cpu_family', 'availability_zone', 'cores_count', 'ram_size', 'storage_size', 'storage_type'];

export const k8sNodePool: ResourceDefinition = {
  noun: 'k8s node pool',
  version: 1,
  legacy: true,
  schema: block(
    {
      allow_replace: optional('bool', { default: false }),
      annotations: optional(map('string')),
      availability_zone: required('string', { replaces: true, check: oneOf('AUTO', 'ZONE_1', 'ZONE_2') }),
      cores_count: required('number', { replaces: true }),
      cpu_family: optional('string', { replaces: true, check: notBlank }),
      datacenter_id: required('string', { replaces: true, check: uuid }),
      id: id(),
      k8s_cluster_id: required('string', { replaces: true, check: uuid }),
      k8s_version: required('string', { ignores: ignoresPatchDowngrade }),
      labels: optional(map('string')),
      location: optional('string', { replaces: true }),
      name: required('string', { replaces: true, check: notBlank }),
      node_count: required('number'),
      public_ips: optional(list('string')),
      ram_size: required('number', { replaces: true }),
      server_type: optional('string', { default: 'DedicatedCore', check: oneOf('DedicatedCore', 'VCPU') }),
      storage_size: required('number', { replaces: true }),
      storage_type: required('string', { replaces: true, check: notBlank }),
    },
    {
      auto_scaling: {
        nesting: 'list',
        maxItems: 1,
        block: block({
          max_node_count: required('number', { check: atLeast(1) }),
          min_node_count: required('number', { check: atLeast(1) }),
        }),
      },
      lans: lansBlock,
      maintenance_window: maintenanceWindowBlock,
      timeouts: timeouts('create', 'default', 'delete', 'update'),
    },
  ),
  checkPlan: (prior, planned): Problem[] => refuseImmutable(prior, planned, IMMUTABLE),
  create(planned, { cloud, signal }) {
    refuseCounts(planned);
    const clusterId = text(planned, 'k8s_cluster_id');
    const created = cloud.nodePools.create(clusterId, {
      ...inputOf(planned),
      name: text(planned, 'name'),
      datacenterId: text(planned, 'datacenter_id'),
      cpuFamily: textOrNull(planned, 'cpu_family'),
      coresCount: number(planned, 'cores_count'),
      ramSize: number(planned, 'ram_size'),
      availabilityZone: text(planned, 'availability_zone'),
      storageType: text(planned, 'storage_type'),
      storageSize: number(planned, 'storage_size'),
    });
    return { found: { id: created.id, k8s_cluster_id: clusterId }, finish: () => cloud.settled('nodePools', created.id, signal) };
  },
  read: (state, cloud) => nodePoolValues(cloud.nodePools.get(text(state, 'k8s_cluster_id'), text(state, 'id'))),
  async update(prior, planned, { cloud, signal }) {
    refuseCounts(planned);
    cloud.nodePools.update(text(prior, 'k8s_cluster_id'), text(prior, 'id'), inputOf(planned));
    await cloud.settled('nodePools', text(prior, 'id'), signal);
  },
  async remove(prior, { cloud, signal }) {
    cloud.nodePools.delete(text(prior, 'k8s_cluster_id'), text(prior, 'id'));
    await cloud.settled('nodePools', text(prior, 'id'), signal);
  },
  import(given) {
    const [clusterId, key] = pair(given, 'k8s-cluster-id', 'k8s-node-pool-id');
    return { k8s_cluster_id: clusterId, id: key };
  },
};
