import type { Cluster } from '../cluster/client.js';
import { listReleases } from '../cluster/releases.js';
import { findStrays, strayWords } from '../cluster/strays.js';
import { modelGatewayRelease, releaseNames } from '../tenant/resource-names.js';

/** In words, what of a tenant's releases is not in its cluster as it was made; empty where all is. The model gateway's counts for those who have models. */
export const tenantStrays = async (cluster: Cluster, tenant: string, hasModels: boolean, signal: AbortSignal): Promise<string> => {
  const names = [...Object.values(releaseNames(tenant)), ...(hasModels ? [modelGatewayRelease] : [])];
  const lists = await Promise.all([...new Set(names.map(({ namespace }) => namespace))].map((namespace) => listReleases(cluster, namespace)));
  const releases = lists.flat().filter(({ namespace, release }) => names.some((name) => name.namespace === namespace && name.release === release));
  return strayWords(await findStrays(cluster, releases, signal));
};
