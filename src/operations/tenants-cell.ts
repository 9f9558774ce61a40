import type { Cluster } from '../cluster/client.js';
import type { TenantRecord } from '../cluster/registry.js';
import type { TenantSpec } from '../tenant/spec.js';
import type { RunContext, RunFolder } from './context.js';
import { openIonos, type Cell, type OpenPlatform } from './open-platform.js';
import { findOwnCluster, openOwnCluster, ownClusterGone } from './own-cluster.js';

/** Reaches the cluster of a tenant that has one of its own. Throws InstallerError `cell-gone` or `cell-not-ready`. */
export type ReachOwnCluster = (tenant: string) => Promise<Cluster>;

const openOwn = async (context: RunContext, folder: RunFolder, platform: OpenPlatform, tenant: string): Promise<Cell> => {
  const api = openIonos(context);
  const summary = await findOwnCluster(api, platform.name, tenant);
  if (summary) return openOwnCluster(context, folder, api, tenant, summary);
  throw ownClusterGone(context, platform.name, tenant);
};

/** Reaches the own clusters of a platform's tenants, for reading. */
export const ownClusters = (context: RunContext, folder: RunFolder, platform: OpenPlatform): ReachOwnCluster => async (tenant) => (await openOwn(context, folder, platform, tenant)).cluster;

/** The cluster that a tenant's applications run in: the platform's, or one of its own. Throws InstallerError `cell-gone` or `cell-not-ready`. */
export const openCell = async (context: RunContext, folder: RunFolder, platform: OpenPlatform, { name, spec }: TenantRecord): Promise<Cell> =>
  (spec as TenantSpec).isolation === 'cluster' ? openOwn(context, folder, platform, name) : platform;
