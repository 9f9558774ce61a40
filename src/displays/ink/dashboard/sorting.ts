import { inNameOrder, topUsage, type FleetTenant } from '../../../engine/fleet-view.js';

/** What a fleet can be sorted by, and the key for it: Shift and the letter, as in k9s. */
export const SORT_KEYS = { S: 'state', N: 'name', A: 'age', C: 'cost', U: 'usage' } as const;
export type SortBy = (typeof SORT_KEYS)[keyof typeof SORT_KEYS];

export interface Sort {
  by: SortBy;
  reversed: boolean;
}

export const WORST_FIRST: Sort = { by: 'state', reversed: false };

/** The order that a key asks for; the same key again turns it round. Undefined: no such key. */
export const sortAfter = (input: string, sort: Sort): Sort | undefined => {
  const by = (SORT_KEYS as Readonly<Record<string, SortBy | undefined>>)[input];
  return by === undefined ? undefined : { by, reversed: by === sort.by && !sort.reversed };
};

/** Youngest, dearest, fullest first: what is worth looking at stands on top. */
const FIGURES: Record<'age' | 'cost' | 'usage', (tenant: FleetTenant) => number> = {
  age: (tenant) => Date.parse(tenant.createdAt) || 0,
  cost: (tenant) => tenant.costEur30d?.high ?? -1,
  usage: (tenant) => topUsage(tenant.usage)?.share ?? -1,
};

const inOrder = (tenants: readonly FleetTenant[], by: SortBy): readonly FleetTenant[] => {
  if (by === 'state') return tenants;
  if (by === 'name') {
    const found = new Map(tenants.map((tenant) => [tenant.name, tenant]));
    return inNameOrder([...found.keys()]).flatMap((name) => found.get(name) ?? []);
  }
  return tenants.map((tenant) => ({ tenant, figure: FIGURES[by](tenant) })).sort((a, b) => b.figure - a.figure).map(({ tenant }) => tenant);
};

/** Tenants, given worst first, in the order that was asked for; equal ones stay as they were. */
export const sortTenants = (tenants: readonly FleetTenant[], { by, reversed }: Sort): readonly FleetTenant[] => {
  const sorted = inOrder(tenants, by);
  return reversed ? [...sorted].reverse() : sorted;
};
