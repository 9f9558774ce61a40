import { filterTenants, type FleetPod, type FleetTenant, type FleetView } from '../../../engine/fleet-view.js';
import { fieldText, type TextField } from '../text-field.js';
import { sortTenants, WORST_FIRST, type Sort } from './sorting.js';

/** Where the dashboard is and what it shows. Everything that a key changes is here; what the cluster tells is in the view. */

export const SECTIONS = ['events', 'claims', 'operations'] as const;
export type Section = (typeof SECTIONS)[number];

/** A place in a list that survives sorting: the same name, else the same row. */
export interface Cursor {
  name: string | undefined;
  index: number;
}

export interface LogTarget {
  namespace: string;
  pod: string;
  container: string;
  containers: readonly string[];
  /** The log from before the container's last restart. */
  previous: boolean;
}

export type ScreenName = 'fleet' | 'tenant' | 'pod' | 'logs';

export interface DashboardState {
  screen: ScreenName;
  help: boolean;
  tenant?: string;
  cursor: Cursor;
  sort: Sort;
  pod: Cursor;
  section: Section;
  /** Rows of the section, or of the pod's details, that are above its window. */
  scroll: number;
  /** One filter a screen; a pod's details have none. */
  filters: Readonly<Record<'fleet' | 'tenant' | 'logs', string>>;
  /** The filter while it is being typed. */
  typing?: TextField;
  log?: LogTarget;
  /** Number of the line at which the shown part of the log ends; absent: it follows the newest. */
  logEnd?: number;
  wrap: boolean;
  /** Whether each line of a log has its time in front. */
  stamps: boolean;
}

export const START: Cursor = { name: undefined, index: 0 };

export const initialState = (tenant?: string): DashboardState => ({
  screen: tenant === undefined ? 'fleet' : 'tenant',
  help: false,
  ...(tenant === undefined ? {} : { tenant }),
  cursor: { name: tenant, index: 0 },
  sort: WORST_FIRST,
  pod: START,
  section: 'events',
  scroll: 0,
  filters: { fleet: '', tenant: '', logs: '' },
  wrap: false,
  stamps: false,
});

/** The filter of the present screen, as far as it is typed. */
export const filterOf = (state: DashboardState): string => (state.screen === 'pod' ? '' : state.typing ? fieldText(state.typing) : state.filters[state.screen]);

/** Whether every word of the filter occurs somewhere in these texts. */
export const fits = (filter: string, ...texts: readonly string[]): boolean => {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const text = words.length === 0 ? '' : texts.join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
};

export const visibleTenants = (state: DashboardState, view: FleetView | undefined): readonly FleetTenant[] =>
  sortTenants(filterTenants(view?.tenants ?? [], state.screen === 'fleet' ? filterOf(state) : state.filters.fleet), state.sort);

/** Pods of the tenant that is looked at, as far as its filter lets them through. */
export const visiblePods = (state: DashboardState, view: FleetView | undefined): readonly FleetPod[] => {
  const filter = state.screen === 'tenant' ? filterOf(state) : state.filters.tenant;
  const pods = view?.detail?.name === state.tenant ? (view?.detail?.pods ?? []) : [];
  return pods.filter((pod) => fits(filter, pod.name, pod.app, pod.phase, pod.reason, pod.node ?? ''));
};

/** Row of the cursor in a list as it is now. */
export const indexOf = (cursor: Cursor, list: readonly { name: string }[]): number => {
  const found = cursor.name === undefined ? -1 : list.findIndex(({ name }) => name === cursor.name);
  return found >= 0 ? found : Math.max(0, Math.min(cursor.index, list.length - 1));
};

export const tenantOf = (state: DashboardState, view: FleetView | undefined): FleetTenant | undefined => view?.tenants.find(({ name }) => name === state.tenant);
