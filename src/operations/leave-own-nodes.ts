import type { Remaining } from '../cluster/until-gone.js';
import { untilGone } from '../cluster/until-gone.js';
import { task, type Task } from '../engine/task-list.js';
import { namespaceOf } from '../tenant/resource-names.js';
import { closeWorkspace } from '../terraform/workspace.js';
import { cellOf, type Onboarding } from './onboarding.js';
import { podsOnOwnNodes } from './own-nodes.js';
import { applyTenant, type TenantPlan } from './tenant-infrastructure.js';
import { summariseDone } from './terraform-run.js';

const remainingThere = async (run: Onboarding): Promise<Remaining[]> =>
  (await podsOnOwnNodes(cellOf(run).cluster, run.tenant.name)).map(({ metadata, spec }) => ({ what: `pod/${metadata?.name}`, why: `${metadata?.deletionTimestamp === undefined ? 'still' : 'terminating'} on ${spec?.nodeName}` }));

/** Removes the nodes that the tenant had for itself, as it was approved, once its pods run on the shared ones. */
export const leaveOwnNodesTask = (plan: TenantPlan): Task<Onboarding> =>
  task('own-nodes', 'Own nodes', async (run, self) => {
    const namespace = namespaceOf(run.tenant.name);
    await untilGone(() => remainingThere(run), {
      signal: run.context.interrupts.signal,
      timeoutMs: run.input.timeoutMs,
      onRemaining: (words) => {
        self.output = words;
      },
      next: ([first]) => (first ? [`Look closer: kubectl -n ${namespace} describe ${first.what}`] : []),
    });
    self.output = 'no pod is left on them; removing them';
    const done = await applyTenant(run, plan);
    await closeWorkspace(done.run.workspace);
    run.changed = true;
    self.output = summariseDone(done.changes);
  });
