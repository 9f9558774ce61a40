import { hostname, userInfo } from 'node:os';
import { updateTenant, type HistoryEntry, type Phase, type TenantRecord } from '../cluster/registry.js';
import { clusterOf, type Onboarding } from './onboarding.js';

const entry = (run: Onboarding, outcome: HistoryEntry['outcome'], elapsedMs?: number): HistoryEntry => ({
  at: new Date().toISOString(),
  operation: 'create',
  outcome,
  by: `${userInfo().username}@${hostname()}`,
  cliVersion: run.context.cliVersion,
  ...(elapsedMs === undefined ? {} : { elapsedMs }),
});

/** Writes the tenant's phase. A run that changed nothing leaves the registry byte for byte as it was. */
export const recordTenant = (run: Onboarding, phase: Phase, outcome: HistoryEntry['outcome'], elapsedMs?: number): Promise<TenantRecord> =>
  updateTenant(clusterOf(run), run.tenant.name, (present) => {
    const now = new Date().toISOString();
    return {
      name: run.tenant.name,
      phase,
      spec: run.tenant,
      ...(run.ip === '' ? (present?.ip === undefined ? {} : { ip: present.ip }) : { ip: run.ip }),
      ...(run.result ? { endpoints: run.result.endpoints, costEur30d: run.result.costEur30d } : present?.endpoints ? { endpoints: present.endpoints } : {}),
      createdAt: present?.createdAt ?? now,
      updatedAt: now,
      history: [...(present?.history ?? []), entry(run, outcome, elapsedMs)],
    };
  });
