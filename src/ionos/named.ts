import { explainApiError, type IonosApi } from './client.js';
import { addressesOfNodes, listClusters, listNodePools, withContract } from './reads.js';

/** Something in the contract that terraform can take over. */
export interface NamedObject {
  /** terraform's name of its type: `ionoscloud_ipblock`. */
  type: string;
  name: string;
  /** What `terraform import` calls it: the id, and before it the id of what it lies in. Source: the provider's documentation, "Import". */
  importId: string;
}

type Items = readonly { id?: string; properties?: { name?: string | null } }[] | undefined;
const named = (type: string, items: Items, prefix = ''): NamedObject[] => (items ?? []).map(({ id = '', properties }) => ({ type, name: properties?.name ?? '', importId: `${prefix}${id}` }));

/** All objects (IP blocks: all that are not in use) of the contract of these types, as far as `platform` (the name of data centre and cluster) can hold them. */
export const listNamed = async (api: IonosApi, types: ReadonlySet<string>, platform: string): Promise<NamedObject[]> => {
  const found: NamedObject[] = [];
  try {
    if (types.has('ionoscloud_ipblock')) {
      const blocks = (await api.ipBlocks.ipblocksGet({ depth: 1, ...withContract(api) })).data.items ?? [];
      const kept = await addressesOfNodes(api);
      // One that somebody uses, or that a node pool keeps, was not made a moment ago: it is another's, of the same name.
      found.push(...named('ionoscloud_ipblock', blocks.filter(({ properties }) => (properties?.ipConsumers ?? []).length === 0 && !(properties?.ips ?? []).some((ip) => kept.has(ip)))));
    }
    if (types.has('ionoscloud_datacenter') || types.has('ionoscloud_lan')) {
      const { items } = (await api.datacenters.datacentersGet({ depth: 1, ...withContract(api) })).data;
      found.push(...named('ionoscloud_datacenter', items));
      for (const { id = '', properties } of types.has('ionoscloud_lan') ? (items ?? []) : []) {
        if (properties?.name === platform) found.push(...named('ionoscloud_lan', (await api.lans.datacentersLansGet({ datacenterId: id, depth: 1, ...withContract(api) })).data.items, `${id}/`));
      }
    }
  } catch (error) {
    throw explainApiError(error, 'looking for what an interrupted run has made');
  }
  if (!types.has('ionoscloud_k8s_cluster') && !types.has('ionoscloud_k8s_node_pool')) return found;
  for (const { id, name } of await listClusters(api)) {
    found.push({ type: 'ionoscloud_k8s_cluster', name, importId: id });
    if (name !== platform || !types.has('ionoscloud_k8s_node_pool')) continue;
    for (const pool of await listNodePools(api, id)) found.push({ type: 'ionoscloud_k8s_node_pool', name: pool.name, importId: `${id}/${pool.id}` });
  }
  return found;
};

/** An IP block whose address a node pool keeps for one of its nodes. */
export interface KeptBlock extends NamedObject {
  /** The pool, as `terraform import` calls it. */
  keptBy: string;
}

/** All blocks of the contract that node pools keep. */
export const listKeptBlocks = async (api: IonosApi): Promise<KeptBlock[]> => {
  const pools = (await Promise.all((await listClusters(api)).map(async ({ id }) => (await listNodePools(api, id)).map((pool) => ({ importId: `${id}/${pool.id}`, publicIps: pool.publicIps }))))).flat();
  try {
    const blocks = (await api.ipBlocks.ipblocksGet({ depth: 1, ...withContract(api) })).data.items ?? [];
    return blocks.flatMap(({ id = '', properties }) => {
      const pool = pools.find(({ publicIps }) => (properties?.ips ?? []).some((ip) => publicIps.includes(ip)));
      return pool ? [{ type: 'ionoscloud_ipblock', name: properties?.name ?? '', importId: id, keptBy: pool.importId }] : [];
    });
  } catch (error) {
    throw explainApiError(error, 'looking for what an interrupted run has made');
  }
};
