import { describe, expect, it } from 'vitest';
import { press, type DashboardKey, type Surroundings } from '../../src/displays/ink/dashboard/press.js';
import { initialState, indexOf, visiblePods, visibleTenants, type DashboardState } from '../../src/displays/ink/dashboard/state.js';
import { DASHBOARD_KEYS } from '../../src/displays/ink/keys.js';
import { makeDetail, makeTenant, makeView } from '../support/fleet.js';

const view = makeView(['aa', 'bb', 'cc', 'dd'].map((name) => makeTenant(name)), { detail: makeDetail('bb') });

const KEYS: Record<string, DashboardKey> = { down: { downArrow: true }, up: { upArrow: true }, enter: { return: true }, esc: { escape: true, meta: true }, tab: { tab: true }, pgdn: { pageDown: true }, pgup: { pageUp: true }, home: { home: true }, end: { end: true } };

const LINES = Array.from({ length: 100 }, (_, index) => index);

/** Presses keys by name, or types characters. */
const play = (keys: readonly string[], from: DashboardState = initialState(), around: Partial<Surroundings> = {}): DashboardState | 'quit' => {
  let state: DashboardState | 'quit' = from;
  for (const key of keys) {
    if (state === 'quit') throw new Error(`${key} was pressed after the end`);
    const special = KEYS[key] ?? (/^\^./.test(key) ? { ctrl: true } : undefined);
    const input = key.startsWith('^') ? key.slice(1) : special ? (key === 'enter' ? '\r' : '') : key;
    state = press(state, input, special ?? {}, { view, page: 4, overflow: 30, logLines: LINES, logSize: 20, ...around });
  }
  return state;
};

const at = (state: DashboardState | 'quit'): DashboardState => {
  if (state === 'quit') throw new Error('the dashboard was left');
  return state;
};

const cursorOf = (keys: readonly string[]): number => {
  const state = at(play(keys));
  return indexOf(state.cursor, visibleTenants(state, view));
};

it('moves as k9s does', () => {
  expect(cursorOf(['j', 'down', 'k'])).toBe(1);
  expect(cursorOf(['G', 'up'])).toBe(2);
  expect(cursorOf(['G', 'g'])).toBe(0);
  expect(cursorOf(['pgdn'])).toBe(3);
  expect(cursorOf(['^d'])).toBe(2);
  expect(cursorOf(['^f', '^u'])).toBe(1);
  expect(cursorOf(['end', '^b'])).toBe(0);
  expect(cursorOf(['end'])).toBe(3);
  expect(cursorOf(['G', 'home'])).toBe(0);
  expect(cursorOf(['k'])).toBe(0);
});

it('stays on its tenant when the order changes, and on its row when the tenant goes', () => {
  const state = at(play(['j', 'j']));
  expect(indexOf(state.cursor, [{ name: 'cc' }, { name: 'aa' }])).toBe(0);
  expect(indexOf(state.cursor, [{ name: 'aa' }, { name: 'bb' }])).toBe(1);
});

it('goes from the fleet to a tenant to a log, and back with q or Esc', () => {
  const tenant = at(play(['j', 'enter']));
  expect(tenant).toMatchObject({ screen: 'tenant', tenant: 'bb' });
  const log = at(play(['l'], tenant));
  expect(log).toMatchObject({ screen: 'logs', log: { pod: 'wordpress-6f9c-x1', container: 'wordpress' } });
  expect(at(play(['q'], log)).screen).toBe('tenant');
  expect(at(play(['esc', 'esc'], log)).screen).toBe('fleet');
  expect(play(['q', 'q', 'q'], log)).toBe('quit');
});

it('does not leave the fleet with Esc', () => {
  expect(at(play(['esc'])).screen).toBe('fleet');
});

it('filters while one types; Enter keeps it, Esc takes it back', () => {
  const typing = at(play(['/', 'c', 'c']));
  expect(visibleTenants(typing, view).map(({ name }) => name)).toEqual(['cc']);
  const kept = at(play(['enter'], typing));
  expect(kept.filters.fleet).toBe('cc');
  expect(kept.typing).toBeUndefined();
  expect(at(play(['esc'], kept)).filters.fleet).toBe('');
  expect(visibleTenants(at(play(['esc'], typing)), view)).toHaveLength(4);
});

it('types letters that are keys elsewhere', () => {
  expect(at(play(['/', 'q', 'j', '?', 'enter'])).filters.fleet).toBe('qj?');
});

it('closes help with any key, and does nothing else with it', () => {
  const help = at(play(['?']));
  expect(help.help).toBe(true);
  expect(at(play(['q'], help))).toMatchObject({ help: false, screen: 'fleet' });
});

it('turns through the sections and scrolls within them', () => {
  const tenant = at(play(['j', 'enter']));
  const scrolled = at(play(['pgdn', 'pgdn'], tenant));
  expect(scrolled.scroll).toBe(8);
  expect(at(play(['pgup', 'pgup', 'pgup'], scrolled)).scroll).toBe(0);
  expect(at(play(['tab'], scrolled))).toMatchObject({ section: 'claims', scroll: 0 });
  expect(at(play(['tab', 'tab', 'tab'], tenant)).section).toBe('events');
});

const inLog = (): DashboardState => at(play(['l'], at(play(['j', 'enter']))));

it('scrolls a log from its end, stays at its line while new ones come, and follows again with G', () => {
  const up = at(play(['up', 'pgup'], inLog()));
  expect(up.logEnd).toBe(95);
  const later = [...LINES, 100, 101];
  expect(at(play(['up'], up, { logLines: later })).logEnd).toBe(94);
  expect(at(play(['G'], up)).logEnd).toBeUndefined();
  expect(at(play(['g'], up)).logEnd).toBe(20);
  expect(at(play(['down', 'down', 'down', 'down', 'down'], up)).logEnd).toBeUndefined();
});

it('holds a log and lets it follow again with s', () => {
  const held = at(play(['s'], inLog()));
  expect(held.logEnd).toBe(100);
  expect(at(play(['s'], held)).logEnd).toBeUndefined();
});

it('reads the log before the last restart with p, from the tenant, from the pod and in the log', () => {
  const tenant = at(play(['j', 'enter']));
  expect(at(play(['p'], tenant)).log).toMatchObject({ pod: 'wordpress-6f9c-x1', previous: true });
  expect(at(play(['d', 'p'], tenant)).log?.previous).toBe(true);
  expect(at(play(['p'], inLog())).log?.previous).toBe(true);
  expect(at(play(['p', 'p'], inLog())).log?.previous).toBe(false);
});

it('wraps, and shows times', () => {
  expect(at(play(['w', 't'], inLog()))).toMatchObject({ wrap: true, stamps: true });
  expect(at(play(['w', 't', 'w', 't'], inLog()))).toMatchObject({ wrap: false, stamps: false });
});

it('describes a pod, scrolls in it, and goes back to its tenant', () => {
  const pod = at(play(['j', 'd'], at(play(['j', 'enter']))));
  expect(pod).toMatchObject({ screen: 'pod', pod: { name: 'gateway-77c-k2' }, scroll: 0 });
  expect(at(play(['j', '^d', 'G', 'k'], pod)).scroll).toBe(29);
  expect(at(play(['q'], pod))).toMatchObject({ screen: 'tenant', scroll: 0 });
  expect(at(play(['l'], pod)).log?.pod).toBe('gateway-77c-k2');
});

it('filters the pods of a tenant, and forgets that filter with the tenant', () => {
  const filtered = at(play(['/', 'm', 'a', 'r', 'i', 'enter'], at(play(['j', 'enter']))));
  expect(visiblePods(filtered, view).map(({ name }) => name)).toEqual(['mariadb-0']);
  expect(at(play(['l'], filtered)).log?.pod).toBe('mariadb-0');
  const cleared = at(play(['esc'], filtered));
  expect(cleared.screen).toBe('tenant');
  expect(visiblePods(cleared, view)).toHaveLength(4);
  expect(visiblePods(at(play(['q', 'enter'], filtered)), view)).toHaveLength(4);
});

it('sorts by Shift and a letter, and the other way round by the same again', () => {
  const mixed = makeView([
    makeTenant('t10', { health: 'failed', costEur30d: { low: 1, high: 2 }, createdAt: '2026-11-01T00:00:00Z', usage: { cpu: { used: 9, hard: 10 }, memory: null, storage: null } }),
    makeTenant('t9', { costEur30d: null, createdAt: '2026-11-03T00:00:00Z', usage: { cpu: null, memory: null, storage: null } }),
    makeTenant('t1', { costEur30d: { low: 5, high: 9 }, createdAt: '2026-11-02T00:00:00Z', usage: { cpu: { used: 1, hard: 10 }, memory: null, storage: null } }),
  ]);
  const sorted = (...keys: string[]): string[] => visibleTenants(at(play(keys, initialState(), { view: mixed })), mixed).map(({ name }) => name);
  expect(sorted()).toEqual(['t10', 't9', 't1']);
  expect(sorted('N')).toEqual(['t1', 't9', 't10']);
  expect(sorted('N', 'N')).toEqual(['t10', 't9', 't1']);
  expect(sorted('A')).toEqual(['t9', 't1', 't10']);
  expect(sorted('C')).toEqual(['t1', 't10', 't9']);
  expect(sorted('U')).toEqual(['t10', 't1', 't9']);
  expect(sorted('C', 'S')).toEqual(['t10', 't9', 't1']);
  expect(sorted('S', 'j')).toEqual(['t1', 't9', 't10']);
});

const PRINTED: Record<string, string[]> = { '↑↓': ['up', 'down'], PgUp: ['pgup'], PgDn: ['pgdn'], Enter: ['enter'], Esc: ['esc'], Tab: ['tab'] };

describe('every key that the help shows', () => {
  const second = (): DashboardState => at(play(['j']));
  const tenant = (): DashboardState => at(play(['j', 'enter']));
  /** A place where it matters. */
  const places: Record<keyof typeof DASHBOARD_KEYS, () => DashboardState> = {
    move: second, page: second, halfPage: second, ends: second, open: second, filter: second, sort: second, help: second, quit: second,
    back: tenant, describe: tenant, logs: tenant, previous: tenant, section: tenant,
    container: inLog, follow: inLog, wrap: inLog, stamps: inLog,
  };
  for (const [id, { key }] of Object.entries(DASHBOARD_KEYS)) {
    const keys = key.split(' ').flatMap((each) => PRINTED[each] ?? [each.startsWith('^') ? each.toLowerCase() : each]);
    it.each(keys)(`${id}: %s does something`, (each) => {
      const before = places[id as keyof typeof places]();
      expect(play([each], before)).not.toEqual(before);
    });
  }
});

it('goes round the containers of a pod', () => {
  const log = at(play(['l'], at(play(['j', 'enter']))));
  expect(at(play(['c'], log)).log?.container).toBe('cron');
  expect(at(play(['c', 'c'], log)).log?.container).toBe('wordpress');
});

it('opens nothing where there is nothing', () => {
  expect(at(play(['enter', 'j', 'l'], initialState(), { view: makeView([]) })).screen).toBe('fleet');
  expect(at(play(['l', 'enter'], initialState('bb'), { view: makeView([makeTenant('bb')]) })).screen).toBe('tenant');
});
