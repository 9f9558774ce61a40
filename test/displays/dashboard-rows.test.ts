import { describe, expect, it } from 'vitest';
import type { FleetView } from '../../src/engine/fleet-view.js';
import { placeColumns } from '../../src/displays/ink/dashboard/columns.js';
import { fleetRows, type DrawOptions } from '../../src/displays/ink/dashboard/fleet-rows.js';
import { helpRows } from '../../src/displays/ink/dashboard/help-rows.js';
import { logRows } from '../../src/displays/ink/dashboard/log-rows.js';
import { initialState, type DashboardState } from '../../src/displays/ink/dashboard/state.js';
import { hasSections, tenantRows } from '../../src/displays/ink/dashboard/tenant-rows.js';
import { windowAround } from '../../src/displays/ink/dashboard/window.js';
import { widthOf } from '../../src/displays/ink/cells.js';
import { textOfRow, type Row } from '../../src/displays/ink/rows.js';
import { createTheme } from '../../src/displays/ink/theme.js';
import { worstFirst } from '../../src/engine/fleet-view.js';
import { makeDetail, makeTenant, makeView, manyTenants, NOW } from '../support/fleet.js';

const theme = createTheme({ color: false, ascii: false });

const options = (columns: number, terminalRows: number, change: Partial<DrawOptions> = {}): DrawOptions => ({ theme, columns, rows: terminalRows - 4, now: NOW, ...change });

const textOf = (rows: readonly Row[]): string[] => rows.map((row) => textOfRow(row).trimEnd());

const SIZES: [number, number][] = [
  [60, 15],
  [80, 24],
  [120, 40],
  [200, 60],
];

const fleet = makeView(worstFirst(manyTenants()));
const close = (change: Partial<FleetView> = {}): FleetView =>
  makeView([makeTenant('acme', { health: 'failed', reason: 'wordpress-6f9c-x1: crash loop', models: 'none' })], { detail: makeDetail('acme'), ...change });
const inTenant = initialState('acme');
const inLogs: DashboardState = { ...inTenant, screen: 'logs', log: { namespace: 'tenant-acme', pod: 'wordpress-6f9c-x1', container: 'wordpress', containers: ['wordpress', 'cron'] } };
const log = { lines: Array.from({ length: 500 }, (_, index) => `line ${index} ${'長い行'.repeat(index % 40)}`), note: '' };

describe.each(SIZES)('at %i columns and %i rows', (columns, terminalRows) => {
  const draw = options(columns, terminalRows);
  const screens: [string, () => Row[]][] = [
    ['the fleet of 300', () => fleetRows(initialState(), fleet, draw)],
    ['a stale fleet', () => fleetRows(initialState(), { ...fleet, staleSince: new Date(NOW - 5000).toISOString(), staleReason: 'connect ECONNREFUSED '.repeat(20) }, draw)],
    ['a filter that is typed', () => fleetRows({ ...initialState(), filter: 'x'.repeat(300) }, fleet, draw)],
    ['an empty fleet', () => fleetRows(initialState(), makeView([]), draw)],
    ['a tenant', () => tenantRows(inTenant, close(), draw)],
    ['a stale tenant', () => tenantRows(inTenant, close({ staleSince: new Date(NOW).toISOString(), staleReason: 'gone' }), draw)],
    ['a tenant without details yet', () => tenantRows(inTenant, makeView([makeTenant('acme')]), draw)],
    ['a log', () => logRows(inLogs, log, draw)],
    ['a wrapped log', () => logRows({ ...inLogs, wrap: true }, log, draw)],
    ['help', () => helpRows(draw)],
  ];
  it.each(screens)('%s fits', (_title, rows) => {
    const drawn = rows();
    expect(drawn.length).toBeLessThanOrEqual(draw.rows);
    expect(drawn.filter((row) => widthOf(textOfRow(row)) > columns)).toEqual([]);
  });

  it('columns stand below each other', () => {
    const [, heading = '', ...rows] = fleetRows(initialState(), fleet, draw).map(textOfRow);
    const state = heading.indexOf('STATE');
    expect(rows.slice(0, 4).map((row) => row.slice(state, state + 1))).toEqual(['✖', '▲', '✔', '✔']);
  });
});

it('shows at 80×24 what an operator asks first', () => {
  const [summary = '', heading, first, second] = textOf(fleetRows(initialState(), fleet, options(80, 24)));
  expect(summary).toBe(' 300 tenants   ✖ 1 failed   ▲ 1 degraded   ✔ 298 ready');
  expect(heading).toMatch(/^ {3}TENANT +STATE +PODS +WORDPRESS +OPEN WEBUI +QUOTA +AGE$/);
  expect(first).toMatch(/^ ❯ t17 +✖ failed +3\/4 +200 14 ms +200 9 ms +cpu 63 % +10 min$/);
  expect(second).toMatch(/^ {3}donaudampfsc… +▲ degraded +4\/4 +200 14 ms +✖ 502 /);
});

it('says of the chosen tenant why it is not well and where it answers', () => {
  const rows = textOf(fleetRows(initialState(), fleet, options(80, 24)));
  expect(rows.at(-2)).toBe(' ✖ t17  wordpress-6f9c-x1: crash loop');
  expect(rows.at(-1)).toContain('WordPress http://127.0.0.1:41080   Open WebUI http://127.0.0.1:41088');
});

it('shows more where there is room, and keeps the most important where there is none', () => {
  const ids = (columns: number): string[] => placeColumns(columns, 12).map(({ id }) => id);
  expect(ids(60)).toEqual(['name', 'state', 'pods', 'wordpress', 'openwebui', 'age']);
  expect(ids(120)).toEqual(['name', 'state', 'isolation', 'pods', 'wordpress', 'openwebui', 'usage', 'versions', 'cost', 'age']);
  expect(ids(200)).toContain('reason');
});

it('says that nothing is certain while the cluster cannot be reached', () => {
  const [first] = textOf(fleetRows(initialState(), { ...fleet, staleSince: new Date(NOW - 65_000).toISOString(), staleReason: 'connect ECONNREFUSED' }, options(80, 24)));
  expect(first).toMatch(/^ ▲ stale since \d\d:\d\d:\d\d \(1 min\), reconnecting: connect ECONNREFUSED$/);
});

it('says what to do where there is no tenant', () => {
  expect(textOf(fleetRows(initialState(), makeView([]), options(80, 24))).join('\n')).toContain('No tenants on platform main yet.');
  expect(textOf(fleetRows({ ...initialState(), filter: 'nope' }, fleet, options(80, 24))).join('\n')).toContain('No tenant fits the filter.');
  expect(textOf(fleetRows(initialState(), makeView([], { connecting: true }), options(80, 24))).join('\n')).toContain('Reading the platform');
});

it('tells of one tenant: state, endpoints, quota, honesty, pods, events', () => {
  const text = textOf(tenantRows(inTenant, close(), options(80, 24))).join('\n');
  expect(text).toContain('✖ failed  wordpress-6f9c-x1: crash loop');
  expect(text).toContain('✔ 200 in 14 ms');
  expect(text).toContain('none: Open WebUI has nothing to chat with');
  expect(text).toContain('cpu 3.75 cores of 6 cores (63 %)');
  expect(text).toContain('Logins travel unencrypted');
  expect(text).toMatch(/❯ wordpress-6f9c-x1 +0\/2 +✖ crash loop +7 +10 min/);
  expect(text).toContain('EVENTS   claims   operations');
  expect(text).toContain('BackOff');
});

it('stacks all sections in a high window, and offers Tab in a low one', () => {
  const high = textOf(tenantRows(inTenant, close(), options(120, 40))).join('\n');
  for (const part of ['CLAIMS', 'OPERATIONS', 'EVENTS', 'mariadb-data', 'in 1 min 38 s']) expect(high).toContain(part);
  expect(hasSections(inTenant, close(), options(120, 40))).toBe(false);
  expect(hasSections(inTenant, close(), options(80, 24))).toBe(true);
});

it('lets nothing that a cluster says steer the terminal', () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007\r\n';
  const view = makeView([makeTenant('acme', { health: 'failed', reason: evil, displayName: evil })], { detail: makeDetail('acme', { pods: [], history: [{ at: '', operation: evil, outcome: 'done', by: evil, cliVersion: '1' }] }) });
  const all = [...fleetRows(initialState(), view, options(200, 60)), ...tenantRows(inTenant, view, options(120, 60)), ...logRows(inLogs, { lines: [evil], note: evil }, options(80, 24))];
   
  expect(all.map(textOfRow).filter((text) => /[\u0000-\u001f\u007f]/.test(text))).toEqual([]);
});

it('is as complete in ASCII', () => {
  const ascii = options(120, 40, { theme: createTheme({ color: false, ascii: true }) });
  const text = [...fleetRows(initialState(), makeView([makeTenant('acme')]), ascii), ...tenantRows(inTenant, close(), ascii)].map(textOfRow).join('');
   
  expect([...text].filter((character) => /[^\u0000-\u007f]/.test(character) && character !== '–')).toEqual([]);
});

it('shows the newest lines of a log, fewer when scrolled up, and only what the filter lets through', () => {
  const lines = { lines: Array.from({ length: 100 }, (_, index) => `line ${index}`), note: '' };
  expect(textOf(logRows(inLogs, lines, options(80, 24))).at(-1)).toBe(' line 99');
  const up = textOf(logRows({ ...inLogs, logScroll: 10 }, lines, options(80, 24)));
  expect(up.at(-1)).toBe(' line 89');
  expect(up[0]).toContain('10 newer lines below');
  expect(textOf(logRows({ ...inLogs, logFilter: 'LINE 42' }, lines, options(80, 24))).slice(1)).toEqual([' line 42']);
});

it('keeps the cursor inside its window, and the window full', () => {
  for (const cursor of [0, 1, 149, 298, 299]) {
    const { start, end } = windowAround(cursor, 300, 15);
    expect(end - start).toBe(15);
    expect(cursor >= start && cursor < end).toBe(true);
  }
  expect(windowAround(2, 3, 15)).toEqual({ start: 0, end: 3 });
});
