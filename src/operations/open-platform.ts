import { connect, type Cluster } from '../cluster/client.js';
import { InstallerError } from '../engine/errors.js';
import { connectIonos, type IonosApi } from '../ionos/client.js';
import { listClusters, listNodePools, readKubeconfig, secretsOf, type ClusterSummary, type NodePoolSummary } from '../ionos/reads.js';
import { clusterName } from '../tenant/resource-names.js';
import type { RunContext, RunFolder } from './context.js';

/** The Cloud API with the run's credentials. */
export const openIonos = (context: RunContext): IonosApi =>
  connectIonos(context.credentials, { apiUrl: context.env.IONOS_API_URL, contractNumber: context.env.IONOS_CONTRACT_NUMBER, signal: context.interrupts.signal });

/** A platform that is there: its managed cluster, reached. */
export interface OpenPlatform {
  name: string;
  summary: ClusterSummary;
  pools: NodePoolSummary[];
  cluster: Cluster;
  /** File (0600) in the run's folder; gone when the run ends. */
  kubeconfig: string;
}

/** Finds the platform's managed cluster by its name, which is unique per contract for us. Undefined when there is none. */
export const findPlatform = async (api: IonosApi, platform: string): Promise<ClusterSummary | undefined> =>
  (await listClusters(api)).find((cluster) => cluster.name === clusterName(platform));

/** Whether the platform was made as a whole. One whose making was interrupted has no working nodes yet, and is finished first. */
export const isFinished = async (api: IonosApi, summary: ClusterSummary): Promise<boolean> => {
  if (summary.state === 'DEPLOYING') return false;
  const pools = await listNodePools(api, summary.id);
  return pools.some((pool) => pool.state !== 'DEPLOYING');
};

/** Fetches the kubeconfig for this run and connects. */
export const openPlatform = async (context: RunContext, folder: RunFolder, api: IonosApi, platform: string, summary: ClusterSummary): Promise<OpenPlatform> => {
  if (summary.state !== 'ACTIVE') {
    throw new InstallerError({
      code: 'platform-not-ready',
      what: `the cluster of platform ${platform} is not ready`,
      why: `IONOS Cloud reports it ${summary.state}`,
      next: ['Wait until it is ACTIVE, then run the same command again.'],
    });
  }
  const [kubeconfig, pools] = await Promise.all([readKubeconfig(api, summary.id), listNodePools(api, summary.id)]);
  for (const secret of secretsOf(kubeconfig)) context.redactor.register(secret);
  return { name: platform, summary, pools, cluster: connect(kubeconfig), kubeconfig: await folder.writeSecretFile('kubeconfig', kubeconfig) };
};
