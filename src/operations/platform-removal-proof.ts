import { orUndefined, SYSTEM_NAMESPACE } from '../cluster/client.js';
import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import { task, type Task } from '../engine/task-list.js';
import { stillInCloud } from '../ionos/leftovers.js';
import { listNamed } from '../ionos/named.js';
import { listClusters } from '../ionos/reads.js';
import { clusterName, MODELS_NAMESPACE, readsAsAnothers } from '../tenant/resource-names.js';
import type { PlatformRemovalRun } from './platform-removal.js';

/** What the cloud clears up by itself after the last step gets so long. */
const CLEARING_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;
const NAMED_TYPES = new Set(['ionoscloud_datacenter', 'ionoscloud_k8s_cluster', 'ionoscloud_ipblock']);

/** By the ids that the state had, and by the platform's name: what no state ever knew still costs. */
const leftInCloud = async ({ api, input, removal, summary }: PlatformRemovalRun): Promise<string[]> => {
  if (!api) return [];
  const prefix = clusterName(input.name);
  const [known, named, clusters] = await Promise.all([stillInCloud(api, summary?.id, removal.cloud), listNamed(api, NAMED_TYPES, prefix), listClusters(api)]);
  const others = clusters.map(({ name }) => name);
  const ours = named.filter(({ name, type }) => (type === 'ionoscloud_ipblock' ? name.startsWith(`${prefix}-`) && !readsAsAnothers(name, input.name, others) : name === prefix));
  return [...new Set([...known.map(({ type, id }) => `${type} ${id}`), ...ours.map(({ type, importId }) => `${type} ${importId}`)])];
};

const leftInCluster = async ({ link, platform }: PlatformRemovalRun): Promise<string[]> => {
  if (!link || !platform) return [];
  const names = [SYSTEM_NAMESPACE, MODELS_NAMESPACE];
  const found = await Promise.all(names.map((name) => orUndefined(platform.cluster.core.readNamespace({ name }))));
  return names.filter((_name, index) => found[index] !== undefined).map((name) => `namespace/${name}`);
};

/** Looks everywhere that the platform could be. Throws InstallerError `left-behind`, which names what is there and what to do. */
export const proofTask: Task<PlatformRemovalRun> = task('proof', 'Proof', async (run, self) => {
  const deadline = Date.now() + Math.min(CLEARING_MS, run.input.timeoutMs);
  for (;;) {
    run.left = [...(await leftInCluster(run)), ...(await leftInCloud(run))];
    if (run.left.length === 0) break;
    if (Date.now() > deadline) {
      throw new InstallerError({ code: 'left-behind', what: `not everything of platform ${run.input.name} is gone`, why: `left: ${run.left.join(', ')}`, next: ['Remove it in the DCD or with ionosctl: it costs.', 'Then run the same command again: it finishes.'] });
    }
    self.output = `still there: ${run.left.slice(0, 3).join(', ')}`;
    await sleep(LOOK_AGAIN_MS, run.context.interrupts.signal);
  }
  self.output = run.link ? 'nothing of ours is left in the cluster' : 'nothing is left in the cloud';
});
