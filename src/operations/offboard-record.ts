import { updateTenant, type HistoryEntry, type TenantRecord } from '../cluster/registry.js';
import type { TenantSpec } from '../tenant/spec.js';
import { historyEntry, operator } from './history-entry.js';
import type { Offboarding } from './offboarding.js';

/** Writes into the record of a tenant that was entered; one that never was has none to be kept. */
const record = async (run: Offboarding, change: (present: TenantRecord, now: string) => TenantRecord): Promise<void> => {
  if (!run.record) return;
  run.record = await updateTenant(run.platform.cluster, run.input.name, (present) => change(present ?? (run.record as TenantRecord), new Date().toISOString()));
};

const withEntry = (run: Offboarding, present: TenantRecord, now: string, outcome: HistoryEntry['outcome'], elapsedMs?: number): TenantRecord => ({
  ...present,
  updatedAt: now,
  history: [...present.history, historyEntry(run.context, 'delete', outcome, elapsedMs)],
});

/** The first change of all: from now on nobody takes the tenant for whole, and what is to be removed is known even when its traces are gone. */
export const recordOffboarding = (run: Offboarding): Promise<void> =>
  record(run, (present, now) => ({
    ...withEntry(run, present, now, 'started'),
    phase: 'offboarding',
    removal: { since: now, by: operator(), ...(present.phase === 'deleted' ? {} : present.removal), ...run.removal },
  }));

/** It stopped on the way; the phase stays, and the same command goes on. */
export const recordStopped = (run: Offboarding, outcome: 'failed' | 'interrupted', elapsedMs: number): Promise<void> => record(run, (present, now) => withEntry(run, present, now, outcome, elapsedMs));

/** What remains: that there was such a tenant, who removed what and when. No addresses, no names of people but the operators'. */
export const recordDeleted = (run: Offboarding, elapsedMs: number): Promise<void> =>
  record(run, (present, now) => {
    const { name, createdAt, history, updatedAt } = withEntry(run, present, now, 'done', elapsedMs);
    const { preset, isolation } = present.spec as TenantSpec;
    return {
      name,
      phase: 'deleted',
      spec: { name, preset, isolation },
      removal: { since: present.removal?.since ?? now, by: operator(), doneAt: now, ...run.removal },
      createdAt,
      updatedAt,
      history,
    };
  });
