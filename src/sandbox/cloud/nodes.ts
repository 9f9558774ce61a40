import { randomBytes } from 'node:crypto';
import { freeAddresses } from './address-space.js';
import type { Ledger } from './ledger.js';
import type { IpConsumer, Node, NodePool } from './types.js';

const newNode = (ledger: Ledger, pool: NodePool, publicIP: string): Node => {
  const at = ledger.clock.now();
  return {
    id: ledger.newId(),
    type: 'node',
    metadata: {
      etag: randomBytes(16).toString('hex'),
      createdDate: at,
      lastModifiedDate: at,
      lastSoftwareUpdatedDate: at,
      state: 'PROVISIONING',
    },
    properties: { name: `${pool.properties.name}-${randomBytes(5).toString('hex')}`, publicIP, k8sVersion: pool.properties.k8sVersion },
  };
};

/** Gives a pool the number of nodes that it should have: new ones are PROVISIONING, the oldest stay. */
export const resizeNodes = (ledger: Ledger, pool: NodePool): void => {
  const { nodeCount, publicIps } = pool.properties;
  pool.nodes = pool.nodes.filter((node) => publicIps.length === 0 || publicIps.includes(node.properties.publicIP)).slice(0, nodeCount);
  const missing = nodeCount - pool.nodes.length;
  if (missing === 0) return;
  const held = new Set(pool.nodes.map((node) => node.properties.publicIP));
  const own = publicIps.filter((ip) => !held.has(ip));
  const addresses = publicIps.length > 0 ? own.slice(0, missing) : freeAddresses(ledger.state, missing);
  for (const ip of addresses) pool.nodes.push(newNode(ledger, pool, ip));
};

/** The entry that an IP block shows for an address that a node holds. */
export const consumerOf = (ledger: Ledger, ip: string, pool: NodePool, node: Node): IpConsumer => ({
  ip,
  mac: `02:01:${(node.id.replaceAll('-', '').slice(0, 8).match(/../g) ?? []).join(':')}`,
  nicId: node.id,
  serverId: node.id,
  serverName: node.properties.name,
  datacenterId: pool.properties.datacenterId,
  datacenterName: ledger.find('datacenters', pool.properties.datacenterId)?.properties.name ?? '',
  k8sNodePoolUuid: pool.id,
  k8sClusterUuid: pool.clusterId,
});

/**
 * Writes into the IP blocks which of their addresses the pool's nodes hold. A Service's address that sat on a node that is gone
 * moves to another node of the cluster, as the cloud's controller does.
 */
export const syncConsumers = (ledger: Ledger, pool: NodePool): void => {
  const holders = new Map(pool.nodes.map((node) => [node.properties.publicIP, node]));
  const alive = new Set(pool.nodes.map(({ id }) => id));
  for (const block of ledger.list('ipBlocks')) {
    const before = JSON.stringify(block.properties.ipConsumers);
    const kept = block.properties.ipConsumers.filter(
      (entry) => entry.k8sNodePoolUuid !== pool.id || block.services[entry.ip] !== undefined,
    );
    const moved = kept.map((entry) =>
      entry.k8sNodePoolUuid === pool.id && !alive.has(entry.serverId) ? rehome(ledger, entry, pool) : entry,
    );
    const own = block.properties.ips.flatMap((ip) => {
      const node = holders.get(ip);
      return node === undefined ? [] : [consumerOf(ledger, ip, pool, node)];
    });
    block.properties.ipConsumers = [...moved, ...own];
    if (JSON.stringify(block.properties.ipConsumers) !== before) ledger.touch('ipBlocks', block.id);
  }
};

/** A node of the cluster that can hold a Service's address. */
export const ingressNode = (ledger: Ledger, clusterId: string, except?: NodePool): { pool: NodePool; node: Node } | undefined => {
  for (const pool of ledger.list('nodePools')) {
    if (pool.clusterId !== clusterId || pool === except) continue;
    const node = pool.nodes.find(({ metadata }) => metadata.state === 'READY');
    if (node !== undefined) return { pool, node };
  }
  return undefined;
};

/** Takes the addresses off a cluster that ends: its last node took them along, and nobody is left to ask for another. */
export const dropServices = (ledger: Ledger, clusterId: string): void => {
  for (const block of ledger.list('ipBlocks')) {
    const held = Object.keys(block.services).filter((ip) => block.services[ip]?.startsWith(`${clusterId}/`));
    if (held.length === 0) continue;
    for (const ip of held) delete block.services[ip];
    block.properties.ipConsumers = block.properties.ipConsumers.filter(({ ip }) => !held.includes(ip));
    ledger.touch('ipBlocks', block.id);
  }
};

const rehome = (ledger: Ledger, entry: IpConsumer, pool: NodePool): IpConsumer => {
  const node = pool.nodes.find(({ metadata }) => metadata.state === 'READY') ?? pool.nodes[0];
  const next = node === undefined ? ingressNode(ledger, pool.clusterId, pool) : { pool, node };
  return next === undefined ? entry : consumerOf(ledger, entry.ip, next.pool, next.node);
};
