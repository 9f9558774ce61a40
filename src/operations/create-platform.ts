import { defaultKubernetesVersion, listKubernetesVersions, listNodePools, type ClusterSummary } from '../ionos/reads.js';
import type { IonosApi } from '../ionos/client.js';
import { InstallerError, usageError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import type { PlannedChange } from '../engine/events.js';
import type { PlatformPreset } from '../tenant/preset.js';
import { parseBytes, GIB, MIB } from '../tenant/quantities.js';
import type { PlatformSpec } from '../tenant/platform-spec.js';
import { clusterName } from '../tenant/resource-names.js';
import { compareVersions } from '../toolchain/tools.js';
import { refuseLosses, typeOf } from '../terraform/protect.js';
import type { RunContext, Tools } from './context.js';
import { findPlatform } from './open-platform.js';
import { claimPlatform, refuseWhileClaimed } from './platform-claim.js';
import { platformStatePath } from './platform-state.js';
import { takeOver } from './take-over.js';
import { applyPlanned, openStack, type StackRun } from './terraform-run.js';

export interface PlatformPlan {
  spec: PlatformSpec;
  preset: PlatformPreset;
  changes: PlannedChange[];
  /** Whether applying it does anything. */
  needed: boolean;
  run: StackRun;
}

/** The release with its patch number that the spec asks for, out of what IONOS offers today. */
export const resolveKubernetesVersion = async (api: IonosApi, wanted: string): Promise<string> => {
  if (wanted === 'default') return defaultKubernetesVersion(api);
  const offered = await listKubernetesVersions(api);
  const fitting = offered.filter((version) => version === wanted || version.startsWith(`${wanted}.`)).sort(compareVersions);
  const newest = fitting.at(-1);
  if (newest !== undefined) return newest;
  throw usageError({ code: 'k8s-version', what: `IONOS Cloud does not offer Kubernetes ${wanted}`, why: `it offers ${offered.sort(compareVersions).join(', ')}`, next: ['Take one of these, or default.'] });
};

/** The platform stack's variables. RAM in MB and disks in GB, as IONOS counts them. */
export const platformVariables = (spec: PlatformSpec, preset: PlatformPreset, k8sVersion: string): Record<string, unknown> => ({
  platform: spec.name,
  location: spec.location,
  k8s_version: k8sVersion,
  node_pools: {
    shared: {
      node_count: preset.nodes.count,
      server_type: preset.nodes.serverType,
      cores_count: preset.nodes.cores,
      ram_size: parseBytes(preset.nodes.memory) / MIB,
      storage_type: preset.nodes.storageType,
      storage_size: parseBytes(preset.nodes.storage) / GIB,
      availability_zone: preset.nodes.availabilityZone,
    },
  },
  node_maintenance_window: { day_of_the_week: preset.maintenance.day, time: preset.maintenance.time },
});

/** Pause between two looks at a cluster that is being made; IONOS asks for patience. */
const LOOK_AGAIN_MS = 5_000;
const BUSY = ['DEPLOYING', 'UPDATING', 'BUSY'];

/** What an interrupted run has set going finishes by itself in the cloud; until then nothing may be built on it. */
const untilCloudIsStill = async (context: RunContext, api: IonosApi, platform: string, limitMs: number): Promise<void> => {
  let said = '';
  for (const started = Date.now(); ; ) {
    const summary = await findPlatform(api, platform);
    if (!summary) return;
    const states = [summary.state, ...(await listNodePools(api, summary.id)).map((pool) => pool.state)];
    if (!states.some((state) => BUSY.includes(state))) return;
    const state = states.find((each) => BUSY.includes(each)) ?? '';
    if (Date.now() - started > limitMs) {
      throw new InstallerError({
        code: 'cloud-busy',
        what: `platform ${platform} is still ${state} in IONOS Cloud after ${Math.round(limitMs / 1000)} s`,
        why: 'an earlier run has set it going, and until it has finished nothing can be built on it',
        next: ['Run the same command again: it waits again. --cloud-timeout sets how long.', 'If it stays like that, see https://status.ionos.cloud, or ask IONOS support and name the cluster.'],
      });
    }
    if (said !== state) context.bus.emit({ type: 'notice', level: 'info', message: `Platform ${platform} is still ${state} in IONOS Cloud from an earlier run: waiting.` });
    said = state;
    await sleep(Math.min(LOOK_AGAIN_MS, limitMs), context.interrupts.signal);
  }
};

/** Plans the shared cell: data centre, network, managed cluster, nodes. The saved plan is the one that {@link applyPlatform} applies. */
export const planPlatform = async (
  context: RunContext,
  options: { api: IonosApi; tools: Tools; spec: PlatformSpec; preset: PlatformPreset; task: string; planTask: string; dryRun: boolean; objectMs: number },
): Promise<PlatformPlan> => {
  const { api, spec, preset } = options;
  await (options.dryRun ? refuseWhileClaimed : claimPlatform)(context, spec.name);
  await untilCloudIsStill(context, api, spec.name, options.objectMs);
  const begun = await findPlatform(api, spec.name);
  // A platform that was begun keeps its version, also when IONOS has another default by now.
  const k8sVersion = begun?.k8sVersion ?? (await resolveKubernetesVersion(api, spec.k8sVersion));
  const run = await openStack(context, {
    stack: 'platform',
    folder: `platforms/${spec.name}`,
    task: options.task,
    planTask: options.planTask,
    tools: options.tools,
    backend: { path: platformStatePath(context, spec.name) },
    objectMs: options.objectMs,
  });
  const failed = await failedParts(api, begun);
  const isFailed = (address: string): boolean => failed.includes(typeOf(address));
  const { changes, needed } = await run.terraform.plan(platformVariables(spec, preset, k8sVersion), 'apply', true, takeOver(context, api, spec.name, clusterName(spec.name)), isFailed);
  refuseLosses(changes.filter(({ action, address }) => action !== 'replace' || !isFailed(address)));
  return { spec, preset, changes, needed, run };
};

/** Types of which the platform has something that ended FAILED, and so was never finished: nothing is lost when it is made anew. */
const failedParts = async (api: IonosApi, begun: ClusterSummary | undefined): Promise<string[]> => {
  if (!begun) return [];
  const pools = await listNodePools(api, begun.id);
  return [...(begun.state === 'FAILED' ? ['ionoscloud_k8s_cluster'] : []), ...(pools.length > 0 && pools.every(({ state }) => state === 'FAILED') ? ['ionoscloud_k8s_node_pool'] : [])];
};

export const applyPlatform = ({ run, needed }: PlatformPlan): Promise<void> => applyPlanned({ ...run, needed });
