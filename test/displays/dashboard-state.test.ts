import { expect, it } from 'vitest';
import { initialState, indexOf, press, visibleTenants, type DashboardKey, type DashboardState, type Surroundings } from '../../src/displays/ink/dashboard/state.js';
import { makeDetail, makeTenant, makeView } from '../support/fleet.js';

const view = makeView(['aa', 'bb', 'cc', 'dd'].map((name) => makeTenant(name)), { detail: makeDetail('bb') });

const KEYS: Record<string, DashboardKey> = { down: { downArrow: true }, up: { upArrow: true }, enter: { return: true }, esc: { escape: true, meta: true }, tab: { tab: true }, pgdn: { pageDown: true }, pgup: { pageUp: true } };

/** Presses keys by name, or types characters. */
const play = (keys: readonly string[], from: DashboardState = initialState(), around: Partial<Surroundings> = {}): DashboardState | 'quit' => {
  let state: DashboardState | 'quit' = from;
  for (const key of keys) {
    if (state === 'quit') throw new Error(`${key} was pressed after the end`);
    const special = KEYS[key];
    state = press(state, special ? (key === 'enter' ? '\r' : '') : key, special ?? {}, { view, page: 2, sectionOverflow: 30, logOverflow: 50, ...around });
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
  expect(cursorOf(['pgdn'])).toBe(2);
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
  expect(kept.filter).toBe('cc');
  expect(kept.typing).toBeUndefined();
  expect(at(play(['esc'], kept)).filter).toBe('');
  expect(visibleTenants(at(play(['esc'], typing)), view)).toHaveLength(4);
});

it('types letters that are keys elsewhere', () => {
  expect(at(play(['/', 'q', 'j', '?', 'enter'])).filter).toBe('qj?');
});

it('closes help with any key, and does nothing else with it', () => {
  const help = at(play(['?']));
  expect(help.help).toBe(true);
  expect(at(play(['q'], help))).toMatchObject({ help: false, screen: 'fleet' });
});

it('turns through the sections and scrolls within them', () => {
  const tenant = at(play(['j', 'enter']));
  const scrolled = at(play(['pgdn', 'pgdn'], tenant));
  expect(scrolled.scroll).toBe(4);
  expect(at(play(['pgup', 'pgup', 'pgup'], scrolled)).scroll).toBe(0);
  expect(at(play(['tab'], scrolled))).toMatchObject({ section: 'claims', scroll: 0 });
  expect(at(play(['tab', 'tab', 'tab'], tenant)).section).toBe('events');
});

it('scrolls a log from its end, and follows again with G', () => {
  const log = at(play(['l'], at(play(['j', 'enter']))));
  const up = at(play(['up', 'pgup'], log));
  expect(up.logScroll).toBe(3);
  expect(at(play(['G'], up)).logScroll).toBe(0);
  expect(at(play(['g'], up)).logScroll).toBe(50);
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
