import type { FleetPod, FleetView } from '../../../engine/fleet-view.js';
import { pagedCursor, type KeyPress } from '../keys.js';
import { editField, fieldOf, fieldText, type FieldKey, type TextField } from '../text-field.js';
import { movedLog } from './log-position.js';
import { sortAfter } from './sorting.js';
import { filterOf, indexOf, SECTIONS, START, visiblePods, visibleTenants, type Cursor, type DashboardState, type LogTarget } from './state.js';

export interface Surroundings {
  view: FleetView | undefined;
  /** Rows that a page key moves. */
  page: number;
  /** Furthest that a section, or a pod's details, can be scrolled. */
  overflow: number;
  /** Numbers of the log's lines that its filter lets through, in order. */
  logLines: readonly number[];
  /** Lines of a log that are on the screen at least. */
  logSize: number;
}

export type DashboardKey = KeyPress & FieldKey;

const move = (cursor: Cursor, list: readonly { name: string }[], input: string, key: DashboardKey, page: number): Cursor | undefined => {
  const index = pagedCursor(input, key, indexOf(cursor, list), list.length, page);
  return index === undefined || list.length === 0 ? undefined : { name: list[index]?.name, index };
};

const scrolled = (state: DashboardState, input: string, key: DashboardKey, { overflow, page }: Surroundings): DashboardState => {
  const scroll = pagedCursor(input, key, Math.min(state.scroll, overflow), overflow + 1, page);
  return scroll === undefined ? state : { ...state, scroll };
};

const chosenPod = (state: DashboardState, view: FleetView | undefined): FleetPod | undefined => {
  const pods = visiblePods(state, view);
  return pods[indexOf(state.pod, pods)];
};

const following = ({ logEnd: _logEnd, ...state }: DashboardState): DashboardState => state;

const logOf = (state: DashboardState, pod: FleetPod | undefined, previous: boolean): DashboardState => {
  const [container] = pod?.containerNames ?? [];
  if (!pod || container === undefined) return state;
  const log = { namespace: pod.namespace, pod: pod.name, container, containers: pod.containerNames, previous };
  return following({ ...state, screen: 'logs', log, pod: { name: pod.name, index: state.pod.index }, filters: { ...state.filters, logs: '' } });
};

const typed = (state: DashboardState, field: TextField, input: string, key: DashboardKey): DashboardState => {
  const { typing: _typing, ...rest } = state;
  if (key.escape) return rest;
  const { field: next, submit } = editField(field, input, key);
  const screen = state.screen === 'pod' ? 'tenant' : state.screen;
  if (submit) return { ...rest, filters: { ...state.filters, [screen]: fieldText(next).trim() } };
  return following({ ...state, typing: next, scroll: 0, ...(screen === 'fleet' ? { cursor: START } : screen === 'tenant' ? { pod: START } : {}) });
};

/** Without its filter, or undefined where there is none to clear. */
const unfiltered = (state: DashboardState, key: DashboardKey): DashboardState | undefined =>
  key.escape && filterOf(state) !== '' ? following({ ...state, filters: { ...state.filters, [state.screen]: '' } }) : undefined;

const inFleet = (state: DashboardState, input: string, key: DashboardKey, { view, page }: Surroundings): DashboardState | 'quit' => {
  if (input === 'q' && !key.ctrl) return 'quit';
  const list = visibleTenants(state, view);
  const chosen = list[indexOf(state.cursor, list)];
  if (key.return) {
    if (!chosen) return state;
    return { ...state, screen: 'tenant', tenant: chosen.name, cursor: { name: chosen.name, index: indexOf(state.cursor, list) }, pod: START, section: 'events', scroll: 0, filters: { ...state.filters, tenant: '' } };
  }
  const sort = sortAfter(input, state.sort);
  // Whoever sorts anew wants to see what comes first.
  if (sort) return { ...state, sort, cursor: START };
  const cursor = move(state.cursor, list, input, key, page);
  return cursor ? { ...state, cursor } : state;
};

const inTenant = (state: DashboardState, input: string, key: DashboardKey, around: Surroundings): DashboardState => {
  if (input === 'q' || key.escape) return { ...state, screen: 'fleet' };
  const pod = chosenPod(state, around.view);
  if (input === 'l' || key.return) return logOf(state, pod, false);
  if (input === 'p') return logOf(state, pod, true);
  if (input === 'd' && !key.ctrl) return pod ? { ...state, screen: 'pod', pod: { name: pod.name, index: state.pod.index }, scroll: 0 } : state;
  if (key.tab) return { ...state, section: SECTIONS[(SECTIONS.indexOf(state.section) + 1) % SECTIONS.length] ?? 'events', scroll: 0 };
  if (key.pageDown || key.pageUp || key.ctrl) return scrolled(state, input, key, around);
  const moved = move(state.pod, visiblePods(state, around.view), input, key, around.page);
  return moved ? { ...state, pod: moved } : state;
};

const inPod = (state: DashboardState, input: string, key: DashboardKey, around: Surroundings): DashboardState => {
  if (input === 'q' || key.escape) return { ...state, screen: 'tenant', scroll: 0 };
  const pod = chosenPod(state, around.view);
  if (input === 'l' || key.return) return logOf(state, pod, false);
  if (input === 'p') return logOf(state, pod, true);
  return scrolled(state, input, key, around);
};

const inLog = (state: DashboardState, log: LogTarget, input: string, key: DashboardKey, around: Surroundings): DashboardState => {
  if (input === 'q' || key.escape) {
    const { log: _log, ...rest } = following(state);
    return { ...rest, screen: 'tenant', scroll: 0 };
  }
  if (input === 'w') return { ...state, wrap: !state.wrap };
  if (input === 't') return { ...state, stamps: !state.stamps };
  if (input === 'p') return following({ ...state, log: { ...log, previous: !log.previous } });
  if (input === 'c') {
    const next = log.containers[(log.containers.indexOf(log.container) + 1) % log.containers.length] ?? log.container;
    return next === log.container ? state : following({ ...state, log: { ...log, container: next } });
  }
  if (input === 's') return state.logEnd === undefined ? { ...state, logEnd: (around.logLines.at(-1) ?? -1) + 1 } : following(state);
  const moved = movedLog(state.logEnd, input, key, around);
  if (moved === undefined) return state;
  return moved === 'follow' ? following(state) : { ...state, logEnd: moved };
};

/** What a key makes of the state. Pure. Ctrl-C is not seen here: it always leaves. */
export const press = (state: DashboardState, input: string, key: DashboardKey, around: Surroundings): DashboardState | 'quit' => {
  if (state.typing) return typed(state, state.typing, input, key);
  if (state.help) return { ...state, help: false };
  if (input === '?') return { ...state, help: true };
  if (input === '/' && state.screen !== 'pod') return { ...state, typing: fieldOf(filterOf(state)) };
  const cleared = unfiltered(state, key);
  if (cleared) return cleared;
  if (state.screen === 'fleet') return inFleet(state, input, key, around);
  if (state.screen === 'tenant') return inTenant(state, input, key, around);
  if (state.screen === 'pod') return inPod(state, input, key, around);
  return state.log ? inLog(state, state.log, input, key, around) : state;
};
