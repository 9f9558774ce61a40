import { orUndefined, SYSTEM_NAMESPACE } from '../cluster/client.js';
import { readPlatformRecord, type PlatformRecord } from '../cluster/platform-record.js';
import { listReleases } from '../cluster/releases.js';
import { createEventBus } from '../engine/bus.js';
import { InstallerError } from '../engine/errors.js';
import type { RemovedCloudObject } from '../engine/removal.js';
import { task, type Task } from '../engine/task-list.js';
import { listNodePools } from '../ionos/reads.js';
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

/** Variables of the stack at its largest preset. */
const largest = async ({ context, input, summary, platform }: PlatformRemovalRun): Promise<Record<string, unknown>> => {
  const spec = completePlatform({ name: input.name, preset: 'production', ...(platform?.location === undefined ? {} : { location: platform.location }) });
  return platformVariables(spec, await loadPlatformPreset(context.packageRoot, spec), summary?.k8sVersion ?? '1.0.0');
};

/** The pool of the largest preset, which has an address for every node that a smaller one has. */
const sharedPool = async (run: PlatformRemovalRun): Promise<Record<string, unknown> & { node_count: number }> =>
  Object.values((await largest(run)).node_pools as Record<string, { node_count: number }>)[0] ?? { node_count: 0 };

/** Variables of the stack with one pool of this name. */
const variablesWith = async (run: PlatformRemovalRun, pool: string, differing: Record<string, unknown> = {}): Promise<Record<string, unknown>> => ({
  ...(await largest(run)),
  node_pools: { [pool]: { ...(await sharedPool(run)), ...differing } },
});

/**
 * Variables of a destroy: everything in the state is removed, whatever the configuration would make. Its pool has another name than those
 * in the state, because terraform compares what it refreshes, and the provider refuses to plan a change of what cannot be changed.
 */
const destroyVariables = (run: PlatformRemovalRun): Promise<Record<string, unknown>> => variablesWith(run, NO_POOL);

/** What a killed terraform, or one whose machine is lost with its state, had made without noting it: written into the state, so that it goes with the rest. */
const takeOverUnnoted = async (run: PlatformRemovalRun, { terraform }: StackRun): Promise<void> => {
  const { api, context, input } = run;
  if (!api) return;
  const known = await terraform.resources();
  // A node pool stands on all the others: a state that knows it knows them.
  if (known.some(({ type }) => type === 'ionoscloud_k8s_node_pool')) return;
  const noted = known.map(({ address }) => address);
  const pool = `module.node_pool["${SHARED}"]`;
  const blocks = Array.from({ length: (await sharedPool(run)).node_count + 1 }, (_, index) => `${pool}.ionoscloud_ipblock.nodes[${index}]`);
  const poolAddress = `${pool}.ionoscloud_k8s_node_pool.this[0]`;
  const others = ['module.network.ionoscloud_datacenter.this', 'module.network.ionoscloud_lan.this', 'module.kubernetes.ionoscloud_k8s_cluster.this', poolAddress];
  const unnoted = [...others, ...blocks].filter((address) => !noted.includes(address)).map((address) => ({ address, action: 'create' as const }));
  // A look repairs nothing, and does not say so.
  const listener = input.dryRun ? { ...context, bus: createEventBus(context.redactor) } : context;
  const found = await takeOver(listener, api, input.name, clusterName(input.name))(unnoted);
  // As soon as the state has one of the blocks, terraform checks all that the configuration has: those that are there come without gaps.
  let there = blocks.filter((address) => noted.includes(address)).length;
  const gaps = blocks.filter((address) => !noted.includes(address));
  for (const [address, id] of Object.entries(found)) {
    const isBlock = blocks.includes(address);
    if (isBlock) there += 1;
    await terraform.import(await variablesWith(run, SHARED, { node_count: Math.max(1, there - 1) }), isBlock ? (gaps.shift() ?? address) : address, id);
  }
  const made = run.summary && (await listNodePools(api, run.summary.id)).find(({ name }) => name === `${clusterName(input.name)}-${SHARED}`);
  if (found[poolAddress] === undefined || !made) return;
  // Its nodes hold the addresses, and so it has to go before the blocks: terraform learns that of a configuration that fits the pool.
  const { nodeCount, coresCount, ramSize, storageType, storageSize } = made;
  await terraform.refresh(await variablesWith(run, SHARED, { node_count: nodeCount, cores_count: coresCount, ram_size: ramSize, storage_type: storageType, storage_size: storageSize }));
};

/** The cluster that stands must be one that the state knows: else terraform would remove nothing, or somebody else's. */
const requireOwnState = ({ summary, input, context }: PlatformRemovalRun, cloud: readonly RemovedCloudObject[], adoption: PlatformRecord | undefined): void => {
  if (!summary || cloud.some(({ id }) => id === summary.id)) return;
  throw new InstallerError({
    code: 'platform-state-missing',
    what: `this machine cannot remove platform ${input.name}`,
    why: adoption ? `its cluster was adopted by ${adoption.adoptedBy} and is not ours to remove` : `terraform's state of it is neither in ${platformStatePath(context, input.name)} nor in its cluster, and it could not be taken over by its name either`,
    next: [adoption ? `Adopt it here, then only our part of it is removed: ${context.command(`platform adopt --kubeconfig <path> --platform ${input.name}`)}` : 'Run the same command on the machine where it was made, or remove it in the DCD.', 'Nothing was changed.'],
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
  const look = input.dryRun ? { folder: run.folder, hasState: true } : undefined;
  const stack = await openStack(context, { stack: 'platform', folder: `platforms/${input.name}`, task: `${REMOVE}/infrastructure`, planTask: `${REMOVE}/plan`, tools: run.tools, backend: { path: platformStatePath(context, input.name) }, look });
  // A cluster that somebody adopted is not ours, whatever its name.
  const adoption = platform && (await readPlatformRecord(platform.cluster));
  // A look takes over into its own copy of the state.
  if (!adoption) await takeOverUnnoted(run, stack);
  const cloud = await stack.terraform.resources();
  requireOwnState(run, cloud, adoption);
  const { changes, needed } = await stack.terraform.plan(await destroyVariables(run), 'destroy');
  run.stack = { ...stack, needed };
  run.removal = { ...about, cloud, changes };
  self.output = changes.length === 0 ? 'nothing is left in the cloud' : summarise(changes);
});
