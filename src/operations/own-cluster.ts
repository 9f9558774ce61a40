import { InstallerError } from '../engine/errors.js';
import type { IonosApi } from '../ionos/client.js';
import { listClusters, listNodePools, readKubeconfig, secretsOf, type ClusterSummary, type NodePoolSummary } from '../ionos/reads.js';
import { ownClusterName, ownInfrastructureName } from '../tenant/resource-names.js';
import type { RunContext, RunFolder } from './context.js';
import { reach, type Cell } from './open-platform.js';

/** The cluster of a tenant with isolation `cluster`, by its name, which no platform's can be. Undefined when there is none. */
export const findOwnCluster = async (api: IonosApi, platform: string, tenant: string): Promise<ClusterSummary | undefined> =>
  (await listClusters(api)).find(({ name }) => name === ownClusterName(platform, tenant));

/** The pool of a tenant's own nodes in this cluster, by its name. Undefined when there is none. */
export const findOwnPool = async (api: IonosApi, clusterId: string, platform: string, tenant: string): Promise<NodePoolSummary | undefined> =>
  (await listNodePools(api, clusterId)).find(({ name }) => name === ownInfrastructureName(platform, tenant));

/** A tenant's own cluster that was there and is gone: its data was in it, so that nothing but removing what is left makes sense. */
export const ownClusterGone = (context: RunContext, platform: string, tenant: string): InstallerError =>
  new InstallerError({
    code: 'cell-gone',
    what: `the cluster of ${tenant} is gone`,
    why: `IONOS Cloud has no cluster ${ownClusterName(platform, tenant)}, and the tenant's data was in it`,
    next: [`Remove what is left, then onboard it anew: ${context.command(`delete ${tenant}`)}`, 'Nothing was changed.'],
  });

/** Fetches the kubeconfig of a tenant's own cluster for this run, and connects. Throws InstallerError `cell-not-ready` while IONOS works on it. */
export const openOwnCluster = async (context: RunContext, folder: RunFolder, api: IonosApi, tenant: string, summary: ClusterSummary): Promise<Cell> => {
  if (summary.state !== 'ACTIVE') {
    throw new InstallerError({
      code: 'cell-not-ready',
      what: `the cluster of ${tenant} is not ready`,
      why: `IONOS Cloud reports it ${summary.state}`,
      next: ['Wait until it is ACTIVE, then run the same command again.'],
    });
  }
  const kubeconfig = await readKubeconfig(api, summary.id);
  for (const secret of secretsOf(kubeconfig)) context.redactor.register(secret);
  return { cluster: reach(context, kubeconfig), kubeconfig: await folder.writeSecretFile(`kubeconfig-${tenant}`, kubeconfig) };
};
