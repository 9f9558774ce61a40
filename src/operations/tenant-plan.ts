import { orUndefined } from '../cluster/client.js';
import type { Range } from '../engine/events.js';
import type { Proposal } from '../engine/proposal.js';
import { runTasks, task } from '../engine/task-list.js';
import { SYSTEM_NAMESPACE } from '../tenant/resource-names.js';
import type { TenantSpec } from '../tenant/spec.js';
import { estimateCosts, totalOf } from './costs.js';
import { planPlatform, type PlatformPlan } from './create-platform.js';
import { cellOf, hasCell, homeOf, ionosOf, ownsCloudObjects, prefixOf, type Onboarding } from './onboarding.js';
import { loadTenantPreset } from './presets.js';
import { plannedReleases, planTenant, type TenantPlan } from './tenant-infrastructure.js';
import { tenantStrays } from './tenant-strays.js';
import { expectedChanges } from './tenant-variables.js';
import { summarise } from './terraform-run.js';

/** What is about to be done, and what the operator says yes to. */
export interface WholePlan {
  /** Undefined for a platform that is there. */
  platform: PlatformPlan | undefined;
  /** Undefined where it cannot be made yet (the platform does not exist), or never (a trial platform). */
  tenant: TenantPlan | undefined;
  proposal: Proposal;
}

const systemNamespaceIsThere = async (run: Onboarding): Promise<boolean> => (await orUndefined(homeOf(run).core.readNamespace({ name: SYSTEM_NAMESPACE }))) !== undefined;

/** What the tenant costs by its recorded settings, where that is another sum. */
const costBefore = async (run: Onboarding, now: Range): Promise<{ costBeforeEur30d?: Range }> => {
  const { context, record } = run;
  if (run.changes.length === 0 || !record) return {};
  const spec = record.spec as TenantSpec;
  const before = totalOf((await estimateCosts(context.packageRoot, { preset: await loadTenantPreset(context.packageRoot, spec), spec }, run.platformPreset)).tenant);
  return before.low === now.low && before.high === now.high ? {} : { costBeforeEur30d: before };
};

/** Plans the platform where there is none, else the tenant's stack, and shows what was planned and what it costs. */
export const planAll = async (run: Onboarding): Promise<WholePlan> => {
  const { context, input } = run;
  const platformIsNew = run.platform === undefined;
  const costs = await estimateCosts(context.packageRoot, { preset: run.preset, spec: run.tenant }, run.platformPreset);
  const tenantCost = { costEur30d: totalOf(costs.tenant), ...(await costBefore(run, totalOf(costs.tenant))), ...(run.move ? { move: run.move } : {}) };
  let platform: PlatformPlan | undefined;
  let tenant: TenantPlan | undefined;
  context.interrupts.throwIfPressed();
  await runTasks<Onboarding>(
    [
      task('plan', 'Plan', async (_run, self) => {
        if (platformIsNew) platform = await planPlatform(context, { api: ionosOf(run), tools: run.tools, spec: input.platform, preset: run.platformPreset, task: `${prefixOf(run)}/platform`, planTask: `${prefixOf(run)}/plan`, folder: run.folder, dryRun: input.dryRun, objectMs: input.cloudTimeoutMs });
        else if (ownsCloudObjects(run) && (!input.dryRun || (await systemNamespaceIsThere(run)))) tenant = await planTenant(run);
        self.output = [platform, tenant].flatMap((plan) => (plan ? [summarise(plan.changes)] : [])).join('; ');
      }),
    ],
    run,
    { bus: context.bus, prefix: prefixOf(run) },
  );
  if (input.dryRun && run.record && hasCell(run)) {
    // A run that is not only a look finds it, and puts it back.
    const strays = await tenantStrays(cellOf(run).cluster, run.tenant.name, run.tenant.openwebui.models !== 'none', context.interrupts.signal);
    if (strays !== '') context.bus.emit({ type: 'notice', level: 'warning', message: `${strays}; it would be put back` });
  }
  const stacks = [...(platform ? [{ stack: 'platform', changes: platform.changes }] : []), ...(ownsCloudObjects(run) ? [{ stack: 'tenant', changes: tenant?.changes ?? expectedChanges(run) }] : [])];
  const releases = plannedReleases(run);
  for (const { stack, changes } of stacks) {
    context.bus.emit({ type: 'plan', stack, changes, releases: stack === 'tenant' ? releases : [], ...(stack === 'tenant' ? tenantCost : { costEur30d: totalOf(costs.platform) }), priceDate: costs.priceDate });
  }
  if (!ownsCloudObjects(run)) context.bus.emit({ type: 'plan', stack: 'tenant', changes: [], releases });
  return {
    platform,
    tenant,
    proposal: {
      operation: input.operation,
      changes: run.changes,
      tenant: run.tenant,
      platform: input.platform.name,
      platformIsNew,
      stacks,
      releases,
      ...tenantCost,
      ...(platformIsNew ? { platformCostEur30d: totalOf(costs.platform) } : {}),
      priceDate: costs.priceDate,
    },
  };
};

/** The tenant's plan: the one that was approved, or, on a platform that has only just been made, the first that could be asked for. */
export const tenantPlanOf = async (run: Onboarding, plan: WholePlan): Promise<TenantPlan> => {
  if (plan.tenant) return plan.tenant;
  const first = await planTenant(run);
  if (JSON.stringify(first.changes) !== JSON.stringify(expectedChanges(run))) run.context.bus.emit({ type: 'plan', stack: 'tenant', changes: first.changes, releases: plan.proposal.releases });
  return first;
};
