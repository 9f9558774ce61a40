import type { Location } from '../cloud/catalog.js';
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

export const showLan = (lan: Lan): Shown => ({
  ...base(lan, `/datacenters/${lan.datacenterId}/lans/${lan.id}`),
  properties: lan.properties,
});

export const showDatacenter = (datacenter: Datacenter, cloud: SandboxCloud): Shown => ({
  ...base(datacenter, `/datacenters/${datacenter.id}`),
  properties: datacenter.properties,
  entities: { lans: () => cloud.lans.list(datacenter.id).map(showLan) },
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
    properties: { contractNumber, owner, status, regDomain, resourceLimits: cloud.contract.usage() },
  };
};
