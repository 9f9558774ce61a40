import { connect, type Cluster } from '../cluster/client.js';
import { ExitCode, InstallerError } from '../engine/errors.js';
import { connectIonos, type IonosApi } from '../ionos/client.js';
import { datacenterLocation, listClusters, listNodePools, readKubeconfig, secretsOf, type ClusterSummary, type NodePoolSummary } from '../ionos/reads.js';
import type { AddressSource } from '../tenant/address-source.js';
import { clusterName } from '../tenant/resource-names.js';
import type { RunContext, RunFolder } from './context.js';

/** The Cloud API with the run's credentials. Throws InstallerError `credentials` when there are none: a trial cluster needs none. */
export const openIonos = (context: RunContext): IonosApi => {
  if (!context.credentials) {
    throw new InstallerError({ code: 'credentials', what: 'there are no IONOS credentials', why: 'this needs the Cloud API', next: ['Set IONOS_TOKEN.'], exitCode: ExitCode.credentials });
  }
  return connectIonos(context.credentials, { apiUrl: context.env.IONOS_API_URL, contractNumber: context.env.IONOS_CONTRACT_NUMBER, signal: context.interrupts.signal, say: warn(context) });
};

const warn = (context: RunContext) => (message: string): void => context.bus.emit({ type: 'notice', level: 'warning', message });

/** Connects to a cluster for this run: patiently where the operation is one that should outlast a short absence of its API server. */
export const reach = (context: RunContext, kubeconfig: string): Cluster =>
  connect(kubeconfig, context.patienceMs !== undefined ? { ms: context.patienceMs, signal: context.interrupts.signal, say: warn(context) } : undefined, context.deadline);

/** What IONOS Cloud knows of a cluster that it manages. */
export interface ManagedCluster {
  id: string;
  k8sVersion: string;
  pools: NodePoolSummary[];
}

/**
 * A cluster, reached. Two words say which one: a tenant's *home* is the platform's cluster, which keeps its registry entry, its Lease and
 * terraform's state; its *cell* is the one that its guard rails and applications run in. They differ with isolation `cluster` only.
 */
export interface Cell {
  cluster: Cluster;
  /** File (0600) in the run's folder; gone when the run ends. */
  kubeconfig: string;
}

/** A platform that is there: its cluster, reached. */
export interface OpenPlatform extends Cell {
  name: string;
  /** Where its tenants' addresses come from. */
  addresses: AddressSource;
  /** IONOS location of its tenants' addresses, for example `de/fra`; undefined where tenants own nothing in the cloud. */
  location: string | undefined;
  /** Undefined for an adopted cluster that IONOS does not manage. */
  managed: ManagedCluster | undefined;
}

/** Finds the platform's managed cluster by its name, which is unique per contract for us. Undefined when there is none. */
export const findPlatform = async (api: IonosApi, platform: string): Promise<ClusterSummary | undefined> =>
  (await listClusters(api)).find((cluster) => cluster.name === clusterName(platform));

/** Whether the platform was made as a whole. One whose making was interrupted has no working nodes yet, and is finished first. */
export const isFinished = async (api: IonosApi, summary: ClusterSummary): Promise<boolean> => {
  if (summary.state === 'DEPLOYING' || summary.state === 'FAILED') return false;
  const pools = await listNodePools(api, summary.id);
  return pools.some((pool) => pool.state !== 'DEPLOYING' && pool.state !== 'FAILED');
};

/** What the Cloud API tells of a managed cluster, with the location of its nodes. */
export const readManaged = async (api: IonosApi, summary: ClusterSummary): Promise<{ managed: ManagedCluster; location: string | undefined }> => {
  const pools = await listNodePools(api, summary.id);
  const location = pools[0] ? await datacenterLocation(api, pools[0].datacenterId) : undefined;
  return { managed: { id: summary.id, k8sVersion: summary.k8sVersion, pools }, location };
};

/** Fetches the kubeconfig of a managed cluster for this run, and connects. */
export const openPlatform = async (context: RunContext, folder: RunFolder, api: IonosApi, platform: string, summary: ClusterSummary): Promise<OpenPlatform> => {
  if (summary.state !== 'ACTIVE') {
    throw new InstallerError({
      code: 'platform-not-ready',
      what: `the cluster of platform ${platform} is not ready`,
      why: `IONOS Cloud reports it ${summary.state}`,
      next: ['Wait until it is ACTIVE, then run the same command again.'],
    });
  }
  const [kubeconfig, facts] = await Promise.all([readKubeconfig(api, summary.id), readManaged(api, summary)]);
  for (const secret of secretsOf(kubeconfig)) context.redactor.register(secret);
  return { name: platform, cluster: reach(context, kubeconfig), kubeconfig: await folder.writeSecretFile('kubeconfig', kubeconfig), addresses: 'ip-block', ...facts };
};
