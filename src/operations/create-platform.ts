import { defaultKubernetesVersion, listKubernetesVersions } from '../ionos/reads.js';
import type { IonosApi } from '../ionos/client.js';
import { usageError } from '../engine/errors.js';
import type { PlannedChange } from '../engine/events.js';
import type { PlatformPreset } from '../tenant/preset.js';
import { parseBytes, GIB, MIB } from '../tenant/quantities.js';
import type { PlatformSpec } from '../tenant/platform-spec.js';
import { clusterName } from '../tenant/resource-names.js';
import { compareVersions } from '../toolchain/tools.js';
import { refuseLosses, typeOf } from '../terraform/protect.js';
import { failedParts, untilCloudIsStill } from './cloud-still.js';
import type { RunContext, RunFolder, Tools } from './context.js';
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

/** Plans the shared cell: data centre, network, managed cluster, nodes. The saved plan is the one that {@link applyPlatform} applies. */
export const planPlatform = async (
  context: RunContext,
  options: { api: IonosApi; tools: Tools; spec: PlatformSpec; preset: PlatformPreset; task: string; planTask: string; folder: RunFolder; dryRun: boolean; objectMs: number },
): Promise<PlatformPlan> => {
  const { api, spec, preset } = options;
  await (options.dryRun ? refuseWhileClaimed : claimPlatform)(context, spec.name);
  const begun = await untilCloudIsStill(context, api, { words: `platform ${spec.name}`, find: () => findPlatform(api, spec.name) }, options.objectMs);
  // A platform that was begun keeps its version, also when IONOS has another default by now.
  const k8sVersion = begun?.k8sVersion ?? (await resolveKubernetesVersion(api, spec.k8sVersion));
  const run = await openStack(context, {
    stack: 'platform',
    folder: `platforms/${spec.name}`,
    task: options.task,
    planTask: options.planTask,
    tools: options.tools,
    backend: { path: platformStatePath(context, spec.name) },
    look: options.dryRun ? { folder: options.folder, hasState: true } : undefined,
    objectMs: options.objectMs,
  });
  const failed = await failedParts(api, begun);
  const isFailed = (address: string): boolean => failed.includes(typeOf(address));
  const { changes, needed } = await run.terraform.plan(platformVariables(spec, preset, k8sVersion), 'apply', takeOver(context, api, spec.name, clusterName(spec.name)), isFailed);
  refuseLosses(changes.filter(({ action, address }) => action !== 'replace' || !isFailed(address)));
  return { spec, preset, changes, needed, run };
};

export const applyPlatform = ({ run, needed }: PlatformPlan): Promise<void> => applyPlanned({ ...run, needed });
