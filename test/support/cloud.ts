import { SandboxClock } from '../../src/sandbox/clock.js';
import { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import type { CloudError, SandboxCloudOptions } from '../../src/sandbox/cloud/index.js';
import type { NodePoolInput } from '../../src/sandbox/cloud/node-pools.js';
import type { Cluster, Datacenter, NodePool } from '../../src/sandbox/cloud/types.js';

export const immediateCloud = (options: SandboxCloudOptions = {}): SandboxCloud =>
  new SandboxCloud({ clock: SandboxClock.immediate(), ...options });

export interface Platform {
  datacenter: Datacenter;
  cluster: Cluster;
  pool: NodePool;
}

/** A pool of two small nodes, with whatever differs. */
export const poolInput = (datacenterId: string, rest: Partial<NodePoolInput> = {}): NodePoolInput => ({
  name: 'workers',
  datacenterId,
  nodeCount: 2,
  coresCount: 2,
  ramSize: 4096,
  availabilityZone: 'AUTO',
  storageType: 'SSD',
  storageSize: 100,
  k8sVersion: '1.34.4',
  ...rest,
});

/** A data centre in Berlin, an ACTIVE cluster and an ACTIVE pool in it. */
export const buildPlatform = async (cloud: SandboxCloud, pool: Partial<NodePoolInput> = {}, name = 'platform'): Promise<Platform> => {
  const datacenter = cloud.datacenters.create({ name, location: 'de/txl' });
  await cloud.settled('datacenters', datacenter.id);
  const cluster = cloud.clusters.create({ name, k8sVersion: '1.34.4' });
  await cloud.settled('clusters', cluster.id);
  const created = cloud.nodePools.create(cluster.id, poolInput(datacenter.id, pool));
  await cloud.settled('nodePools', created.id);
  return { datacenter, cluster, pool: created };
};

/** The status and code that the cloud refuses something with; fails when it does not refuse. */
export const refusalOf = (action: () => unknown): { httpStatus: number; errorCode: string; message: string } => {
  try {
    action();
  } catch (error) {
    const { httpStatus, errorCode, message } = error as CloudError;
    return { httpStatus, errorCode, message };
  }
  throw new Error('the cloud did not refuse');
};
