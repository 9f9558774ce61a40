import { listReleases } from '../cluster/releases.js';
import { waitForRollout } from '../cluster/rollout.js';
import { modelGatewayRelease } from '../tenant/resource-names.js';
import { applyRelease } from './apply-release.js';
import type { RunContext, RunFolder, Tools } from './context.js';
import { holdModelGateway } from './hold-model-gateway.js';
import type { Cell } from './open-platform.js';
import { openHelm } from './open-helm.js';
import { modelGatewayChecksum, removeTenantKey } from './tenant-secrets.js';

/**
 * A pod of the model gateway that ends takes requests for another 3 seconds (preStop in its chart), for whoever was still sent to it.
 * Then it only finishes what it answers, which may take ten minutes and is somebody else's.
 */
const DRAIN_MS = 5_000;

export interface ModelKeyRun {
  context: RunContext;
  folder: RunFolder;
  tools: Tools;
  /** Where the model gateway is that the tenant uses. */
  cell: Cell;
  /** Where that is a cluster of the tenant's own. */
  ownCell?: Cell | undefined;
  /** Milliseconds. */
  timeoutMs: number;
}

/**
 * Takes a tenant's key from the model gateway, which reads its keys when a pod starts: it is rolled, one pod after the other,
 * with the values that it has. `path` is the task that its pods are shown under. Returns what was done, in a few words.
 */
export const takeModelKey = async (run: ModelKeyRun, tenant: string, path: string, say: (words: string) => void): Promise<string> => {
  const { context } = run;
  const { signal } = context.interrupts;
  const done = await holdModelGateway(run.cell.cluster, { context, tenant, ownCell: run.ownCell, signal, say }, () => withoutKey(run, tenant, path));
  if (done !== undefined) return done;
  say('waiting until the model gateway no longer takes it');
  await waitForRollout(run.cell.cluster, {
    namespace: modelGatewayRelease.namespace,
    apps: [{ name: modelGatewayRelease.release, kind: 'Deployment' }],
    signal,
    timeoutMs: run.timeoutMs,
    drainMs: DRAIN_MS,
    onPod: (pod, gone) => context.bus.emit({ type: 'pod', task: path, pod, gone }),
  });
  return 'no longer taken';
};

/** Returns what was done, in a few words; undefined when pods are rolled for it. */
const withoutKey = async ({ context, cell: { cluster, kubeconfig }, folder, tools }: ModelKeyRun, tenant: string, path: string): Promise<string | undefined> => {
  const { release, namespace } = modelGatewayRelease;
  const removed = await removeTenantKey(cluster, tenant);
  if (!(await listReleases(cluster, namespace)).some((each) => each.release === release)) return removed ? 'removed' : 'none';
  const helm = openHelm(context, folder, tools, kubeconfig, path);
  const values = await helm.values(release, namespace);
  const secretChecksum = await modelGatewayChecksum(cluster);
  if (values.secretChecksum === secretChecksum) return 'none';
  await applyRelease({ cluster, helm, packageRoot: context.packageRoot, signal: context.interrupts.signal }, modelGatewayRelease, { ...values, secretChecksum });
  return undefined;
};
