import { formatEur } from '../../tenant/money.js';
import { age } from '../fleet-words.js';
import { table } from './table.js';

/** What `list` shows of a tenant. */
export interface ListRow {
  name: string;
  phase: string;
  preset: string;
  isolation: string;
  wordpress: string;
  openwebui: string;
  createdAt: string;
  costEur30d: { low: number; high: number } | null;
}

/** `list` as text. An empty fleet says so; what to do then follows as the next command. */
export const listLines = (data: { platform: string; tenants: readonly ListRow[] }, now: number): string[] => {
  if (data.tenants.length === 0) return [`No tenants on platform ${data.platform} yet. Onboard the first one:`];
  const rows = data.tenants.map((tenant) => [
    tenant.name,
    tenant.phase,
    tenant.preset,
    tenant.isolation,
    tenant.wordpress || '-',
    tenant.openwebui || '-',
    age(tenant.createdAt, now),
    tenant.costEur30d ? formatEur(tenant.costEur30d) : '-',
  ]);
  return table(['NAME', 'PHASE', 'PRESET', 'ISOLATION', 'WORDPRESS', 'OPEN WEBUI', 'AGE', 'COST (30 DAYS)'], rows);
};
