import type { DataSourceDefinition } from '../definition.js';
import { contracts } from './contracts.js';
import { ipblock } from './ipblock.js';
import { k8sCluster } from './k8s-cluster.js';
import { k8sNodePool } from './k8s-node-pool.js';
import { datacenter, location } from './places.js';

/** The data sources that the sandbox's provider has, by their type. */
export const DATA_SOURCES: Readonly<Record<string, DataSourceDefinition>> = {
  ionoscloud_contracts: contracts,
  ionoscloud_datacenter: datacenter,
  ionoscloud_ipblock: ipblock,
  ionoscloud_k8s_cluster: k8sCluster,
  ionoscloud_k8s_node_pool: k8sNodePool,
  ionoscloud_location: location,
};
