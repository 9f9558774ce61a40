import { InstallerError } from '../engine/errors.js';
import type { LimitView } from '../engine/identity.js';
import type { ContractLimits } from '../ionos/reads.js';
import { MIB } from '../tenant/quantities.js';
import { contractShortfalls, type ContractNeed, type ContractRoom } from '../tenant/sizing.js';

/** What the contract still has, from the API's resourceLimits (RAM and storage there are in MB). */
export const contractRoom = ({ limits }: ContractLimits): ContractRoom => {
  const left = (limit: string, used: string, unit = 1): number | undefined => {
    const all = limits[limit];
    return all === undefined ? undefined : (all - (limits[used] ?? 0)) * unit;
  };
  return {
    ips: left('reservableIps', 'reservedIpsOnContract'),
    cores: left('coresPerContract', 'coresProvisioned'),
    memory: left('ramPerContract', 'ramProvisioned', MIB),
    ssd: left('ssdLimitPerContract', 'ssdVolumeProvisioned', MIB),
    hdd: left('hddLimitPerContract', 'hddVolumeProvisioned', MIB),
    clusters: left('k8sClusterLimitTotal', 'k8sClustersProvisioned'),
  };
};

/** What an operator's contract is about, with its use. What the API does not tell is left out. */
export const contractUse = ({ limits }: ContractLimits): LimitView[] => {
  const use = (name: string, limit: string, used: string, unit = 1): LimitView[] => {
    const all = limits[limit];
    return all === undefined ? [] : [{ name, used: (limits[used] ?? 0) * unit, limit: all * unit, unit: unit === 1 ? 'count' : 'bytes' }];
  };
  return [
    ...use('cores', 'coresPerContract', 'coresProvisioned'),
    ...use('memory', 'ramPerContract', 'ramProvisioned', MIB),
    ...use('SSD storage', 'ssdLimitPerContract', 'ssdVolumeProvisioned', MIB),
    ...use('HDD storage', 'hddLimitPerContract', 'hddVolumeProvisioned', MIB),
    ...use('IP addresses', 'reservableIps', 'reservedIpsOnContract'),
    ...use('Kubernetes clusters', 'k8sClusterLimitTotal', 'k8sClustersProvisioned'),
  ];
};

/** Refuses what the contract could not hold, before anything is made. Without a contract there is nothing to ask. */
export const requireContractRoom = (contract: ContractLimits | undefined, need: ContractNeed): void => {
  if (!contract) return;
  const shortfalls = contractShortfalls(need, contractRoom(contract));
  if (shortfalls.length === 0) return;
  throw new InstallerError({
    code: 'contract-limits',
    what: `the limits of contract ${contract.contractNumber} do not allow this`,
    why: shortfalls.join('; '),
    next: ['Ask IONOS support to raise the limits, or remove what is no longer used.', 'Nothing was changed.'],
    exitCode: 2,
  });
};
