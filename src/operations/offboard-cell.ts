import { untilCloudIsStill } from './cloud-still.js';
import type { Offboarding } from './offboarding.js';
import type { Cell } from './open-platform.js';
import { findOwnCluster, openOwnCluster } from './own-cluster.js';
import { presentSpec } from './present-spec.js';

/**
 * Opens the cluster that the tenant's workloads are in. Of a tenant that was never entered, only the cloud can tell whether a create had
 * begun with one. A cluster that is gone, or never came up, holds nothing that has to leave in order: it goes with its data centre.
 */
export const findCell = async (run: Offboarding): Promise<Cell | undefined> => {
  const { api, context, folder, input, platform, record } = run;
  const entered = presentSpec(record)?.isolation;
  if (!api || (entered !== undefined && entered !== 'cluster')) return platform;
  const find = (): ReturnType<typeof findOwnCluster> => findOwnCluster(api, input.platform, input.name);
  const summary = input.dryRun ? await find() : await untilCloudIsStill(context, api, { words: `the cluster of ${input.name}`, find }, input.timeoutMs);
  if (summary?.state === 'ACTIVE') return openOwnCluster(context, folder, api, input.name, summary);
  return summary || entered === 'cluster' ? undefined : platform;
};
