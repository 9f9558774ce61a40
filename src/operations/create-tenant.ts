import type { HeldLease } from '../cluster/lease.js';
import { readTenant, type Phase } from '../cluster/registry.js';
import { PATIENCE_MS } from '../cluster/patience.js';
import { InstallerError } from '../engine/errors.js';
import type { TenantResult } from '../engine/events.js';
import { CancelledError } from '../engine/interrupts.js';
import { runTasks, stoppable, task, type Task } from '../engine/task-list.js';
import { openRunFolder, type RunContext } from './context.js';
import { holdTenant } from './hold-tenant.js';
import { leaveOwnNodesTask } from './leave-own-nodes.js';
import { cellOf, homeOf, ownsCloudObjects, prefixOf, type CreateTenantInput, type Onboarding } from './onboarding.js';
import { takeModelKey } from './model-key.js';
import { leavesOwnNodes } from './own-nodes.js';
import { readLink } from './platform-link.js';
import { ensureSystemNamespace, preflightChecks } from './preflight.js';
import { infrastructureTask, platformTask } from './tenant-infrastructure.js';
import { planAll, tenantPlanOf, type WholePlan } from './tenant-plan.js';
import { addressTask } from './tenant-address.js';
import { recordTenant } from './tenant-record.js';
import { applicationsTask, guardRailsTask, secretsTask } from './tenant-releases.js';
import { connectTask, verifyTask } from './tenant-verify.js';

export interface CreateTenantOutcome {
  changed: boolean;
  dryRun: boolean;
  /** The operator wants to change answers first: nothing was changed. */
  back?: true;
  tenant: Onboarding['tenant'];
  result: TenantResult | undefined;
}

/**
 * Onboards a tenant, or brings it to other settings. Converges: after any crash the same call finishes the work, and a call on a finished
 * tenant changes nothing.
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
    ownCell: undefined,
    platformNeed: undefined,
    nodes: [],
    ip: '',
    checksums: { wordpress: '', openwebui: '' },
    changed: false,
    changes: [],
    move: undefined,
    result: undefined,
  } as unknown as Onboarding;
  let lease: HeldLease | undefined;
  /** Set once the registry says that the tenant is being worked on; then it must also say how that ended. */
  let working: Phase | undefined;
  try {
    await runTasks([task<Onboarding>('preflight', 'Preflight', (_run, self) => self.newListr(stoppable(preflightChecks(input), context.interrupts), { concurrent: false, exitOnError: true }))], run, { bus: context.bus, prefix: prefixOf(run) });
    context.interrupts.throwIfPressed();
    if (run.platform && !input.dryRun) {
      await ensureSystemNamespace(run);
      lease = await holdTenant(context, run.platform.cluster, run.tenant.name, input.operation);
      await refuseChangedMeanwhile(run);
    }
    const plan = await planAll(run);
    if (input.dryRun) return { changed: false, dryRun: true, tenant: run.tenant, result: undefined };
    const approved = await input.approve(plan.proposal);
    if (approved === 'back') return { changed: false, dryRun: false, back: true, tenant: run.tenant, result: undefined };
    if (approved === 'no') throw new CancelledError();
    context.interrupts.throwIfPressed();

    const wasReady = run.record?.phase === 'ready';
    if (plan.platform) await runTasks<Onboarding>([platformTask(plan.platform)], run, { bus: context.bus, prefix: prefixOf(run) });
    lease ??= await holdTenant(context, homeOf(run), run.tenant.name, input.operation);
    context.interrupts.throwIfPressed();
    if (!wasReady || run.changes.length > 0) {
      working = input.operation === 'update' ? 'updating' : 'onboarding';
      await recordTenant(run, working, 'started');
    }
    await runTasks(stoppable(stepsOf(run, plan, wasReady), context.interrupts), run, { bus: context.bus, prefix: prefixOf(run) });
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

/** The steps, in their order. On a trial platform it is the cluster that gives the address, once there is a Service that asks for one. */
const stepsOf = (run: Onboarding, plan: WholePlan, wasReady: boolean): Task<Onboarding>[] => {
  const hasModels = run.tenant.openwebui.models !== 'none';
  return [
    ...(ownsCloudObjects(run) ? [infrastructureTask(() => tenantPlanOf(run, plan))] : []),
    guardRailsTask,
    secretsTask,
    ...(ownsCloudObjects(run) ? [] : [addressTask]),
    applicationsTask(hasModels),
    ...(plan.tenant && leavesOwnNodes(plan.tenant.changes) ? [leaveOwnNodesTask(plan.tenant)] : []),
    ...(run.input.operation === 'update' && !hasModels ? [modelKeyTask] : []),
    connectTask(wasReady),
    verifyTask,
  ];
};

/** The preflight looked before the Lease was held: whoever worked on the tenant in between has made that look worthless. */
const refuseChangedMeanwhile = async (run: Onboarding): Promise<void> => {
  const now = await readTenant(homeOf(run), run.tenant.name);
  if (JSON.stringify(now) === JSON.stringify(run.record)) return;
  throw new InstallerError({ code: 'changed-meanwhile', what: `somebody else has just worked on ${run.tenant.name}`, why: now ? `it is ${now.phase} since ${now.updatedAt}` : 'its record is gone', next: ['Run the same command again: it looks anew.', 'Nothing was changed.'] });
};

/** A tenant that gives up its models must not keep a key that is taken. */
const modelKeyTask: Task<Onboarding> = task('model-key', 'Model key', async (run, self) => {
  const say = (words: string): void => {
    self.output = words;
  };
  say(await takeModelKey({ ...run, cell: cellOf(run), timeoutMs: run.input.timeoutMs }, run.tenant.name, `${prefixOf(run)}/model-key`, say));
});
