import type { Location } from '../cloud/catalog.js';
import type { NetworkCard } from '../cloud/network-cards.js';
import type { SandboxCloud } from '../cloud/sandbox-cloud.js';
import type { Cluster, Datacenter, Group, IpBlock, Lan, Node, NodePool, Share, User } from '../cloud/types.js';
import type { Shown } from './representation.js';

/** The cloud's resources as the API shows them. What only the sandbox knows (transitions, Services) stays out. */

const base = ({ id, type, metadata }: { id: string; type: string; metadata: object }, path: string): Shown => ({
  id,
  type,
  path,
  metadata,
});

export const showNetworkCard = ({ id, serverId, metadata, properties }: NetworkCard, datacenterId: string): Shown => ({
  id,
  type: 'nic',
  path: `/datacenters/${datacenterId}/servers/${serverId}/nics/${id}`,
  metadata,
  properties,
});

export const showLan = (lan: Lan, cloud: SandboxCloud): Shown => ({
  ...base(lan, `/datacenters/${lan.datacenterId}/lans/${lan.id}`),
  properties: lan.properties,
  entities: { nics: () => cloud.lans.cards(lan.datacenterId, lan.id).map((card) => showNetworkCard(card, lan.datacenterId)) },
});

export const showDatacenter = (datacenter: Datacenter, cloud: SandboxCloud): Shown => ({
  ...base(datacenter, `/datacenters/${datacenter.id}`),
  properties: datacenter.properties,
  entities: { lans: () => cloud.lans.list(datacenter.id).map((lan) => showLan(lan, cloud)) },
});

export const showIpBlock = (block: IpBlock): Shown => ({ ...base(block, `/ipblocks/${block.id}`), properties: block.properties });

export const showNode = (node: Node, pool: NodePool): Shown => ({
  ...base(node, `/k8s/${pool.clusterId}/nodepools/${pool.id}/nodes/${node.id}`),
  properties: node.properties,
});

export const showNodePool = (pool: NodePool): Shown => ({
  ...base(pool, `/k8s/${pool.clusterId}/nodepools/${pool.id}`),
  properties: pool.properties,
  entities: { nodes: () => pool.nodes.map((node) => showNode(node, pool)) },
});

export const showCluster = (cluster: Cluster, cloud: SandboxCloud): Shown => ({
  ...base(cluster, `/k8s/${cluster.id}`),
  properties: cluster.properties,
  entities: { nodepools: () => cloud.nodePools.list(cluster.id).map(showNodePool) },
});

export const showLocation = ({ id, ...properties }: Location): Shown => ({ id, type: 'location', path: `/locations/${id}`, properties });

export const showUser = (user: User): Shown => ({ ...base(user, `/um/users/${user.id}`), properties: user.properties });

export const showShare = (share: Share): Shown => ({
  ...base(share, `/um/groups/${share.groupId}/shares/${share.resourceId}`),
  properties: share.properties,
});

export const showGroup = (group: Group, cloud: SandboxCloud): Shown => ({
  ...base(group, `/um/groups/${group.id}`),
  properties: { name: group.properties.name, ...group.properties.privileges },
  entities: {
    users: () => group.userIds.map((id) => showUser(cloud.identity.user(id))),
    shares: () => cloud.identity.shares(group.id).map(showShare),
  },
});

export const showContract = (cloud: SandboxCloud): Shown => {
  const { contractNumber, owner, status, regDomain } = cloud.contract.get();
  return {
    id: String(contractNumber),
    type: 'contract',
    path: '/contracts',
    // It is never only named: the provider's data source reads the properties at depth 0.
    whole: true,
    properties: { contractNumber, owner, status, regDomain, resourceLimits: cloud.contract.usage() },
  };
};
