import { orUndefined, type Cluster } from '../cluster/client.js';
import { listReleases } from '../cluster/releases.js';
import { orGone, remainingBalancers, remainingNamespace, remainingPods, remainingStorage } from '../cluster/remaining.js';
import { untilGone, type UntilGoneOptions } from '../cluster/until-gone.js';
import { task, type Task } from '../engine/task-list.js';
import { namespaceOf, releaseNames, SYSTEM_NAMESPACE } from '../tenant/resource-names.js';
import { cellOf, OFFBOARD, type Offboarding } from './offboarding.js';
import { openHelm } from './open-helm.js';

interface Output {
  output: string;
}

/** How a step waits: it says what is still there, and its error names what to look at. */
export const waiting = (run: Offboarding, self: Output, next: UntilGoneOptions['next']): UntilGoneOptions => ({
  signal: run.context.interrupts.signal,
  timeoutMs: run.input.timeoutMs,
  onRemaining: (words) => {
    self.output = words;
  },
  next,
});

const describe = (namespace: string): UntilGoneOptions['next'] => (remaining) => {
  const [first] = remaining;
  return first ? [`Look closer: kubectl -n ${namespace} describe ${first.what}`] : [];
};

/** Takes releases away. What their charts told helm to keep (claims, the namespace) stays, and is removed by a later step. */
const uninstall = async (run: Offboarding, self: Output, step: string, namespace: string, wanted: (release: string) => boolean): Promise<number> => {
  const helm = openHelm(run.context, run.folder, run.tools, cellOf(run).kubeconfig, `${OFFBOARD}/${step}`);
  const releases = (await listReleases(cellOf(run).cluster, namespace)).filter(({ release }) => wanted(release));
  for (const { release } of releases) {
    run.context.interrupts.throwIfPressed();
    self.output = `uninstalling ${release}`;
    await helm.uninstall(release, namespace);
  }
  return releases.length;
};

/** A namespace that was not there when its label was read is not this tenant's, if there is one now: nothing in it is touched. */
const whereItIs = { skip: ({ namespace }: Offboarding): string | false => (namespace ? false : 'its namespace is gone') };

/** The door first: nobody comes in any more, and the address can be given back. */
export const gatewayTask: Task<Offboarding> = task(
  'gateway',
  'Gateway',
  async (run, self) => {
    const { cluster } = cellOf(run);
    const namespace = namespaceOf(run.input.name);
    await uninstall(run, self, 'gateway', namespace, (release) => release === releaseNames(run.input.name).gateway.release);
    // What an interrupted helm no longer knew.
    for (const { metadata, spec } of (await cluster.core.listNamespacedService({ namespace })).items) {
      if (spec?.type === 'LoadBalancer' && metadata?.deletionTimestamp === undefined) await orGone(cluster.core.deleteNamespacedService({ name: metadata?.name ?? '', namespace }));
    }
    await untilGone(() => remainingBalancers(cluster, namespace), waiting(run, self, describe(namespace)));
    self.output = 'closed';
  },
  whereItIs,
);

/** Workloads that no release knows: Jobs of ours, and what an interrupted helm left. Nothing may hold the claims. */
const removeWorkloads = async (cluster: Cluster, namespace: string): Promise<void> => {
  const propagationPolicy = 'Background';
  await Promise.all([
    cluster.batch.deleteCollectionNamespacedCronJob({ namespace, propagationPolicy }),
    cluster.apps.deleteCollectionNamespacedDeployment({ namespace, propagationPolicy }),
    cluster.apps.deleteCollectionNamespacedStatefulSet({ namespace, propagationPolicy }),
    cluster.apps.deleteCollectionNamespacedDaemonSet({ namespace, propagationPolicy }),
    cluster.batch.deleteCollectionNamespacedJob({ namespace, propagationPolicy }),
  ]);
  // Those without an owner go by their own name; the others are on their way already.
  for (const { metadata } of (await cluster.core.listNamespacedPod({ namespace })).items) {
    if (metadata?.deletionTimestamp === undefined && (metadata?.ownerReferences ?? []).length === 0) await orGone(cluster.core.deleteNamespacedPod({ name: metadata?.name ?? '', namespace }));
  }
};

export const applicationsTask: Task<Offboarding> = task(
  'applications',
  'Applications',
  async (run, self) => {
    const { cluster } = cellOf(run);
    const namespace = namespaceOf(run.input.name);
    const count = await uninstall(run, self, 'applications', namespace, () => true);
    await removeWorkloads(cluster, namespace);
    await untilGone(() => remainingPods(cluster, namespace), waiting(run, self, describe(namespace)));
    self.output = `${count} uninstalled, no pod is left`;
  },
  whereItIs,
);

/** Without its cluster there is nothing in it. */
const whereACellIs = { skip: ({ cell }: Offboarding): string | false => (cell ? false : 'its cluster is gone') };

export const volumesTask: Task<Offboarding> = task('volumes', 'Volumes', async (run, self) => {
  const { cluster } = cellOf(run);
  const namespace = namespaceOf(run.input.name);
  const items = run.namespace ? (await cluster.core.listNamespacedPersistentVolumeClaim({ namespace })).items : [];
  for (const { metadata } of items) {
    if (metadata?.deletionTimestamp === undefined) await orGone(cluster.core.deleteNamespacedPersistentVolumeClaim({ name: metadata?.name ?? '', namespace }));
  }
  const look = (remaining: Parameters<UntilGoneOptions['next']>[0]): string[] => {
    const [first] = remaining;
    if (!first) return [];
    return [`Look closer: kubectl ${first.what.startsWith('persistentvolume/') ? '' : `-n ${namespace} `}describe ${first.what}`];
  };
  await untilGone(() => remainingStorage(cluster, namespace), waiting(run, self, look));
  self.output = `${items.length} removed`;
}, whereACellIs);

export const namespaceTask: Task<Offboarding> = task(
  'namespace',
  'Namespace',
  async (run, self) => {
    const { cluster } = cellOf(run);
    const name = namespaceOf(run.input.name);
    const found = await orUndefined(cluster.core.readNamespace({ name }));
    if (found && found.metadata?.deletionTimestamp === undefined) {
      // Exactly the one whose label was read: not one that somebody has made since.
      await orGone(cluster.core.deleteNamespace({ name, body: { preconditions: { uid: run.namespace?.metadata?.uid ?? '' } } }));
    }
    await untilGone(() => remainingNamespace(cluster, name), waiting(run, self, () => [`Look closer: kubectl get namespace ${name} -o yaml`]));
    self.output = `${name} is gone`;
  },
  whereItIs,
);

/** Last in the cluster: until here the tenant's own rules held. */
export const guardRailsTask: Task<Offboarding> = task('guard-rails', 'Guard rails', async (run, self) => {
  const { release } = releaseNames(run.input.name).guardRails;
  const count = await uninstall(run, self, 'guard-rails', SYSTEM_NAMESPACE, (name) => name === release);
  self.output = count === 0 ? 'were gone' : `${release} uninstalled`;
}, whereACellIs);
