import { orUndefined } from '../cluster/client.js';
import type { HeldLease } from '../cluster/lease.js';
import { InstallerError } from '../engine/errors.js';
import type { TenantResult } from '../engine/events.js';
import { CancelledError } from '../engine/interrupts.js';
import { runTasks, stoppable, task } from '../engine/task-list.js';
import { SYSTEM_NAMESPACE } from '../tenant/resource-names.js';
import { openRunFolder, type RunContext } from './context.js';
import { estimateCosts, totalOf } from './costs.js';
import { planPlatform, type PlatformPlan } from './create-platform.js';
import { holdTenant } from './hold-tenant.js';
import { clusterOf, ONBOARD, type CreateTenantInput, type Onboarding } from './onboarding.js';
import { openIonos } from './open-platform.js';
import { ensureSystemNamespace, preflightChecks } from './preflight.js';
import { EXPECTED, infrastructureTask, plannedReleases, planTenant, platformTask, type TenantPlan } from './tenant-infrastructure.js';
import { recordTenant } from './tenant-record.js';
import { applicationsTask, guardRailsTask, secretsTask } from './tenant-releases.js';
import { connectTask, verifyTask } from './tenant-verify.js';
import { summarise } from './terraform-run.js';

export interface CreateTenantOutcome {
  changed: boolean;
  dryRun: boolean;
  tenant: Onboarding['tenant'];
  result: TenantResult | undefined;
}

/**
 * Onboards a tenant. Converges: after any crash the same call finishes the work, and a call on a finished tenant changes nothing.
 * Throws InstallerError, SpecProblem, or CancelledError when the operator said no or pressed Ctrl-C.
 */
export const createTenant = async (context: RunContext, input: CreateTenantInput): Promise<CreateTenantOutcome> => {
  const folder = await openRunFolder(context);
  const started = performance.now();
  const run = {
    context,
    input,
    folder,
    api: openIonos(context),
    platform: undefined,
    nodes: [],
    ip: '',
    checksums: { wordpress: '', openwebui: '' },
    changed: false,
    result: undefined,
  } as unknown as Onboarding;
  let lease: HeldLease | undefined;
  /** The registry says that this run has begun, so it has to say how it ended. */
  let recorded = false;
  try {
    await runTasks([task<Onboarding>('preflight', 'Preflight', (_run, self) => self.newListr(stoppable(preflightChecks, context.interrupts), { concurrent: false, exitOnError: true }))], run, { bus: context.bus, prefix: ONBOARD });
    context.interrupts.throwIfPressed();
    if (run.tenant.isolation === 'cluster') {
      throw new InstallerError({ code: 'isolation-cluster', what: 'isolation cluster cannot be onboarded by this version', why: 'its own cluster is made by terraform/tenant, but the applications are not placed there yet', next: ['Take --isolation node-pool or namespace.'], exitCode: 2 });
    }
    const platformIsNew = run.platform === undefined;
    if (platformIsNew && run.tenant.isolation !== 'namespace') {
      throw new InstallerError({ code: 'platform-first', what: `isolation ${run.tenant.isolation} needs a platform that exists`, why: `platform ${input.platform.name} does not`, next: [`Create it with a first tenant of isolation namespace, or: ${context.commandName} platform create ${input.platform.name}`], exitCode: 2 });
    }
    if (run.platform && !input.dryRun) {
      await ensureSystemNamespace(run);
      lease = await holdTenant(context, run.platform.cluster, run.tenant.name, 'create');
    }
    const costs = await estimateCosts(context.packageRoot, { preset: run.preset, spec: run.tenant }, run.platformPreset);
    let platformPlan: PlatformPlan | undefined;
    let tenantPlan: TenantPlan | undefined;
    context.interrupts.throwIfPressed();
    await runTasks<Onboarding>(
      [
        task('plan', 'Plan', async (_run, self) => {
          if (platformIsNew) platformPlan = await planPlatform(context, { api: run.api, tools: run.tools, spec: input.platform, preset: run.platformPreset, task: `${ONBOARD}/platform`, dryRun: input.dryRun });
          else if (!input.dryRun || (await systemNamespaceIsThere(run))) tenantPlan = await planTenant(run);
          self.output = [platformPlan, tenantPlan].flatMap((plan) => (plan ? [summarise(plan.changes)] : [])).join('; ');
        }),
      ],
      run,
      { bus: context.bus, prefix: ONBOARD },
    );
    const stacks = [...(platformPlan ? [{ stack: 'platform', changes: platformPlan.changes }] : []), { stack: 'tenant', changes: tenantPlan?.changes ?? EXPECTED }];
    const releases = plannedReleases(run);
    for (const { stack, changes } of stacks) {
      context.bus.emit({ type: 'plan', stack, changes, releases: stack === 'tenant' ? releases : [], costEur30d: totalOf(stack === 'tenant' ? costs.tenant : costs.platform), priceDate: costs.priceDate });
    }
    if (input.dryRun) return { changed: false, dryRun: true, tenant: run.tenant, result: undefined };
    const approved = await input.approve({
      tenant: run.tenant,
      platform: input.platform.name,
      platformIsNew,
      stacks,
      releases,
      costEur30d: totalOf(costs.tenant),
      ...(platformIsNew ? { platformCostEur30d: totalOf(costs.platform) } : {}),
      priceDate: costs.priceDate,
    });
    if (!approved) throw new CancelledError();
    context.interrupts.throwIfPressed();

    const wasReady = run.record?.phase === 'ready';
    if (platformPlan) await runTasks<Onboarding>([platformTask(platformPlan)], run, { bus: context.bus, prefix: ONBOARD });
    lease ??= await holdTenant(context, clusterOf(run), run.tenant.name, 'create');
    context.interrupts.throwIfPressed();
    if (!wasReady) await recordTenant(run, 'onboarding', 'started');
    recorded = !wasReady;
    const planned = async (): Promise<TenantPlan> => {
      if (tenantPlan) return tenantPlan;
      const plan = await planTenant(run);
      if (JSON.stringify(plan.changes) !== JSON.stringify(EXPECTED)) context.bus.emit({ type: 'plan', stack: 'tenant', changes: plan.changes, releases });
      return plan;
    };
    await runTasks(stoppable([infrastructureTask(planned), guardRailsTask, secretsTask, applicationsTask(run.tenant.openwebui.models !== 'none'), ...(wasReady ? [] : [connectTask]), verifyTask], context.interrupts), run, { bus: context.bus, prefix: ONBOARD });
    if (run.changed || !wasReady) await recordTenant(run, 'ready', 'done', Math.round(performance.now() - started));
    return { changed: run.changed || !wasReady, dryRun: false, tenant: run.tenant, result: run.result };
  } catch (error) {
    const reason = context.interrupts.signal.aborted ? (context.interrupts.signal.reason as unknown) : error;
    if (recorded && !lease?.isLost) {
      const cancelled = reason instanceof CancelledError;
      await recordTenant(run, cancelled ? 'onboarding' : 'failed', cancelled ? 'interrupted' : 'failed', Math.round(performance.now() - started)).catch(() => undefined);
    }
    throw reason;
  } finally {
    await lease?.release();
    await folder.remove();
  }
};

const systemNamespaceIsThere = async (run: Onboarding): Promise<boolean> => (await orUndefined(clusterOf(run).core.readNamespace({ name: SYSTEM_NAMESPACE }))) !== undefined;
