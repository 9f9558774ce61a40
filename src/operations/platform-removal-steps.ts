import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { orUndefined, SYSTEM_NAMESPACE, type Cluster } from '../cluster/client.js';
import { listReleases } from '../cluster/releases.js';
import { orGone, remainingBalancers, remainingNamespace, remainingStorage } from '../cluster/remaining.js';
import { untilGone, type UntilGoneOptions } from '../cluster/until-gone.js';
import { task, type Task } from '../engine/task-list.js';
import { MODELS_NAMESPACE } from '../tenant/resource-names.js';
import { openHelm } from './open-helm.js';
import { REMOVE, type PlatformRemovalRun } from './platform-removal.js';
import { platformStatePath } from './platform-state.js';
import { applyPlanned } from './terraform-run.js';

interface Output {
  output: string;
}

const waiting = ({ context, input }: PlatformRemovalRun, self: Output, namespace: string): UntilGoneOptions => ({
  signal: context.interrupts.signal,
  timeoutMs: input.timeoutMs,
  onRemaining: (words) => {
    self.output = words;
  },
  next: ([first]) => (first ? [`Look closer: kubectl ${first.what.startsWith('namespace/') || first.what.startsWith('persistentvolume/') ? '' : `-n ${namespace} `}describe ${first.what}`] : []),
});

/** Load balancers and volumes of a namespace of ours: what would stay in the cloud when the cluster is gone. */
const removeCloudObjects = async (run: PlatformRemovalRun, self: Output, cluster: Cluster, namespace: string): Promise<void> => {
  for (const { metadata, spec } of (await cluster.core.listNamespacedService({ namespace })).items) {
    if (spec?.type === 'LoadBalancer') await orGone(cluster.core.deleteNamespacedService({ name: metadata?.name ?? '', namespace }));
  }
  for (const { metadata } of (await cluster.core.listNamespacedPersistentVolumeClaim({ namespace })).items) await orGone(cluster.core.deleteNamespacedPersistentVolumeClaim({ name: metadata?.name ?? '', namespace }));
  await untilGone(() => remainingBalancers(cluster, namespace), waiting(run, self, namespace));
  await untilGone(() => remainingStorage(cluster, namespace), waiting(run, self, namespace));
};

const removeNamespace = async (run: PlatformRemovalRun, self: Output, cluster: Cluster, name: string): Promise<void> => {
  const found = await orUndefined(cluster.core.readNamespace({ name }));
  if (!found) return;
  if (found.metadata?.deletionTimestamp === undefined) await orGone(cluster.core.deleteNamespace({ name }));
  await untilGone(() => remainingNamespace(cluster, name), waiting(run, self, name));
};

/** The shared gateway to the models, and the namespace with its token. */
export const modelsTask: Task<PlatformRemovalRun> = task(
  'models',
  'Model gateway',
  async (run, self) => {
    const { platform, context, folder, tools } = run;
    if (!platform) return;
    const helm = openHelm(context, folder, tools, platform.kubeconfig, `${REMOVE}/models`);
    for (const { release } of await listReleases(platform.cluster, MODELS_NAMESPACE)) await helm.uninstall(release, MODELS_NAMESPACE);
    for (const namespace of [MODELS_NAMESPACE, SYSTEM_NAMESPACE]) await removeCloudObjects(run, self, platform.cluster, namespace);
    await removeNamespace(run, self, platform.cluster, MODELS_NAMESPACE);
    self.output = 'removed, with its token';
  },
  { skip: (run) => (run.platform ? false : 'its cluster is gone') },
);

/** Registry and records of an adopted platform. A platform of ours keeps them to the end: they hold the copy of the state that finishes it. */
export const systemTask: Task<PlatformRemovalRun> = task(
  'system',
  'Registry',
  async (run, self) => {
    if (run.platform) await removeNamespace(run, self, run.platform.cluster, SYSTEM_NAMESPACE);
    self.output = `${SYSTEM_NAMESPACE} is gone`;
  },
  { skip: (run) => (run.link ? false : 'goes with its cluster') },
);

export const infrastructureTask: Task<PlatformRemovalRun> = task(
  'infrastructure',
  'Infrastructure',
  async (run, self) => {
    if (!run.stack) return;
    await applyPlanned(run.stack);
    self.output = `${run.removal.cloud.length} removed`;
  },
  { skip: (run) => (run.link ? 'the cluster was adopted and stays' : false) },
);

/** Bookkeeping on this machine: terraform's state and working folders, or the link to an adopted cluster. Last, because it finishes an interrupted removal. */
export const recordsTask: Task<PlatformRemovalRun> = task('records', 'Records', async (run, self) => {
  const { paths } = run.context;
  await rm(join(paths.state, 'tenants', run.input.name), { recursive: true, force: true });
  // The state goes last: it is what tells the next removal that one was killed in here.
  const state = platformStatePath(run.context, run.input.name);
  const rest = await readdir(dirname(state)).catch(() => []);
  for (const name of rest.filter((each) => each !== basename(state))) await rm(join(dirname(state), name), { recursive: true, force: true });
  await rm(dirname(state), { recursive: true, force: true });
  self.output = 'removed from this machine';
});
