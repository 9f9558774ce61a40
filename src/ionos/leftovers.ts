import { AxiosError } from 'axios';
import { poolOfNodeBlock } from '../tenant/resource-names.js';
import { explainApiError, type IonosApi } from './client.js';
import { addressesOfNodes, listNodePools, withContract } from './reads.js';

/** Something that stands in the account. */
export interface CloudObject {
  /** terraform's name of its type: `ionoscloud_ipblock`. */
  type: string;
  id: string;
}

type Finder = (api: IonosApi, id: string, contract: { xContractNumber?: number }) => Promise<unknown>;

/** How each type that a tenant can own is asked for. What belongs to one of these goes with it (a LAN, a share). */
const finders = (clusterId: string | undefined): Record<string, Finder> => ({
  ionoscloud_ipblock: (api, ipblockId, contract) => api.ipBlocks.ipblocksFindById({ ipblockId, depth: 0, ...contract }),
  ...(clusterId === undefined ? {} : { ionoscloud_k8s_node_pool: (api, nodepoolId, contract) => api.kubernetes.k8sNodepoolsFindById({ k8sClusterId: clusterId, nodepoolId, depth: 0, ...contract }) }),
  ionoscloud_k8s_cluster: (api, k8sClusterId, contract) => api.kubernetes.k8sFindByClusterId({ k8sClusterId, depth: 0, ...contract }),
  ionoscloud_datacenter: (api, datacenterId, contract) => api.datacenters.datacentersFindById({ datacenterId, depth: 0, ...contract }),
  ionoscloud_group: (api, groupId, contract) => api.users.umGroupsFindById({ groupId, depth: 0, ...contract }),
});

/** Those of the objects that still stand in the account. `clusterId` is the platform's cluster, where IONOS manages it. */
export const stillInCloud = async (api: IonosApi, clusterId: string | undefined, objects: readonly CloudObject[]): Promise<CloudObject[]> => {
  const find = finders(clusterId);
  const found = await Promise.all(
    objects.map(async (object) => {
      const ask = find[object.type];
      if (!ask || object.id === '') return [];
      try {
        await ask(api, object.id, withContract(api));
        return [object];
      } catch (error) {
        if (error instanceof AxiosError && error.response?.status === 404) return [];
        throw explainApiError(error, `looking for ${object.type} ${object.id}`);
      }
    }),
  );
  return found.flat();
};

/**
 * IP blocks and node pools that have exactly this name, and blocks of the nodes of such a pool: also those that no state knows, because an
 * interrupt came between. A block that a node pool keeps goes when that pool does.
 */
export const namedInCloud = async (api: IonosApi, clusterId: string | undefined, name: string): Promise<CloudObject[]> => {
  const [kept, pools] = await Promise.all([addressesOfNodes(api), clusterId === undefined ? [] : listNodePools(api, clusterId)]);
  try {
    const { items = [] } = (await api.ipBlocks.ipblocksGet({ depth: 1, ...withContract(api) })).data;
    const blocks = items.filter(({ properties }) => [properties?.name, poolOfNodeBlock(properties?.name ?? '')].includes(name) && !(properties.ips ?? []).some((ip) => kept.has(ip)));
    return [...blocks.map(({ id = '' }) => ({ type: 'ionoscloud_ipblock', id })), ...pools.filter((pool) => pool.name === name).map(({ id }) => ({ type: 'ionoscloud_k8s_node_pool', id }))];
  } catch (error) {
    throw explainApiError(error, 'looking for what is left');
  }
};

/** Where an address of this block is still used. Empty means that it may go, or is gone. */
export const addressConsumers = async (api: IonosApi, ipblockId: string): Promise<string[]> => {
  try {
    const { data } = await api.ipBlocks.ipblocksFindById({ ipblockId, depth: 1, ...withContract(api) });
    return (data.properties?.ipConsumers ?? []).map(({ ip = '', serverName, k8sNodePoolUuid }) => `${ip} on ${serverName ?? k8sNodePoolUuid ?? 'a server'}`);
  } catch (error) {
    if (error instanceof AxiosError && error.response?.status === 404) return [];
    throw explainApiError(error, 'reading the IP block');
  }
};
