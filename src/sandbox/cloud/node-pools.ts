import { DEFAULT_MAINTENANCE_WINDOW, DURATIONS } from './catalog.js';
import { badField, CloudError, refused } from './cloud-error.js';
import type { ContractBook, Demand } from './contract.js';
import { assertVersionStep } from './k8s-versions.js';
import type { Ledger } from './ledger.js';
import { assertAutoScaling, assertCpuFamily, assertImmutable, assertLans, assertPublicIps, assertSize } from './node-pool-rules.js';
import { resizeNodes, syncConsumers } from './nodes.js';
import type { Cluster, MaintenanceWindow, Node, NodePool, NodePoolLan } from './types.js';

export interface NodePoolInput {
  name: string;
  datacenterId: string;
  nodeCount: number;
  cpuFamily?: string | null;
  serverType?: string;
  coresCount: number;
  ramSize: number;
  availabilityZone: string;
  storageType: string;
  storageSize: number;
  k8sVersion?: string | null;
  maintenanceWindow?: MaintenanceWindow | null;
  autoScaling?: { minNodeCount: number; maxNodeCount: number };
  lans?: NodePoolLan[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  publicIps?: string[];
}

/** What a running pool lets itself be changed in. */
export type NodePoolPatch = Partial<
  Pick<
    NodePoolInput,
    'nodeCount' | 'serverType' | 'k8sVersion' | 'maintenanceWindow' | 'autoScaling' | 'lans' | 'labels' | 'annotations' | 'publicIps'
  >
>;

const NO_SCALING = { minNodeCount: 0, maxNodeCount: 0 };

const demandOf = (size: Pick<NodePoolInput, 'coresCount' | 'ramSize' | 'storageSize' | 'storageType'>, nodes: number): Demand => {
  const storage = nodes * size.storageSize * 1024;
  return {
    cores: nodes * size.coresCount,
    ram: nodes * size.ramSize,
    ...(size.storageType === 'HDD' ? { hdd: storage } : { ssd: storage }),
  };
};

/** Node pools of managed Kubernetes. Nodes become READY one after the other; the pool is ACTIVE when all are. */
export class NodePools {
  readonly #ledger: Ledger;
  readonly #contract: ContractBook;

  constructor(ledger: Ledger, contract: ContractBook) {
    this.#ledger = ledger;
    this.#contract = contract;
    ledger.onStep('nodePools', (pool, then) => {
      if (then === 'gone') {
        pool.nodes = [];
        syncConsumers(ledger, pool);
      } else if (then === 'failed') {
        pool.metadata.state = 'FAILED';
      } else {
        this.#nodeReady(pool);
      }
    });
  }

  list(clusterId: string): NodePool[] {
    this.#ledger.get('clusters', clusterId);
    return this.#ledger.list('nodePools').filter((pool) => pool.clusterId === clusterId);
  }

  get(clusterId: string, id: string): NodePool {
    const pool = this.#ledger.get('nodePools', id);
    if (pool.clusterId !== clusterId) this.#ledger.get('nodePools', `${clusterId}/${id}`);
    return pool;
  }

  nodes(clusterId: string, id: string): Node[] {
    return this.get(clusterId, id).nodes;
  }

  create(clusterId: string, input: NodePoolInput): NodePool {
    const ending = this.#ledger.faults.permit('nodePools', 'create');
    const cluster = this.#activeCluster(clusterId);
    const datacenter = this.#ledger.find('datacenters', input.datacenterId);
    if (datacenter === undefined || datacenter.pending?.then === 'gone')
      throw badField('datacenterId', `data center ${input.datacenterId} does not exist`);
    const size = { ...input, serverType: input.serverType ?? 'DedicatedCore' };
    const autoScaling = { ...(input.autoScaling ?? NO_SCALING) };
    const version = input.k8sVersion ?? cluster.properties.k8sVersion;
    if (input.name.trim() === '') throw badField('name', 'must not be empty');
    assertSize(size);
    assertAutoScaling(autoScaling);
    assertCpuFamily(datacenter.properties.location, input.cpuFamily ?? null);
    assertVersionStep(version, version, cluster.properties.viableNodePoolVersions);
    assertLans(this.#ledger, input.datacenterId, input.lans ?? []);
    assertPublicIps(this.#ledger, input.datacenterId, input.publicIps ?? [], Math.max(input.nodeCount, autoScaling.maxNodeCount));
    this.#contract.requireServer(size);
    this.#contract.require(demandOf(size, input.nodeCount));

    const id = this.#ledger.newId();
    const pool: NodePool = {
      id,
      type: 'nodepool',
      clusterId,
      nodes: [],
      metadata: this.#ledger.metadata('DEPLOYING'),
      properties: {
        name: input.name,
        datacenterId: input.datacenterId,
        nodeCount: input.nodeCount,
        cpuFamily: input.cpuFamily ?? null,
        serverType: size.serverType,
        coresCount: input.coresCount,
        ramSize: input.ramSize,
        availabilityZone: input.availabilityZone,
        storageType: input.storageType,
        storageSize: input.storageSize,
        k8sVersion: version,
        maintenanceWindow: { ...(input.maintenanceWindow ?? cluster.properties.maintenanceWindow ?? DEFAULT_MAINTENANCE_WINDOW) },
        autoScaling,
        lans: structuredClone(input.lans ?? []),
        labels: { ...input.labels },
        annotations: { ...input.annotations },
        publicIps: [...(input.publicIps ?? [])],
        availableUpgradeVersions: [],
      },
    };
    resizeNodes(this.#ledger, pool);
    this.#ledger.insert('nodePools', id, pool);
    syncConsumers(this.#ledger, pool);
    this.#ledger.begin('nodePools', id, { ms: DURATIONS.nodePool / pool.nodes.length, then: ending });
    return pool;
  }

  /**
   * Changes what is given and keeps the rest: the real provider only sends what has changed. What is immutable may be repeated, but not
   * changed.
   */
  update(clusterId: string, id: string, patch: NodePoolPatch & Partial<NodePoolInput>): NodePool {
    const ending = this.#ledger.faults.permit('nodePools', 'update');
    this.get(clusterId, id);
    const pool = this.#ledger.open('nodePools', id);
    const cluster = this.#ledger.get('clusters', clusterId);
    const { properties } = pool;
    const next = {
      ...properties,
      ...Object.fromEntries(Object.entries(patch).filter(([, value]) => value != null)),
    };
    assertImmutable(properties, patch);
    assertSize(next);
    assertAutoScaling(next.autoScaling, properties.autoScaling);
    if (next.k8sVersion !== properties.k8sVersion)
      assertVersionStep(properties.k8sVersion, next.k8sVersion, cluster.properties.viableNodePoolVersions);
    assertLans(this.#ledger, properties.datacenterId, next.lans);
    assertPublicIps(this.#ledger, properties.datacenterId, next.publicIps, Math.max(next.nodeCount, next.autoScaling.maxNodeCount), id);
    this.#contract.require(demandOf(properties, next.nodeCount - properties.nodeCount));

    const rebuilt = next.k8sVersion !== properties.k8sVersion || next.serverType !== properties.serverType;
    pool.properties = structuredClone(next);
    resizeNodes(this.#ledger, pool);
    if (rebuilt) {
      for (const node of pool.nodes) {
        node.metadata.state = 'PROVISIONING';
        node.properties.k8sVersion = next.k8sVersion;
        node.metadata.lastSoftwareUpdatedDate = this.#ledger.clock.now();
      }
    }
    syncConsumers(this.#ledger, pool);
    pool.metadata.state = 'UPDATING';
    this.#ledger.begin('nodePools', id, { ms: DURATIONS.update * 2, then: ending });
    return pool;
  }

  delete(clusterId: string, id: string): void {
    this.#ledger.faults.permit('nodePools', 'delete');
    const pool = this.get(clusterId, id);
    if (pool.metadata.state !== 'ACTIVE' && !pool.metadata.state.startsWith('FAILED')) {
      throw refused(`[VDC-14-1832] Operation cannot be executed until Nodepool state is ACTIVE. Current state: ${pool.metadata.state}`);
    }
    pool.metadata.state = 'DESTROYING';
    for (const node of pool.nodes) node.metadata.state = 'TERMINATING';
    this.#ledger.begin('nodePools', id, { ms: DURATIONS.remove * 2, then: 'gone' });
  }

  #activeCluster(clusterId: string): Cluster {
    const cluster = this.#ledger.get('clusters', clusterId);
    if (cluster.metadata.state !== 'ACTIVE') {
      throw new CloudError(
        422,
        '200',
        `[VDC-14-1831] Operation cannot be executed until Cluster state is ACTIVE. Current state: ${cluster.metadata.state}`,
      );
    }
    return cluster;
  }

  #nodeReady(pool: NodePool): void {
    const node = pool.nodes.find(({ metadata }) => metadata.state !== 'READY');
    if (node !== undefined) {
      node.metadata.state = 'READY';
      node.metadata.lastModifiedDate = this.#ledger.clock.now();
    }
    if (pool.nodes.some(({ metadata }) => metadata.state !== 'READY')) {
      pool.pending = { ms: DURATIONS.nodePool / pool.nodes.length, then: 'ready' };
      return;
    }
    pool.metadata.state = 'ACTIVE';
  }
}
