import type { ClusterSummary, NodePoolSummary } from '../ionos/reads.js';
import { typeOf } from '../terraform/protect.js';
import { failedParts, untilCloudIsStill, untilPoolIsStill } from './cloud-still.js';
import { cellOf, ionosOf, type Onboarding } from './onboarding.js';
import { findOwnCluster, findOwnPool } from './own-cluster.js';
import { podsOnOwnNodes } from './own-nodes.js';
import { OWN_POOL } from './tenant-variables.js';

/** What the cloud has of what a tenant has for itself when its stack is planned, once no interrupted run changes it any more. */
export interface OwnParts {
  /** Its own cluster, with isolation `cluster`. */
  cluster: ClusterSummary | undefined;
  /** The pool of its own nodes, unless that is made anew. */
  pool: NodePoolSummary | undefined;
  /** Whether what is at this address in its stack has FAILED and was never finished: nothing is lost when it is made anew. */
  isFailed: (address: string) => boolean;
  /** Addresses of those that terraform does not take for unfinished by itself. */
  anew: string[];
}

const ownCluster = async (run: Onboarding): Promise<OwnParts> => {
  const { context, input, tenant } = run;
  const api = ionosOf(run);
  const find = (): Promise<ClusterSummary | undefined> => findOwnCluster(api, input.platform.name, tenant.name);
  const cluster = input.dryRun ? await find() : await untilCloudIsStill(context, api, { words: `the cluster of ${tenant.name}`, find }, input.cloudTimeoutMs);
  const failed = await failedParts(api, cluster);
  const pool = cluster && (await findOwnPool(api, cluster.id, input.platform.name, tenant.name));
  return { cluster, pool: failed.length > 0 ? undefined : pool, isFailed: (address) => failed.includes(typeOf(address)), anew: [] };
};

/**
 * Own nodes in the platform's cluster. A pool that FAILED is made anew as long as nothing of the tenant runs on its nodes, whatever terraform
 * thinks of it: the mark that it was never finished is gone once a run has kept it, and was never there where a killed run made the pool.
 */
const ownNodes = async (run: Onboarding, clusterId: string): Promise<OwnParts> => {
  const { context, input, tenant } = run;
  const find = (): Promise<NodePoolSummary | undefined> => findOwnPool(ionosOf(run), clusterId, input.platform.name, tenant.name);
  const pool = input.dryRun ? await find() : await untilPoolIsStill(context, { words: `the node pool of ${tenant.name}`, find }, input.cloudTimeoutMs);
  const failed = pool?.state === 'FAILED' && (await podsOnOwnNodes(cellOf(run).cluster, tenant.name)).length === 0;
  return { cluster: undefined, pool: failed ? undefined : pool, isFailed: (address) => failed && address === OWN_POOL, anew: failed ? [OWN_POOL] : [] };
};

/** Looks at it; a dry run does so without waiting until it is at rest. Throws InstallerError `cloud-busy`. */
export const lookAtOwn = async (run: Onboarding): Promise<OwnParts> => {
  const { managed } = run.platform ?? {};
  if (run.tenant.isolation === 'cluster') return ownCluster(run);
  if (run.tenant.isolation === 'node-pool' && managed) return ownNodes(run, managed.id);
  return { cluster: undefined, pool: undefined, isFailed: () => false, anew: [] };
};

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/** Own nodes are never upgraded beside another change, because every one of them is rebuilt: it is said that they are behind, and how it is done. */
export const tellOfOldNodes = ({ context, tenant, platform }: Onboarding, { cluster, pool }: OwnParts): void => {
  const control = cluster ?? platform?.managed;
  if (!pool || !control || minorOf(pool.k8sVersion) === minorOf(control.k8sVersion)) return;
  const command = `ionosctl k8s nodepool update --cluster-id ${control.id} --nodepool-id ${pool.id} --k8s-version ${control.k8sVersion}`;
  context.bus.emit({ type: 'notice', level: 'info', message: `The nodes of ${tenant.name} run Kubernetes ${pool.k8sVersion}, their control plane ${control.k8sVersion}. They stay as they are; upgrading them rebuilds one after the other: ${command}` });
};
