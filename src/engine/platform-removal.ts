import type { RemovedCloudObject } from './removal.js';
import type { PlannedChange } from './views.js';

/** What a platform consists of when it is removed. Its tenants are gone before. */
export interface PlatformRemoval {
  platform: string;
  /** An adopted cluster is somebody's own: only what we put into it goes, and the cluster stays. */
  adopted: boolean;
  /** Address of the Kubernetes API; undefined where no cluster answers any more. */
  server?: string;
  /** Namespaces of ours that are there. */
  namespaces: readonly string[];
  /** `namespace/release`. */
  releases: readonly string[];
  /** What terraform's state holds. */
  cloud: readonly RemovedCloudObject[];
  /** terraform's destroy plan: the plan that is applied. */
  changes: PlannedChange[];
}

export type RemovedPlatformCounts = Record<'namespaces' | 'releases' | 'cloud', number>;

export const countPlatformRemoved = ({ namespaces, releases, cloud }: PlatformRemoval): RemovedPlatformCounts => ({ namespaces: namespaces.length, releases: releases.length, cloud: cloud.length });
