import { CancelledError } from '../engine/interrupts.js';
import { countPlatformRemoved, type PlatformRemoval, type RemovedPlatformCounts } from '../engine/platform-removal.js';
import { runTasks, stoppable, task, type Task } from '../engine/task-list.js';
import { openRunFolder, type RunContext } from './context.js';
import { openIonos } from './open-platform.js';
import { claimPlatform, isUnfinished, releasePlatform } from './platform-claim.js';
import { readLink } from './platform-link.js';
import { REMOVE, type DeletePlatformInput, type PlatformRemovalRun } from './platform-removal.js';
import { platformRemovalChecks, refuseWhileUsed } from './platform-removal-checks.js';
import { planTask } from './platform-removal-plan.js';
import { proofTask } from './platform-removal-proof.js';
import { infrastructureTask, modelsTask, recordsTask, systemTask } from './platform-removal-steps.js';

export interface DeletePlatformOutcome {
  dryRun: boolean;
  removal: PlatformRemoval;
  removed: RemovedPlatformCounts;
  left: string[];
}

/** The cluster's own part first, while there is a cluster; the records that let an interrupted removal go on, last. */
const STEPS: Task<PlatformRemovalRun>[] = [modelsTask, systemTask, infrastructureTask, proofTask, recordsTask];

/**
 * Removes a platform without tenants for good. An adopted one only loses what we put into it. After any crash the same call finishes the
 * work. Throws InstallerError, or CancelledError when the operator said no or pressed Ctrl-C.
 */
export const deletePlatform = async (context: RunContext, input: DeletePlatformInput): Promise<DeletePlatformOutcome> => {
  const folder = await openRunFolder(context);
  /** Claimed by this run alone, and nothing done yet: then the claim must not make the platform look half made. */
  let untouched = false;
  try {
    const link = await readLink(context.paths, input.name);
    const run = { context, input, folder, link, api: link ? undefined : openIonos(context), left: [] } as unknown as PlatformRemovalRun;
    const runAll = (tasks: Task<PlatformRemovalRun>[]): Promise<void> => runTasks(stoppable(tasks, context.interrupts), run, { bus: context.bus, prefix: REMOVE });
    await runAll([task<PlatformRemovalRun>('preflight', 'Preflight', (_run, self) => self.newListr(stoppable(platformRemovalChecks, context.interrupts), { concurrent: false, exitOnError: true }))]);
    if (!input.dryRun && !link) {
      untouched = !(await isUnfinished(context, input.name));
      await claimPlatform(context, input.name);
    }
    await runAll([planTask]);
    const { removal } = run;
    context.bus.emit({ type: 'plan', stack: 'platform', changes: removal.changes, releases: [...removal.releases] });
    if (input.dryRun) return { dryRun: true, removal, removed: countPlatformRemoved(removal), left: [] };
    if (!(await input.approve(removal))) throw new CancelledError();
    context.interrupts.throwIfPressed();
    // Somebody may have begun a tenant while this was read.
    await refuseWhileUsed(run);
    untouched = false;
    await runAll(STEPS);
    return { dryRun: false, removal, removed: countPlatformRemoved(removal), left: run.left };
  } catch (error) {
    throw context.interrupts.signal.aborted ? (context.interrupts.signal.reason as unknown) : error;
  } finally {
    if (untouched) await releasePlatform(context, input.name);
    await folder.remove();
  }
};
