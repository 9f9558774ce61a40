import { LOCATIONS } from './catalog.js';
import { badField } from './cloud-error.js';
import type { Ledger } from './ledger.js';
import type { NodePool, NodePoolLan } from './types.js';

const STORAGE_TYPES = ['HDD', 'SSD', 'ESSENTIAL', 'PERFORMANCE'];
const ZONES = ['AUTO', 'ZONE_1', 'ZONE_2'];
const SERVER_TYPES = ['DedicatedCore', 'VCPU'];

type Size = Pick<
  NodePool['properties'],
  'coresCount' | 'ramSize' | 'storageSize' | 'storageType' | 'availabilityZone' | 'serverType' | 'nodeCount'
>;

/** The sizes that a node may have, by IONOS' documentation. RAM in MB, storage in GB. */
export const assertSize = (size: Size): void => {
  if (!Number.isInteger(size.nodeCount) || size.nodeCount < 1) throw badField('nodeCount', 'must be at least 1');
  if (!Number.isInteger(size.coresCount) || size.coresCount < 1) throw badField('coresCount', 'must be at least 1');
  if (size.ramSize < 2048 || size.ramSize % 1024 !== 0) throw badField('ramSize', 'must be at least 2048 MB and a multiple of 1024 MB');
  if (size.storageSize < 10) throw badField('storageSize', 'must be at least 10 GB');
  if (!STORAGE_TYPES.includes(size.storageType)) throw badField('storageType', `must be one of ${STORAGE_TYPES.join(', ')}`);
  if (!ZONES.includes(size.availabilityZone)) throw badField('availabilityZone', `must be one of ${ZONES.join(', ')}`);
  if (!SERVER_TYPES.includes(size.serverType)) throw badField('serverType', `must be one of ${SERVER_TYPES.join(', ')}`);
};

const IMMUTABLE = [
  'name',
  'datacenterId',
  'cpuFamily',
  'coresCount',
  'ramSize',
  'availabilityZone',
  'storageType',
  'storageSize',
] as const;

/** What a pool is made with and keeps, by IONOS' documentation. */
export const assertImmutable = (
  properties: NodePool['properties'],
  patch: Partial<Record<(typeof IMMUTABLE)[number], unknown>>,
): void => {
  for (const field of IMMUTABLE) {
    if (patch[field] != null && patch[field] !== properties[field]) throw badField(field, 'is immutable');
  }
};

/** The range must be a range, and cannot be taken away again once it was set (zeros answer 422). */
export const assertAutoScaling = (
  range: { minNodeCount: number; maxNodeCount: number },
  before?: { minNodeCount: number; maxNodeCount: number },
): void => {
  const off = range.minNodeCount === 0 && range.maxNodeCount === 0;
  if (off && (before === undefined || before.maxNodeCount === 0)) return;
  if (off) throw badField('autoScaling', 'autoscaling cannot be disabled');
  if (range.minNodeCount < 1) throw badField('autoScaling.minNodeCount', 'must be at least 1');
  if (range.maxNodeCount <= range.minNodeCount) throw badField('autoScaling.maxNodeCount', 'must be greater than minNodeCount');
};

/** The networks must exist in the pool's data centre. */
export const assertLans = (ledger: Ledger, datacenterId: string, lans: readonly NodePoolLan[]): void => {
  for (const { id } of lans) {
    if (ledger.find('lans', `${datacenterId}/${id}`) === undefined)
      throw badField('lans', `LAN ${id} does not exist in data center ${datacenterId}`);
  }
};

/**
 * A pool with addresses of its own needs one more than it has nodes, because a node is rebuilt beside the old one. They must come from
 * reserved blocks of the same location, and be free.
 */
export const assertPublicIps = (
  ledger: Ledger,
  datacenterId: string,
  ips: readonly string[],
  largestCount: number,
  poolId?: string,
): void => {
  if (ips.length === 0) return;
  if (ips.length < largestCount + 1) throw badField('publicIps', `must contain at least ${largestCount + 1} IPs, got ${ips.length}`);
  const location = ledger.get('datacenters', datacenterId).properties.location;
  for (const ip of ips) {
    const block = ledger.list('ipBlocks').find(({ properties }) => properties.ips.includes(ip));
    if (block === undefined) throw badField('publicIps', `'${ip}' is not a reserved IP of this contract`);
    if (block.properties.location !== location)
      throw badField('publicIps', `'${ip}' is reserved in ${block.properties.location}, not in ${location}`);
    const consumer = block.properties.ipConsumers.find((entry) => entry.ip === ip);
    const claimed = ledger.list('nodePools').some((pool) => pool.id !== poolId && pool.properties.publicIps.includes(ip));
    if (claimed || (consumer !== undefined && (consumer.k8sNodePoolUuid !== poolId || block.services[ip] !== undefined))) {
      throw badField('publicIps', `'${ip}' is in use by other resource`);
    }
  }
};

/** The CPU family must exist where the data centre is. */
export const assertCpuFamily = (location: string, cpuFamily: string | null): void => {
  if (cpuFamily === null) return;
  const families = LOCATIONS.find(({ id }) => id === location)?.cpuArchitecture.map((architecture) => architecture.cpuFamily) ?? [];
  if (!families.includes(cpuFamily)) throw badField('cpuFamily', `'${cpuFamily}' is not available in ${location}: ${families.join(', ')}`);
};
