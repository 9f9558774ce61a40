import type { V1ConfigMap } from '@kubernetes/client-node';
import type { Removal } from '../engine/removal.js';
import { registryName } from '../tenant/resource-names.js';
import { createOnce, orUndefined, statusOf, SYSTEM_NAMESPACE, TENANT_LABEL, type Cluster } from './client.js';

export type Phase = 'onboarding' | 'ready' | 'updating' | 'failed' | 'suspended' | 'offboarding' | 'deleted';

/** One line of a tenant's history. */
export interface HistoryEntry {
  at: string;
  operation: string;
  outcome: 'started' | 'done' | 'failed' | 'interrupted';
  by: string;
  cliVersion: string;
  /** Milliseconds, when it ended. */
  elapsedMs?: number;
}

/** What the registry keeps of a tenant: never a secret. */
export interface TenantRecord {
  name: string;
  phase: Phase;
  /** The spec, as the tenant file has it. */
  spec: unknown;
  ip?: string;
  endpoints?: { wordpress: string; openwebui: string };
  costEur30d?: { low: number; high: number };
  /** Milliseconds that each task took last time, by its path: the source of estimates. */
  timings?: Record<string, number>;
  /** What its removal has found so far, and, once it is deleted, what was removed. ISO time; `<user>@<host>`. */
  removal?: Removal & { since: string; by: string; doneAt?: string };
  createdAt: string;
  updatedAt: string;
  history: HistoryEntry[];
}

/** Entries that are kept; the ConfigMap stays far below its limit of 1 MiB. */
const HISTORY_ENTRIES = 50;

const toConfigMap = (record: TenantRecord, resourceVersion?: string): V1ConfigMap => ({
  metadata: {
    name: registryName(record.name),
    namespace: SYSTEM_NAMESPACE,
    labels: {
      [TENANT_LABEL]: record.name,
      'app.kubernetes.io/part-of': 'ionos-tenants',
      'app.kubernetes.io/managed-by': 'ionos-tenants',
      'ionos-tenants.io/registry': 'tenant',
    },
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  },
  data: {
    'record.json': JSON.stringify({ ...record, history: record.history.slice(-HISTORY_ENTRIES) }, null, 1),
  },
});

const fromConfigMap = (map: V1ConfigMap): TenantRecord => JSON.parse(map.data?.['record.json'] ?? '{}') as TenantRecord;

export const readTenant = async (cluster: Cluster, name: string): Promise<TenantRecord | undefined> => {
  const map = await orUndefined(cluster.core.readNamespacedConfigMap({ name: registryName(name), namespace: SYSTEM_NAMESPACE }));
  return map && fromConfigMap(map);
};

/** All tenants of the platform, by name. An absent system namespace means none. */
export const listTenants = async (cluster: Cluster): Promise<TenantRecord[]> => {
  const list = await cluster.core.listNamespacedConfigMap({ namespace: SYSTEM_NAMESPACE, labelSelector: 'ionos-tenants.io/registry=tenant' });
  return list.items.map(fromConfigMap).sort((a, b) => a.name.localeCompare(b.name));
};

/**
 * Writes what `change` makes of the present record. A second writer in between is noticed (409) and the change is made again on
 * what it wrote, so that no entry is lost.
 */
export const updateTenant = async (cluster: Cluster, name: string, change: (record: TenantRecord | undefined) => TenantRecord): Promise<TenantRecord> => {
  for (;;) {
    const present = await orUndefined(cluster.core.readNamespacedConfigMap({ name: registryName(name), namespace: SYSTEM_NAMESPACE }));
    const record = change(present && fromConfigMap(present));
    if (!present) {
      if (await createOnce(cluster.core.createNamespacedConfigMap({ namespace: SYSTEM_NAMESPACE, body: toConfigMap(record) }))) return record;
      continue;
    }
    const body = toConfigMap(record, present.metadata?.resourceVersion);
    if (body.data?.['record.json'] === present.data?.['record.json']) return record;
    try {
      await cluster.core.replaceNamespacedConfigMap({ name: registryName(name), namespace: SYSTEM_NAMESPACE, body });
      return record;
    } catch (error) {
      if (statusOf(error) !== 409) throw error;
    }
  }
};
