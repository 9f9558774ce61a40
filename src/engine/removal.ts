import type { PlannedChange, Range } from './views.js';

/** A volume of a tenant, by the claim that asked for it. */
export interface RemovedVolume {
  claim: string;
  bytes: number;
  /** Name of the PersistentVolume; empty while none is bound. */
  volume: string;
}

/** Something in the cloud, as terraform's state names it. */
export interface RemovedCloudObject {
  /** terraform's address, for example `module.address.ionoscloud_ipblock.this`. */
  address: string;
  /** `ionoscloud_ipblock`. */
  type: string;
  id: string;
}

/** What a tenant consists of when it is removed. */
export interface Removal {
  namespaces: readonly string[];
  /** `namespace/release`. */
  releases: readonly string[];
  volumes: readonly RemovedVolume[];
  /** The tenant has a key at the shared model gateway. */
  modelKey: boolean;
  cloud: readonly RemovedCloudObject[];
}

export type RemovedCounts = Record<'namespaces' | 'releases' | 'volumes' | 'cloud', number>;

/** What is about to be removed for good, as the operator confirms it. Money is EUR for 30 days. */
export interface RemovalProposal extends Removal {
  tenant: string;
  platform: string;
  displayName?: string;
  /** ISO time. */
  createdAt?: string;
  ip?: string;
  /** terraform's destroy plan: the plan that is applied. */
  changes: PlannedChange[];
  /** What ends with it. */
  costEur30d?: Range;
  priceDate?: string;
  /** Claims whose volume stays because their reclaim policy says so. */
  keptClaims: readonly string[];
}

/** How many of each there were. */
export const countRemoved = (removal: Removal): RemovedCounts => ({
  namespaces: removal.namespaces.length,
  releases: removal.releases.length,
  volumes: removal.volumes.length,
  cloud: removal.cloud.length,
});

const union = <T>(first: readonly T[], second: readonly T[], key: (one: T) => string): T[] => [...new Map([...first, ...second].map((each) => [key(each), each])).values()];

/** Both together: what an interrupted run had found, and what is there now. */
export const joinRemovals = (earlier: Removal | undefined, now: Removal): Removal => ({
  namespaces: union(earlier?.namespaces ?? [], now.namespaces, String),
  releases: union(earlier?.releases ?? [], now.releases, String),
  volumes: union(earlier?.volumes ?? [], now.volumes, ({ claim }) => claim),
  modelKey: (earlier?.modelKey ?? false) || now.modelKey,
  cloud: union(earlier?.cloud ?? [], now.cloud, ({ id }) => id),
});
