import { orUndefined, SYSTEM_NAMESPACE } from '../cluster/client.js';
import { readPlatformRecord } from '../cluster/platform-record.js';
import { listReleases } from '../cluster/releases.js';
import { InstallerError } from '../engine/errors.js';
import type { RemovedCloudObject } from '../engine/removal.js';
import { task, type Task } from '../engine/task-list.js';
import { completePlatform } from '../tenant/platform-spec.js';
import { clusterName, MODELS_NAMESPACE } from '../tenant/resource-names.js';
import { platformVariables } from './create-platform.js';
import { REMOVE, type PlatformRemovalRun } from './platform-removal.js';
import { fetchPlatformState, platformStatePath } from './platform-state.js';
import { loadPlatformPreset } from './presets.js';
import { takeOver } from './take-over.js';
import { openStack, summarise, type StackRun } from './terraform-run.js';

/** Pool of a configuration that only exists to be destroyed. */
const NO_POOL = 'removed';
const SHARED = 'shared';

/** Variables of the stack with one pool of this name. The largest preset has an address for every node that a smaller one has. */
const variablesWith = async ({ context, input, summary, platform }: PlatformRemovalRun, pool: string): Promise<Record<string, unknown>> => {
  const spec = completePlatform({ name: input.name, preset: 'production', ...(platform?.location === undefined ? {} : { location: platform.location }) });
  const variables = platformVariables(spec, await loadPlatformPreset(context.packageRoot, spec), summary?.k8sVersion ?? '1.0.0');
  return { ...variables, node_pools: { [pool]: Object.values(variables.node_pools as object)[0] as unknown } };
};

/**
 * Variables of a destroy: everything in the state is removed, whatever the configuration would make. Its pool has another name than those
 * in the state, because terraform compares what it refreshes, and the provider refuses to plan a change of what cannot be changed.
 */
const destroyVariables = (run: PlatformRemovalRun): Promise<Record<string, unknown>> => variablesWith(run, NO_POOL);

/** What a killed terraform had made without noting it: written into the state, so that it goes with the rest. */
const takeOverUnnoted = async (run: PlatformRemovalRun, { terraform }: StackRun): Promise<void> => {
  const { api, context, input } = run;
  if (!api) return;
  const variables = await variablesWith(run, SHARED);
  const { node_count: nodes = 0 } = (variables.node_pools as Record<string, { node_count?: number }>)[SHARED] ?? {};
  const pool = `module.node_pool["${SHARED}"]`;
  const made = ['module.network.ionoscloud_datacenter.this', 'module.network.ionoscloud_lan.this', 'module.kubernetes.ionoscloud_k8s_cluster.this', `${pool}.ionoscloud_k8s_node_pool.this[0]`, ...Array.from({ length: nodes + 1 }, (_, index) => `${pool}.ionoscloud_ipblock.nodes[${index}]`)];
  const noted = (await terraform.resources()).map(({ address }) => address);
  const unnoted = made.filter((address) => !noted.includes(address)).map((address) => ({ address, action: 'create' as const }));
  const found = await takeOver(context, api, input.name, clusterName(input.name))(unnoted);
  for (const [address, id] of Object.entries(found)) await terraform.import(variables, address, id);
};

/** The cluster that stands must be one that the state knows: else terraform would remove nothing, or somebody else's. */
const requireOwnState = async (run: PlatformRemovalRun, cloud: readonly RemovedCloudObject[]): Promise<void> => {
  const { summary, platform, input, context } = run;
  if (!summary || cloud.some(({ id }) => id === summary.id)) return;
  const record = platform && (await readPlatformRecord(platform.cluster));
  throw new InstallerError({
    code: 'platform-state-missing',
    what: `this machine cannot remove platform ${input.name}`,
    why: record ? `its cluster was adopted by ${record.adoptedBy} and is not ours to remove` : `terraform's state of it is neither in ${platformStatePath(context, input.name)} nor in its cluster`,
    next: [record ? `Adopt it here, then only our part of it is removed: ${context.command(`platform adopt --kubeconfig <path> --platform ${input.name}`)}` : 'Run the same command on the machine where it was made, or remove it in the DCD.', 'Nothing was changed.'],
  });
};

const inCluster = async ({ platform }: PlatformRemovalRun): Promise<{ namespaces: string[]; releases: string[] }> => {
  if (!platform) return { namespaces: [], releases: [] };
  const { cluster } = platform;
  const names = [MODELS_NAMESPACE, SYSTEM_NAMESPACE];
  const there = await Promise.all(names.map((name) => orUndefined(cluster.core.readNamespace({ name }))));
  const releases = (await Promise.all(names.map((name) => listReleases(cluster, name)))).flat();
  return { namespaces: names.filter((_name, index) => there[index] !== undefined), releases: releases.map(({ namespace, release }) => `${namespace}/${release}`) };
};

/** Looks at everything that the platform has, and plans its end in the cloud. The saved plan is the one that is applied. */
export const planTask: Task<PlatformRemovalRun> = task('plan', 'Plan', async (run, self) => {
  const { context, input, platform, link } = run;
  const about = { platform: input.name, adopted: link !== undefined, ...(platform ? { server: platform.cluster.server } : {}), ...(await inCluster(run)) };
  if (link) {
    run.removal = { ...about, cloud: [], changes: [] };
    self.output = `${about.releases.length} releases, ${about.namespaces.length} namespaces; the cluster stays`;
    return;
  }
  if (platform) await fetchPlatformState(context, platform.cluster, input.name);
  const stack = await openStack(context, { stack: 'platform', folder: `platforms/${input.name}`, task: `${REMOVE}/infrastructure`, planTask: `${REMOVE}/plan`, tools: run.tools, backend: { path: platformStatePath(context, input.name) } });
  let cloud = await stack.terraform.resources();
  if (!platform && !input.dryRun) {
    await takeOverUnnoted(run, stack);
    cloud = await stack.terraform.resources();
  }
  // What a look cannot take over it cannot judge either.
  if (platform || !input.dryRun) await requireOwnState(run, cloud);
  const { changes, needed } = await stack.terraform.plan(await destroyVariables(run), 'destroy', !input.dryRun);
  run.stack = { ...stack, needed };
  run.removal = { ...about, cloud, changes };
  self.output = changes.length === 0 ? 'nothing is left in the cloud' : summarise(changes);
});
