import type { HeldLease } from '../cluster/lease.js';
import { PATIENCE_MS } from '../cluster/patience.js';
import { CancelledError } from '../engine/interrupts.js';
import { countRemoved, type RemovalProposal, type RemovedCounts } from '../engine/removal.js';
import { runTasks, stoppable, task, type Task } from '../engine/task-list.js';
import { openRunFolder, type RunContext } from './context.js';
import { holdTenant } from './hold-tenant.js';
import { addressTask, infrastructureTask, stateTask } from './offboard-cloud.js';
import { applicationsTask, gatewayTask, guardRailsTask, namespaceTask, volumesTask } from './offboard-cluster.js';
import { modelKeyTask } from './offboard-models.js';
import { planTask } from './offboard-plan.js';
import { lookAtTenant, offboardPreflight } from './offboard-preflight.js';
import { proofTask } from './offboard-proof.js';
import { recordDeleted, recordOffboarding, recordStopped } from './offboard-record.js';
import { OFFBOARD, type DeleteTenantInput, type Offboarding } from './offboarding.js';
import { openIonos } from './open-platform.js';
import { isTrial } from './platform-link.js';

export type DeleteTenantOutcome =
  /** It was gone already. ISO time. */
  | { kind: 'gone'; deletedAt: string }
  | { kind: 'dry-run'; proposal: RemovalProposal }
  | { kind: 'deleted'; removed: RemovedCounts; left: string[]; proposal: RemovalProposal };

/**
 * The order of leaving. Each step waits until what it removes is gone, because the next one depends on it: a load balancer that is not
 * gone keeps the address, a pod keeps its volume, a namespace keeps everything. Every step can be repeated.
 */
const STEPS: Task<Offboarding>[] = [gatewayTask, addressTask, applicationsTask, volumesTask, namespaceTask, guardRailsTask, modelKeyTask, infrastructureTask, stateTask, proofTask];

/**
 * Removes a tenant for good: nothing of it is kept but its entry in the registry. After any crash the same call finishes the work.
 * Throws InstallerError, or CancelledError when the operator said no or pressed Ctrl-C.
 */
export const deleteTenant = async (given: RunContext, input: DeleteTenantInput): Promise<DeleteTenantOutcome> => {
  const context: RunContext = { ...given, patienceMs: Math.min(PATIENCE_MS, input.timeoutMs) };
  const folder = await openRunFolder(context);
  const started = performance.now();
  const elapsed = (): number => Math.round(performance.now() - started);
  const run = { context, input, folder, api: (await isTrial(context.paths, input.platform)) ? undefined : openIonos(context), left: [] } as unknown as Offboarding;
  const runAll = (tasks: Task<Offboarding>[]): Promise<void> => runTasks(tasks, run, { bus: context.bus, prefix: OFFBOARD });
  const gone = (): DeleteTenantOutcome => ({ kind: 'gone', deletedAt: run.record?.removal?.doneAt ?? run.record?.updatedAt ?? '' });
  let lease: HeldLease | undefined;
  let begun = false;
  try {
    await runAll([task<Offboarding>('preflight', 'Preflight', (_run, self) => self.newListr(stoppable(offboardPreflight, context.interrupts), { concurrent: false, exitOnError: true }))]);
    context.interrupts.throwIfPressed();
    if (run.found !== 'there') return gone();
    if (!input.dryRun) {
      lease = await holdTenant(context, run.platform.cluster, input.name, 'delete');
      // Another operator may have finished it while this one looked.
      if ((await lookAtTenant(run)) !== 'there') return gone();
    }
    let proposal = {} as RemovalProposal;
    context.interrupts.throwIfPressed();
    await runAll([planTask((planned) => (proposal = planned))]);
    context.bus.emit({
      type: 'plan',
      stack: 'tenant',
      changes: proposal.changes,
      releases: [...proposal.releases],
      ...(proposal.costEur30d ? { costEur30d: proposal.costEur30d } : {}),
      ...(proposal.priceDate === undefined ? {} : { priceDate: proposal.priceDate }),
      removal: proposal,
    });
    if (input.dryRun) return { kind: 'dry-run', proposal };
    if (!(await input.approve(proposal))) throw new CancelledError();
    context.interrupts.throwIfPressed();

    begun = true;
    await recordOffboarding(run);
    await runAll(stoppable(STEPS, context.interrupts));
    await recordDeleted(run, elapsed());
    return { kind: 'deleted', removed: countRemoved(run.removal), left: run.left, proposal };
  } catch (error) {
    const reason = context.interrupts.signal.aborted ? (context.interrupts.signal.reason as unknown) : error;
    // Whoever has taken over writes what becomes of it.
    if (begun && !lease?.isLost) await recordStopped(run, reason instanceof CancelledError ? 'interrupted' : 'failed', elapsed()).catch(() => undefined);
    throw reason;
  } finally {
    await lease?.release();
    await folder.remove();
  }
};
