import { CloudError } from './cloud-error.js';
import type { Ledger } from './ledger.js';
import type { Contract, ResourceLimits } from './types.js';

/** Limits and usage, named as in `GET /contracts` (RAM and volumes in MB). */
export interface ResourceUsage extends ResourceLimits {
  coresProvisioned: number;
  ramProvisioned: number;
  hddVolumeProvisioned: number;
  ssdVolumeProvisioned: number;
  dasVolumeProvisioned: number;
  reservedIpsOnContract: number;
  reservedIpsInUse: number;
  k8sClustersProvisioned: number;
  nlbProvisioned: number;
  natGatewayProvisioned: number;
  securityGroupsPerVdc: number;
  securityGroupsPerResource: number;
  rulesPerSecurityGroup: number;
}

/** What a request would add to the contract. */
export interface Demand {
  ips?: number;
  clusters?: number;
  cores?: number;
  /** MB. */
  ram?: number;
  /** MB. */
  hdd?: number;
  /** MB. */
  ssd?: number;
}

const exceeded = (what: string, limit: number, used: number, wanted: number): CloudError =>
  new CloudError(422, '200', `Contract limit exceeded: ${what}: limit ${limit}, in use ${used}, requested ${wanted}`);

/** The contract: what it allows, and what is used of it. */
export class ContractBook {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get(): Contract {
    return this.#ledger.state.contract;
  }

  /** Changes limits, as support does on request. */
  setLimits(limits: Partial<ResourceLimits>): void {
    Object.assign(this.get().limits, limits);
  }

  usage(): ResourceUsage {
    return this.#limited(this.#used(), true);
  }

  #used(): ResourceUsage {
    const blocks = this.#ledger.list('ipBlocks');
    const pools = this.#ledger.list('nodePools');
    const total = (amount: (pool: (typeof pools)[number]) => number): number =>
      pools.reduce((sum, pool) => sum + pool.properties.nodeCount * amount(pool), 0);
    return {
      ...this.get().limits,
      coresProvisioned: total(({ properties }) => properties.coresCount),
      ramProvisioned: total(({ properties }) => properties.ramSize),
      hddVolumeProvisioned: total(({ properties }) => (properties.storageType === 'HDD' ? properties.storageSize * 1024 : 0)),
      ssdVolumeProvisioned: total(({ properties }) => (properties.storageType === 'HDD' ? 0 : properties.storageSize * 1024)),
      dasVolumeProvisioned: 0,
      reservedIpsOnContract: blocks.reduce((sum, { properties }) => sum + properties.size, 0),
      reservedIpsInUse: blocks.reduce((sum, { properties }) => sum + properties.ipConsumers.length, 0),
      k8sClustersProvisioned: this.#ledger.list('clusters').length,
      nlbProvisioned: 0,
      natGatewayProvisioned: 0,
      securityGroupsPerVdc: 50,
      securityGroupsPerResource: 10,
      rulesPerSecurityGroup: 100,
    };
  }

  /** Throws a 422 when one server would be larger than the contract lets one be. RAM in MB, storage in GB. */
  requireServer(server: { coresCount: number; ramSize: number; storageSize: number; storageType: string }): void {
    const { limits } = this.get();
    const volume = server.storageType === 'HDD' ? limits.hddLimitPerVolume : limits.ssdLimitPerVolume;
    const checks: [string, number, number][] = [
      ['cores per server', limits.coresPerServer, server.coresCount],
      ['RAM per server (MB)', limits.ramPerServer, server.ramSize],
      ['storage per volume (MB)', volume, server.storageSize * 1024],
    ];
    for (const [what, limit, wanted] of checks) if (wanted > limit) throw exceeded(what, limit, 0, wanted);
  }

  /** Limits that were ordered to be reached are what is in use. `shown`: as the contract says it, which may keep silent about them. */
  #limited(usage: ResourceUsage, shown: boolean): ResourceUsage {
    const reached = (of: string): boolean =>
      this.#ledger.faults.find('quota', (parameters) => (parameters['of'] === 'all' || parameters['of'] === of) && (!shown || parameters['shown'] === 'yes')) !== undefined;
    return {
      ...usage,
      ...(reached('ips') ? { reservableIps: usage.reservedIpsOnContract } : {}),
      ...(reached('clusters') ? { k8sClusterLimitTotal: usage.k8sClustersProvisioned } : {}),
      ...(reached('cores') ? { coresPerContract: usage.coresProvisioned } : {}),
      ...(reached('ram') ? { ramPerContract: usage.ramProvisioned } : {}),
      ...(reached('storage') ? { hddLimitPerContract: usage.hddVolumeProvisioned, ssdLimitPerContract: usage.ssdVolumeProvisioned } : {}),
    };
  }

  /** Throws a 422 when the contract has no room for it. */
  require(demand: Demand): void {
    const usage = this.#limited(this.#used(), false);
    const checks: [string, number | undefined, number, number][] = [
      ['reservable IPs', demand.ips, usage.reservableIps, usage.reservedIpsOnContract],
      ['Kubernetes clusters', demand.clusters, usage.k8sClusterLimitTotal, usage.k8sClustersProvisioned],
      ['cores', demand.cores, usage.coresPerContract, usage.coresProvisioned],
      ['RAM (MB)', demand.ram, usage.ramPerContract, usage.ramProvisioned],
      ['HDD storage (MB)', demand.hdd, usage.hddLimitPerContract, usage.hddVolumeProvisioned],
      ['SSD storage (MB)', demand.ssd, usage.ssdLimitPerContract, usage.ssdVolumeProvisioned],
    ];
    for (const [what, wanted, limit, used] of checks) {
      if (wanted !== undefined && wanted > 0 && used + wanted > limit) throw exceeded(what, limit, used, wanted);
    }
  }
}
