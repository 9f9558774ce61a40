import type { TenantRecord } from '../cluster/registry.js';
import type { TenantSpec } from '../tenant/spec.js';

/** The settings that a tenant has, by its record; undefined for a name that is free, also where an earlier tenant of it was removed. */
export const presentSpec = (record: TenantRecord | undefined): TenantSpec | undefined => (record && record.phase !== 'deleted' ? (record.spec as TenantSpec) : undefined);
