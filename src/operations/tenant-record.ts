import { updateTenant, type HistoryEntry, type Phase, type TenantRecord } from '../cluster/registry.js';
import { historyEntry } from './history-entry.js';
import { homeOf, type Onboarding } from './onboarding.js';

/** Writes the tenant's phase. A run that changed nothing leaves the registry byte for byte as it was. */
export const recordTenant = (run: Onboarding, phase: Phase, outcome: HistoryEntry['outcome'], elapsedMs?: number): Promise<TenantRecord> =>
  updateTenant(homeOf(run), run.tenant.name, (recorded) => {
    const now = new Date().toISOString();
    // Of a tenant that was removed, only the history lives on.
    const present = recorded?.phase === 'deleted' ? undefined : recorded;
    return {
      name: run.tenant.name,
      phase,
      spec: run.tenant,
      ...(run.ip === '' ? (present?.ip === undefined ? {} : { ip: present.ip }) : { ip: run.ip }),
      ...(run.result ? { endpoints: run.result.endpoints, costEur30d: run.result.costEur30d } : present?.endpoints ? { endpoints: present.endpoints } : {}),
      createdAt: present?.createdAt ?? now,
      updatedAt: now,
      history: [...(recorded?.history ?? []), historyEntry(run.context, run.input.operation, outcome, elapsedMs)],
    };
  });
