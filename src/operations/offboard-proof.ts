import { SYSTEM_NAMESPACE, TENANT_LABEL } from '../cluster/client.js';
import { listReleases } from '../cluster/releases.js';
import { goesWithItsClaim, volumesOf } from '../cluster/remaining.js';
import { objectsOfTenant, objectWords, type FoundObject } from '../cluster/tenant-objects.js';
import { InstallerError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import { task, type Task } from '../engine/task-list.js';
import { namedInCloud, stillInCloud } from '../ionos/leftovers.js';
import { listNamed } from '../ionos/named.js';
import { listClusters } from '../ionos/reads.js';
import { ipBlockName, leaseName, namespaceOf, ownClusterName, readsAsAnothers, registryName, releaseNames } from '../tenant/resource-names.js';
import { stateLockName } from '../cluster/state-lock.js';
import { hasModelKey, stateSecrets } from './offboard-inventory.js';
import type { Offboarding } from './offboarding.js';

/** What the cluster clears up by itself after the last step (slices of Services, nodes of a removed pool) gets so long. */
const CLEARING_MS = 30_000;
const LOOK_AGAIN_MS = 500;

/** What only a tenant with isolation `cluster` has. */
const OWN_TYPES = new Set(['ionoscloud_datacenter', 'ionoscloud_k8s_cluster']);

interface Left {
  what: string;
  /** What to type so that it goes. */
  next?: string;
  /** It does not go by itself. */
  stays: boolean;
}

/** The tombstone: the registry's record, and the Lease that serialises whoever uses the name. */
const isTombstone = (tenant: string, { kind, namespace, name }: { kind: string; namespace: string; name: string }): boolean =>
  namespace === SYSTEM_NAMESPACE && ((kind === 'ConfigMap' && name === registryName(tenant)) || (kind === 'Lease' && name === leaseName(tenant)));

/**
 * An object with the tenant's label or in its namespace. What lies in a namespace that is neither the tenant's nor ours was never made by
 * this program, so no step takes it away, and it may well be somebody else's: whoever labelled it has to say which.
 */
const leftObject = (tenant: string, object: FoundObject): Left => {
  const what = objectWords(object);
  if ([namespaceOf(tenant), SYSTEM_NAMESPACE, ''].includes(object.namespace)) return { what, stays: false };
  const [kubectl, target] = [`kubectl -n ${object.namespace}`, `${object.kind.toLowerCase()}/${object.name}`];
  return { what, stays: true, next: `It carries ${tenant}'s label. If it is not ${tenant}'s: ${kubectl} label ${target} ${TENANT_LABEL}- (and what makes it, or it comes back); if it is: ${kubectl} delete ${target}` };
};

const leftInCluster = async (run: Offboarding): Promise<Left[]> => {
  const { cluster } = run.platform;
  const { name } = run.input;
  const [objects, volumes, releases, states, key, locks] = await Promise.all([
    objectsOfTenant(cluster, name, namespaceOf(name)),
    cluster.core.listPersistentVolume(),
    listReleases(cluster, SYSTEM_NAMESPACE),
    stateSecrets(cluster, name),
    hasModelKey(cluster, name),
    cluster.coordination.listNamespacedLease({ namespace: SYSTEM_NAMESPACE, fieldSelector: `metadata.name=${stateLockName(name)}` }),
  ]);
  return [
    ...objects.filter((object) => !isTombstone(name, object)).map((object) => leftObject(name, object)),
    ...volumesOf(volumes.items, namespaceOf(name)).map((volume): Left => {
      const what = `persistentvolume/${volume.metadata?.name}`;
      if (goesWithItsClaim(volume)) return { what, stays: false };
      return {
        what: `${what} (kept by its reclaim policy ${volume.spec?.persistentVolumeReclaimPolicy})`,
        stays: true,
        next: `Where nothing on it is needed: kubectl patch pv ${volume.metadata?.name} -p '{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'`,
      };
    }),
    ...releases.filter(({ release }) => release === releaseNames(name).guardRails.release).map(({ release }) => ({ what: `release ${release} in ${SYSTEM_NAMESPACE}`, stays: false })),
    ...states.map((secret) => ({ what: `secret/${secret} in ${SYSTEM_NAMESPACE}`, stays: false })),
    ...locks.items.map(({ metadata }) => ({ what: `lease/${metadata?.name} in ${SYSTEM_NAMESPACE}`, stays: false })),
    ...(key ? [{ what: 'a key at the model gateway', stays: false }] : []),
  ];
};

/**
 * By the ids that the state had, and by the tenant's name, where it can be nobody else's: what no state ever knew still costs.
 */
const leftInCloud = async (run: Offboarding): Promise<Left[]> => {
  const { api, platform, input, removal } = run;
  if (!api) return [];
  const name = ipBlockName(input.platform, input.name);
  const own = ownClusterName(input.platform, input.name);
  const [known, namesakes, clusters, ofItsName] = await Promise.all([stillInCloud(api, platform.managed?.id, removal.cloud), namedInCloud(api, platform.managed?.id, name), listClusters(api), listNamed(api, OWN_TYPES, own)]);
  const named = readsAsAnothers(name, input.platform, clusters.map((cluster) => cluster.name)) ? [] : namesakes;
  const cluster = ofItsName.filter((each) => each.name === own).map(({ type, importId }) => ({ type, id: importId }));
  const all = new Map([...known, ...named, ...cluster].map(({ type, id }) => [id, { what: `${type} ${id}`, stays: false, next: `Remove it in the DCD or with ionosctl: ${id}` }]));
  return [...all.values()];
};

/** Looks everywhere that the tenant could be. Throws InstallerError `left-behind`, which names what is there and what to do. */
export const proofTask: Task<Offboarding> = task('proof', 'Proof', async (run, self) => {
  const deadline = Date.now() + Math.min(CLEARING_MS, run.input.timeoutMs);
  for (;;) {
    const left = [...(await leftInCluster(run)), ...(await leftInCloud(run))];
    run.left = [...new Set(left.map(({ what }) => what))];
    if (left.length === 0) break;
    if (left.every(({ stays }) => stays) || Date.now() > deadline) {
      throw new InstallerError({
        code: 'left-behind',
        what: `not everything of ${run.input.name} is gone`,
        why: `left: ${run.left.join(', ')}`,
        next: [...new Set(left.flatMap(({ next }) => next ?? [])), 'Then run the same command again: it finishes.'],
      });
    }
    self.output = `still there: ${run.left.slice(0, 3).join(', ')}`;
    await sleep(LOOK_AGAIN_MS, run.context.interrupts.signal);
  }
  self.output = 'nothing is left, in the cluster or in the cloud';
});
