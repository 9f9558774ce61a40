import { filterTenants, type FleetTenant, type FleetView } from '../../../engine/fleet-view.js';
import { movedCursor, type KeyPress } from '../keys.js';
import { editField, fieldOf, fieldText, type FieldKey, type TextField } from '../text-field.js';

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
}

export interface DashboardState {
  screen: 'fleet' | 'tenant' | 'logs';
  help: boolean;
  tenant?: string;
  cursor: Cursor;
  pod: Cursor;
  section: Section;
  /** Rows of the section that are above its window. */
  scroll: number;
  filter: string;
  logFilter: string;
  /** The filter while it is being typed. */
  typing?: TextField;
  log?: LogTarget;
  /** Lines below the window; 0 follows. */
  logScroll: number;
  wrap: boolean;
}

const START: Cursor = { name: undefined, index: 0 };

export const initialState = (tenant?: string): DashboardState => ({
  screen: tenant === undefined ? 'fleet' : 'tenant',
  help: false,
  ...(tenant === undefined ? {} : { tenant }),
  cursor: { name: tenant, index: 0 },
  pod: START,
  section: 'events',
  scroll: 0,
  filter: '',
  logFilter: '',
  logScroll: 0,
  wrap: false,
});

/** The filter of the present screen, as far as it is typed. */
export const filterOf = (state: DashboardState): string => (state.typing ? fieldText(state.typing) : state.screen === 'logs' ? state.logFilter : state.filter);

export const visibleTenants = (state: DashboardState, view: FleetView | undefined): readonly FleetTenant[] =>
  filterTenants(view?.tenants ?? [], state.screen === 'fleet' ? filterOf(state) : state.filter);

/** Row of the cursor in a list as it is now. */
export const indexOf = (cursor: Cursor, list: readonly { name: string }[]): number => {
  const found = cursor.name === undefined ? -1 : list.findIndex(({ name }) => name === cursor.name);
  return found >= 0 ? found : Math.max(0, Math.min(cursor.index, list.length - 1));
};

export const tenantOf = (state: DashboardState, view: FleetView | undefined): FleetTenant | undefined => view?.tenants.find(({ name }) => name === state.tenant);

export interface Surroundings {
  view: FleetView | undefined;
  /** Rows that a page key moves. */
  page: number;
  /** Furthest that a section and a log can be scrolled. */
  sectionOverflow: number;
  logOverflow: number;
}

export type DashboardKey = KeyPress & FieldKey;

const move = (cursor: Cursor, list: readonly { name: string }[], input: string, key: DashboardKey, page: number): Cursor | undefined => {
  const index = movedCursor(input, key, indexOf(cursor, list), list.length, page);
  return index === undefined || list.length === 0 ? undefined : { name: list[index]?.name, index };
};

const podsOf = (state: DashboardState, view: FleetView | undefined) => (view?.detail?.name === state.tenant ? (view?.detail?.pods ?? []) : []);

const withLogs = (state: DashboardState, view: FleetView | undefined, index: number): DashboardState => {
  const pod = podsOf(state, view)[index];
  const [container] = pod?.containerNames ?? [];
  if (!pod || container === undefined) return state;
  return { ...state, screen: 'logs', pod: { name: pod.name, index }, log: { namespace: pod.namespace, pod: pod.name, container, containers: pod.containerNames }, logScroll: 0, logFilter: '' };
};

const typed = (state: DashboardState, field: TextField, input: string, key: DashboardKey): DashboardState => {
  const { typing: _typing, ...rest } = state;
  if (key.escape) return rest;
  const { field: next, submit } = editField(field, input, key);
  if (!submit) return { ...state, typing: next, logScroll: 0, cursor: state.screen === 'fleet' ? START : state.cursor };
  return state.screen === 'logs' ? { ...rest, logFilter: fieldText(next).trim() } : { ...rest, filter: fieldText(next).trim() };
};

const inFleet = (state: DashboardState, input: string, key: DashboardKey, { view, page }: Surroundings): DashboardState | 'quit' => {
  const list = visibleTenants(state, view);
  const chosen = list[indexOf(state.cursor, list)];
  if (input === 'q') return 'quit';
  if (key.escape) return { ...state, filter: '' };
  if (key.return || input === 'l') {
    if (!chosen) return state;
    return { ...state, screen: 'tenant', tenant: chosen.name, cursor: { name: chosen.name, index: indexOf(state.cursor, list) }, pod: START, section: 'events', scroll: 0 };
  }
  const cursor = move(state.cursor, list, input, key, page);
  return cursor ? { ...state, cursor } : state;
};

const inTenant = (state: DashboardState, input: string, key: DashboardKey, { view, sectionOverflow, page }: Surroundings): DashboardState => {
  if (input === 'q' || key.escape) return { ...state, screen: 'fleet' };
  const pods = podsOf(state, view);
  if (input === 'l' || key.return) return withLogs(state, view, indexOf(state.pod, pods));
  if (key.tab) return { ...state, section: SECTIONS[(SECTIONS.indexOf(state.section) + 1) % SECTIONS.length] ?? 'events', scroll: 0 };
  if (key.pageDown || key.pageUp) return { ...state, scroll: Math.max(0, Math.min(sectionOverflow, state.scroll + (key.pageDown ? page : -page))) };
  const pod = move(state.pod, pods, input, key, page);
  return pod ? { ...state, pod } : state;
};

const inLogs = (state: DashboardState, input: string, key: DashboardKey, { page, logOverflow }: Surroundings): DashboardState => {
  if (key.escape && state.logFilter !== '') return { ...state, logFilter: '' };
  if (input === 'q' || key.escape) {
    const { log: _log, ...rest } = state;
    return { ...rest, screen: 'tenant' };
  }
  if (input === 'w') return { ...state, wrap: !state.wrap, logScroll: 0 };
  if (input === 'c' && state.log) {
    const { containers, container } = state.log;
    const next = containers[(containers.indexOf(container) + 1) % containers.length] ?? container;
    return next === container ? state : { ...state, log: { ...state.log, container: next }, logScroll: 0 };
  }
  // The end of a log is its newest line: scrolling counts from there, and stays while new lines come.
  const top = movedCursor(input, key, logOverflow - state.logScroll, logOverflow + 1, page);
  return top === undefined ? state : { ...state, logScroll: logOverflow - top };
};

/** What a key makes of the state. Pure. Ctrl-C is not seen here: it always leaves. */
export const press = (state: DashboardState, input: string, key: DashboardKey, around: Surroundings): DashboardState | 'quit' => {
  if (state.typing) return typed(state, state.typing, input, key);
  if (state.help) return { ...state, help: false };
  if (input === '?') return { ...state, help: true };
  if (input === '/' && state.screen !== 'tenant') return { ...state, typing: fieldOf(filterOf(state)) };
  if (state.screen === 'fleet') return inFleet(state, input, key, around);
  return state.screen === 'tenant' ? inTenant(state, input, key, around) : inLogs(state, input, key, around);
};
