import { DEFAULT_K8S_VERSION, DEFAULT_MAINTENANCE_WINDOW, DURATIONS, K8S_VERSIONS, LOCATIONS } from './catalog.js';
import { badField, CloudError, refused } from './cloud-error.js';
import type { ContractBook } from './contract.js';
import { assertVersionStep, compareVersions, upgradesOf } from './k8s-versions.js';
import type { Ledger } from './ledger.js';
import { dropServices } from './nodes.js';
import type { Cluster, MaintenanceWindow } from './types.js';

export interface ClusterInput {
  name: string;
  k8sVersion?: string | null;
  maintenanceWindow?: MaintenanceWindow | null;
  public?: boolean;
  location?: string | null;
  natGatewayIp?: string | null;
  nodeSubnet?: string | null;
  apiSubnetAllowList?: string[];
  s3Buckets?: { name: string }[];
}

const IMMUTABLE = ['public', 'location', 'natGatewayIp', 'nodeSubnet'] as const;

/** Managed Kubernetes control planes. */
export class Clusters {
  readonly #ledger: Ledger;
  readonly #contract: ContractBook;

  constructor(ledger: Ledger, contract: ContractBook) {
    this.#ledger = ledger;
    this.#contract = contract;
    ledger.onStep('clusters', (cluster, then) => {
      if (then !== 'gone') cluster.metadata.state = then === 'ready' ? 'ACTIVE' : 'FAILED';
    });
  }

  list(): Cluster[] {
    return this.#ledger.list('clusters');
  }

  get(id: string): Cluster {
    return this.#ledger.get('clusters', id);
  }

  create(input: ClusterInput): Cluster {
    const ending = this.#ledger.faults.permit('clusters', 'create');
    if (input.name.trim() === '') throw badField('name', 'must not be empty');
    const version = input.k8sVersion ?? DEFAULT_K8S_VERSION;
    if (!K8S_VERSIONS.includes(version)) {
      throw new CloudError(
        422,
        '200',
        `[VDC-14-1829] K8s version ${version} is not viable. Available versions: ${K8S_VERSIONS.join(', ')}`,
      );
    }
    const isPublic = input.public ?? true;
    if (!isPublic && (input.location == null || input.natGatewayIp == null)) {
      throw badField('natGatewayIp', 'a private cluster needs location and natGatewayIp');
    }
    if (input.location != null && !LOCATIONS.some(({ id }) => id === input.location)) throw badField('location', 'is not a known location');
    this.#contract.require({ clusters: 1 });
    const id = this.#ledger.newId();
    this.#ledger.insert('clusters', id, {
      id,
      type: 'k8s',
      metadata: this.#ledger.metadata('DEPLOYING'),
      properties: {
        name: input.name,
        k8sVersion: version,
        maintenanceWindow: { ...(input.maintenanceWindow ?? DEFAULT_MAINTENANCE_WINDOW) },
        public: isPublic,
        location: input.location ?? null,
        natGatewayIp: input.natGatewayIp ?? null,
        nodeSubnet: input.nodeSubnet ?? (isPublic ? null : '192.168.0.0/16'),
        apiSubnetAllowList: [...(input.apiSubnetAllowList ?? [])],
        s3Buckets: structuredClone(input.s3Buckets ?? []),
        availableUpgradeVersions: upgradesOf(version),
        viableNodePoolVersions: K8S_VERSIONS.filter((candidate) => compareVersions(candidate, version) <= 0),
      },
    });
    this.#ledger.begin('clusters', id, { ms: DURATIONS.cluster, then: ending });
    return this.get(id);
  }

  update(id: string, patch: Partial<ClusterInput>): Cluster {
    const ending = this.#ledger.faults.permit('clusters', 'update');
    const cluster = this.#ledger.open('clusters', id);
    const { properties } = cluster;
    for (const field of IMMUTABLE) {
      if (patch[field] !== undefined && patch[field] !== properties[field]) throw badField(field, 'is immutable');
    }
    if (patch.k8sVersion != null && patch.k8sVersion !== properties.k8sVersion) {
      assertVersionStep(properties.k8sVersion, patch.k8sVersion, K8S_VERSIONS);
      properties.k8sVersion = patch.k8sVersion;
      properties.availableUpgradeVersions = upgradesOf(patch.k8sVersion);
      properties.viableNodePoolVersions = K8S_VERSIONS.filter((candidate) => compareVersions(candidate, properties.k8sVersion) <= 0);
    }
    if (patch.name !== undefined) properties.name = patch.name;
    if (patch.maintenanceWindow != null) properties.maintenanceWindow = { ...patch.maintenanceWindow };
    if (patch.apiSubnetAllowList !== undefined) properties.apiSubnetAllowList = [...patch.apiSubnetAllowList];
    if (patch.s3Buckets !== undefined) properties.s3Buckets = structuredClone(patch.s3Buckets);
    cluster.metadata.state = 'UPDATING';
    this.#ledger.begin('clusters', id, { ms: DURATIONS.update, then: ending });
    return cluster;
  }

  delete(id: string): void {
    this.#ledger.faults.permit('clusters', 'delete');
    const cluster = this.get(id);
    const pools = this.#ledger.list('nodePools').filter(({ clusterId }) => clusterId === id);
    if (pools.length > 0)
      throw refused(
        `[VDC-14-1840] Cluster ${id} still has ${pools.length} node pool(s): ${pools.map(({ properties }) => properties.name).join(', ')}`,
      );
    cluster.metadata.state = 'DESTROYING';
    dropServices(this.#ledger, id);
    this.#ledger.begin('clusters', id, { ms: DURATIONS.remove * 2, then: 'gone' });
  }
}
