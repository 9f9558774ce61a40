import { orUndefined } from '../cluster/client.js';
import { closePool } from '../cluster/cordon.js';
import { chooseStorageClass, discoverDns, readNodes } from '../cluster/facts.js';
import { InstallerError, UnreachableError } from '../engine/errors.js';
import type { PlannedChange } from '../engine/events.js';
import { task, type Task } from '../engine/task-list.js';
import { endpointsOf } from '../tenant/endpoints.js';
import { counted } from '../tenant/text.js';
import { modelGatewayRelease, MODELS_NAMESPACE, nodePoolLabel, releaseNames, stateSecretName, SYSTEM_NAMESPACE } from '../tenant/resource-names.js';
import { listNodePools } from '../ionos/reads.js';
import { refuseLosses } from '../terraform/protect.js';
import { closeWorkspace } from '../terraform/workspace.js';
import { whileReachable } from './apply-release.js';
import { lookAtOwn, tellOfOldNodes, type OwnParts } from './own-parts.js';
import { applyPlatform, resolveKubernetesVersion, type PlatformPlan } from './create-platform.js';
import { cellOf, homeOf, ionosOf, prefixOf, sameWords, type Onboarding } from './onboarding.js';
import { findPlatform, openPlatform } from './open-platform.js';
import { leavesOwnNodes, mayLeaveOwnNodes, refuseForgottenNodes, untilOwnNodesAreThere } from './own-nodes.js';
import { releasePlatform } from './platform-claim.js';
import { refuseSecondAddress } from './second-address.js';
import { savePlatformState } from './platform-state.js';
import { ensureSystemNamespace } from './preflight.js';
import { openMadeCell } from './tenant-cell.js';
import { openTenantStack } from './tenant-stack.js';
import { takeOverOf, tenantVariables, type StackInput } from './tenant-variables.js';
import { summariseDone, type Look, type StackRun } from './terraform-run.js';

/** A dry run must not even make the state of a tenant that has none yet: it then plans against an empty one. */
const lookOf = async (run: Onboarding): Promise<Look | undefined> => {
  if (!run.input.dryRun) return undefined;
  const state = await orUndefined(homeOf(run).core.readNamespacedSecret({ name: stateSecretName(run.tenant.name), namespace: SYSTEM_NAMESPACE }));
  return { folder: run.folder, hasState: state !== undefined };
};

const openStackOf = async (run: Onboarding): Promise<StackRun> =>
  openTenantStack(run.context, {
    platform: { name: run.input.platform.name, cluster: homeOf(run), kubeconfig: run.platform?.kubeconfig ?? '' },
    tenant: run.tenant.name,
    tools: run.tools,
    // Where it is shown: own nodes that are left have a step of their own, and nothing else is done then.
    task: `${prefixOf(run)}/${run.move === 'to-shared' ? 'own-nodes' : 'infrastructure'}`,
    planTask: `${prefixOf(run)}/plan`,
    look: await lookOf(run),
    objectMs: run.input.cloudTimeoutMs,
  });

export interface TenantPlan {
  run: StackRun;
  changes: PlannedChange[];
  /** Whether applying it does anything. */
  needed: boolean;
}

const stackInput = async (run: Onboarding, own: OwnParts): Promise<StackInput> => {
  const { tenant, preset, platform, input, location } = run;
  // A cluster that was begun keeps its release, also when IONOS has another default by now.
  const ownVersion = tenant.isolation === 'cluster' ? (own.cluster?.k8sVersion ?? (await resolveKubernetesVersion(ionosOf(run), input.platform.k8sVersion))) : '';
  return { tenant, preset, platform: input.platform.name, location, managed: platform?.managed, ownVersion, nodeVersion: own.pool?.k8sVersion };
};

/** Read when it is asked for: an earlier run's terraform may only just have removed one. */
const poolNames = async (run: Onboarding): Promise<string[]> => {
  const managed = run.platform?.managed;
  return managed ? (await listNodePools(ionosOf(run), managed.id)).map(({ name }) => name) : [];
};

/** Plans the tenant's stack; the saved plan is the one that is applied. */
export const planTenant = async (run: Onboarding): Promise<TenantPlan> => {
  if (!run.input.dryRun) await ensureSystemNamespace(run);
  return whileReachable(homeOf(run), async () => {
    const stack = await openStackOf(run);
    const own = await lookAtOwn(run);
    tellOfOldNodes(run, own);
    const takeOver = takeOverOf(run.context, ionosOf(run), run.input.platform.name, run.tenant);
    const { changes, needed } = await stack.terraform.plan(tenantVariables(await stackInput(run, own)), 'apply', takeOver, own.isFailed, own.anew);
    refuseLosses(changes.filter(({ action, address }) => action !== 'replace' || !own.isFailed(address)), mayLeaveOwnNodes(run));
    await refuseForgottenNodes(run, changes, () => poolNames(run));
    await refuseSecondAddress(run, changes);
    return { run: stack, changes, needed };
  });
};

/** Releases that a tenant consists of, as a plan shows them. */
export const plannedReleases = (run: Onboarding): string[] => [
  ...(run.tenant.openwebui.models === 'none' ? [] : [`${MODELS_NAMESPACE}/${modelGatewayRelease.release}`]),
  ...Object.values(releaseNames(run.tenant.name)).map((name) => `${name.namespace}/${name.release}`),
];

export const platformTask = (plan: PlatformPlan): Task<Onboarding> =>
  task('platform', 'Platform', async (run, self) => {
    const { name } = run.input.platform;
    await applyPlatform(plan);
    run.changed = true;
    const summary = await findPlatform(ionosOf(run), name);
    if (!summary) throw new InstallerError({ code: 'platform-missing', what: `the cluster of platform ${name} cannot be found after it was made`, next: ['Run the same command again.'] });
    run.platform = await openPlatform(run.context, run.folder, ionosOf(run), name, summary);
    const cluster = run.platform.cluster;
    await ensureSystemNamespace(run);
    await savePlatformState(run.context, cluster, name);
    await releasePlatform(run.context, name);
    [run.dns, run.storageClass, run.nodes] = await Promise.all([discoverDns(cluster), chooseStorageClass(cluster), readNodes(cluster)]);
    self.output = `${name}: ${plan.changes.length === 0 ? sameWords(run) : summariseDone(plan.changes)}; ${counted(run.nodes.length, 'node')}, Kubernetes ${summary.k8sVersion}, ${run.location}`;
  });

/**
 * Applies the plan. When terraform lost the API server at its end, what it has done is saved as soon as that answers again; a plan that then
 * differs from the one that was approved is left for the next run.
 */
export const applyTenant = async (run: Onboarding, plan: TenantPlan): Promise<TenantPlan> => {
  try {
    await plan.run.terraform.apply();
    return plan;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    await homeOf(run).version.getCode();
    const again = await planTenant(run);
    if (again.changes.length > 0) throw error;
    if (again.needed) await again.run.terraform.apply();
    return { ...again, changes: plan.changes };
  }
};

export const infrastructureTask = (planned: () => Promise<TenantPlan>): Task<Onboarding> =>
  task('infrastructure', 'Infrastructure', async (run, self) => {
    let plan = await planned();
    // Nodes that the tenant leaves are removed last, when its pods are elsewhere: until then the plan waits.
    const isLast = leavesOwnNodes(plan.changes);
    if (plan.needed && !isLast) {
      plan = await applyTenant(run, plan);
      run.changed = true;
    }
    // Where no label tells shared nodes from others, nothing else keeps the pods from coming back to the nodes that they leave.
    if (isLast) await closePool(cellOf(run).cluster, nodePoolLabel(run.tenant.name), true);
    if (run.tenant.isolation === 'node-pool') {
      await closePool(cellOf(run).cluster, nodePoolLabel(run.tenant.name), false);
      // Also where there was nothing to do any more: an earlier run's terraform may have made them after the preflight had looked.
      run.nodes = await untilOwnNodesAreThere(run, cellOf(run).cluster);
    }
    const outputs = await plan.run.terraform.outputs();
    if (!isLast) await closeWorkspace(plan.run.workspace);
    if (run.tenant.isolation === 'cluster') await openMadeCell(run);
    run.ip = String(outputs.ip);
    run.endpoints = endpointsOf({ ip: run.ip, domains: { wordpress: run.tenant.wordpress.domain, openwebui: run.tenant.openwebui.domain } });
    self.output = `${isLast ? 'its own nodes are removed last' : plan.changes.length === 0 ? sameWords(run) : summariseDone(plan.changes)}, IP ${run.ip}`;
  });
