import { orUndefined } from '../cluster/client.js';
import type { HeldLease } from '../cluster/lease.js';
import { readTenant, type Phase } from '../cluster/registry.js';
import { PATIENCE_MS } from '../cluster/patience.js';
import { InstallerError } from '../engine/errors.js';
import type { TenantResult } from '../engine/events.js';
import { CancelledError } from '../engine/interrupts.js';
import { runTasks, stoppable, task, type Task } from '../engine/task-list.js';
import { SYSTEM_NAMESPACE } from '../tenant/resource-names.js';
import { usesCloud } from '../tenant/address-source.js';
import { openRunFolder, type RunContext } from './context.js';
import { estimateCosts, totalOf } from './costs.js';
import { planPlatform, type PlatformPlan } from './create-platform.js';
import { holdTenant } from './hold-tenant.js';
import { clusterOf, ionosOf, prefixOf, type CreateTenantInput, type Onboarding } from './onboarding.js';
import { takeModelKey } from './model-key.js';
import { readLink } from './platform-link.js';
import { ensureSystemNamespace, preflightChecks } from './preflight.js';
import { EXPECTED, infrastructureTask, plannedReleases, planTenant, platformTask, type TenantPlan } from './tenant-infrastructure.js';
import { addressTask } from './tenant-address.js';
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
export const createTenant = async (given: RunContext, input: CreateTenantInput): Promise<CreateTenantOutcome> => {
  const context: RunContext = { ...given, patienceMs: Math.min(PATIENCE_MS, input.timeoutMs) };
  const folder = await openRunFolder(context);
  const started = performance.now();
  const run = {
    context,
    input,
    folder,
    link: await readLink(context.paths, input.platform.name),
    api: undefined,
    platform: undefined,
    nodes: [],
    ip: '',
    checksums: { wordpress: '', openwebui: '' },
    changed: false,
    changes: [],
    result: undefined,
  } as unknown as Onboarding;
  let lease: HeldLease | undefined;
  /** Set once the registry says that the tenant is being worked on; then it must also say how that ended. */
  let working: Phase | undefined;
  try {
    await runTasks([task<Onboarding>('preflight', 'Preflight', (_run, self) => self.newListr(stoppable(preflightChecks(input), context.interrupts), { concurrent: false, exitOnError: true }))], run, { bus: context.bus, prefix: prefixOf(run) });
    context.interrupts.throwIfPressed();
    if (run.tenant.isolation === 'cluster') {
      throw new InstallerError({ code: 'isolation-cluster', what: 'isolation cluster cannot be onboarded by this version', why: 'its own cluster is made by terraform/tenant, but the applications are not placed there yet', next: ['Take --isolation node-pool or namespace.'], exitCode: 2 });
    }
    const platformIsNew = run.platform === undefined;
    if (platformIsNew && run.tenant.isolation !== 'namespace') {
      throw new InstallerError({ code: 'platform-first', what: `isolation ${run.tenant.isolation} needs a platform that exists`, why: `platform ${input.platform.name} does not`, next: [`Create it with a first tenant of isolation namespace: ${context.command('create <name>')}`], exitCode: 2 });
    }
    if (run.platform && !input.dryRun) {
      await ensureSystemNamespace(run);
      lease = await holdTenant(context, run.platform.cluster, run.tenant.name, input.operation);
      await refuseChangedMeanwhile(run);
    }
    const costs = await estimateCosts(context.packageRoot, { preset: run.preset, spec: run.tenant }, run.platformPreset);
    let platformPlan: PlatformPlan | undefined;
    let tenantPlan: TenantPlan | undefined;
    context.interrupts.throwIfPressed();
    await runTasks<Onboarding>(
      [
        task('plan', 'Plan', async (_run, self) => {
          if (platformIsNew) platformPlan = await planPlatform(context, { api: ionosOf(run), tools: run.tools, spec: input.platform, preset: run.platformPreset, task: `${prefixOf(run)}/platform`, dryRun: input.dryRun, objectMs: input.cloudTimeoutMs });
          else if (ownsCloudObjects(run) && (!input.dryRun || (await systemNamespaceIsThere(run)))) tenantPlan = await planTenant(run);
          self.output = [platformPlan, tenantPlan].flatMap((plan) => (plan ? [summarise(plan.changes)] : [])).join('; ');
        }),
      ],
      run,
      { bus: context.bus, prefix: prefixOf(run) },
    );
    const stacks = [...(platformPlan ? [{ stack: 'platform', changes: platformPlan.changes }] : []), ...(ownsCloudObjects(run) ? [{ stack: 'tenant', changes: tenantPlan?.changes ?? EXPECTED }] : [])];
    const releases = plannedReleases(run);
    for (const { stack, changes } of stacks) {
      context.bus.emit({ type: 'plan', stack, changes, releases: stack === 'tenant' ? releases : [], costEur30d: totalOf(stack === 'tenant' ? costs.tenant : costs.platform), priceDate: costs.priceDate });
    }
    if (!ownsCloudObjects(run)) context.bus.emit({ type: 'plan', stack: 'tenant', changes: [], releases });
    if (input.dryRun) return { changed: false, dryRun: true, tenant: run.tenant, result: undefined };
    const approved = await input.approve({
      operation: input.operation,
      changes: run.changes,
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
    if (platformPlan) await runTasks<Onboarding>([platformTask(platformPlan)], run, { bus: context.bus, prefix: prefixOf(run) });
    lease ??= await holdTenant(context, clusterOf(run), run.tenant.name, input.operation);
    context.interrupts.throwIfPressed();
    if (!wasReady || run.changes.length > 0) {
      working = input.operation === 'update' ? 'updating' : 'onboarding';
      await recordTenant(run, working, 'started');
    }
    const planned = async (): Promise<TenantPlan> => {
      if (tenantPlan) return tenantPlan;
      const plan = await planTenant(run);
      if (JSON.stringify(plan.changes) !== JSON.stringify(EXPECTED)) context.bus.emit({ type: 'plan', stack: 'tenant', changes: plan.changes, releases });
      return plan;
    };
    await runTasks(stoppable([...(ownsCloudObjects(run) ? [infrastructureTask(planned)] : []), guardRailsTask, secretsTask, ...(ownsCloudObjects(run) ? [] : [addressTask]), applicationsTask(run.tenant.openwebui.models !== 'none'), ...(input.operation === 'update' && run.tenant.openwebui.models === 'none' ? [modelKeyTask] : []), connectTask(wasReady), verifyTask], context.interrupts), run, { bus: context.bus, prefix: prefixOf(run) });
    const changed = run.changed || working !== undefined;
    if (changed) await recordTenant(run, 'ready', 'done', Math.round(performance.now() - started));
    return { changed, dryRun: false, tenant: run.tenant, result: run.result };
  } catch (error) {
    const reason = context.interrupts.signal.aborted ? (context.interrupts.signal.reason as unknown) : error;
    if (working && !lease?.isLost) {
      const cancelled = reason instanceof CancelledError;
      await recordTenant(run, cancelled ? working : 'failed', cancelled ? 'interrupted' : 'failed', Math.round(performance.now() - started)).catch(() => undefined);
    }
    throw reason;
  } finally {
    await lease?.release();
    await folder.remove();
  }
};

/** The preflight looked before the Lease was held: whoever worked on the tenant in between has made that look worthless. */
const refuseChangedMeanwhile = async (run: Onboarding): Promise<void> => {
  const now = await readTenant(clusterOf(run), run.tenant.name);
  if (JSON.stringify(now) === JSON.stringify(run.record)) return;
  throw new InstallerError({ code: 'changed-meanwhile', what: `somebody else has just worked on ${run.tenant.name}`, why: now ? `it is ${now.phase} since ${now.updatedAt}` : 'its record is gone', next: ['Run the same command again: it looks anew.', 'Nothing was changed.'] });
};

/** Whether the tenant owns something in IONOS Cloud, which terraform makes. On a trial cluster it does not. */
const ownsCloudObjects = (run: Onboarding): boolean => usesCloud(run.platform?.addresses ?? 'ip-block');

/** A tenant that gives up its models must not keep a key that is taken. */
const modelKeyTask: Task<Onboarding> = task('model-key', 'Model key', async (run, self) => {
  if (!run.platform) return;
  const say = (words: string): void => {
    self.output = words;
  };
  say(await takeModelKey({ ...run, platform: run.platform, timeoutMs: run.input.timeoutMs }, run.tenant.name, `${prefixOf(run)}/model-key`, say));
});

const systemNamespaceIsThere = async (run: Onboarding): Promise<boolean> => (await orUndefined(clusterOf(run).core.readNamespace({ name: SYSTEM_NAMESPACE }))) !== undefined;
