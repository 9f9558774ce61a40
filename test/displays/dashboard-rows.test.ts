import { describe, expect, it } from 'vitest';
import type { FleetView } from '../../src/engine/fleet-view.js';
import { placeColumns } from '../../src/displays/ink/dashboard/columns.js';
import { fleetRows, type DrawOptions } from '../../src/displays/ink/dashboard/fleet-rows.js';
import { helpRows } from '../../src/displays/ink/dashboard/help-rows.js';
import { logRows, type LogView } from '../../src/displays/ink/dashboard/log-rows.js';
import { initialState, type DashboardState } from '../../src/displays/ink/dashboard/state.js';
import { podRows } from '../../src/displays/ink/dashboard/pod-rows.js';
import { frameRows } from '../../src/displays/ink/dashboard/frame.js';
import { hasSections, tenantRows } from '../../src/displays/ink/dashboard/tenant-rows.js';
import { windowAround } from '../../src/displays/ink/dashboard/window.js';
import { DASHBOARD_KEYS } from '../../src/displays/ink/keys.js';
import { widthOf } from '../../src/displays/ink/cells.js';
import { textOfRow, type Row } from '../../src/displays/ink/rows.js';
import { createTheme } from '../../src/displays/ink/theme.js';
import { worstFirst } from '../../src/engine/fleet-view.js';
import { BORN, makeDetail, makePod, makeTenant, makeView, manyTenants, NOW } from '../support/fleet.js';

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
const inPod: DashboardState = { ...inTenant, screen: 'pod', pod: { name: 'wordpress-6f9c-x1', index: 0 } };
const inLogs: DashboardState = { ...inTenant, screen: 'logs', log: { namespace: 'tenant-acme', pod: 'wordpress-6f9c-x1', container: 'wordpress', containers: ['wordpress', 'cron'], previous: false } };
const logOf = (...texts: string[]): LogView => ({ lines: texts.map((text, number) => ({ number, text, at: BORN })), note: '' });
const log = logOf(...Array.from({ length: 500 }, (_, index) => `line ${index} ${'長い行'.repeat(index % 40)}`));

describe.each(SIZES)('at %i columns and %i rows', (columns, terminalRows) => {
  const draw = options(columns, terminalRows);
  const screens: [string, () => Row[]][] = [
    ['the fleet of 300', () => fleetRows(initialState(), fleet, draw)],
    ['a filter that is typed', () => fleetRows({ ...initialState(), filters: { fleet: 'x'.repeat(300), tenant: '', logs: '' } }, fleet, draw)],
    ['an empty fleet', () => fleetRows(initialState(), makeView([]), draw)],
    ['a tenant', () => tenantRows(inTenant, close(), draw)],
    ['a pod', () => podRows(inPod, close(), draw)],
    ['a pod without details yet', () => podRows(inPod, close({ detail: makeDetail('acme', { podDetails: {} }) }), draw)],
    ['a tenant without details yet', () => tenantRows(inTenant, makeView([makeTenant('acme')]), draw)],
    ['a log', () => logRows(inLogs, log, draw)],
    ['a wrapped log with times', () => logRows({ ...inLogs, wrap: true, stamps: true }, log, draw)],
    ['help', () => helpRows(draw)],
  ];
  it.each(screens)('%s fits', (_title, rows) => {
    const drawn = rows();
    expect(drawn.length).toBeLessThanOrEqual(draw.rows);
    expect(drawn.filter((row) => widthOf(textOfRow(row)) > columns)).toEqual([]);
  });

  it('columns stand below each other', () => {
    const rows = fleetRows(initialState(), fleet, draw).map(textOfRow);
    const heading = rows.findIndex((row) => row.includes('TENANT'));
    const state = rows[heading]?.indexOf('STATE') ?? -1;
    expect(rows.slice(heading + 1, heading + 5).map((row) => row.slice(state, state + 1))).toEqual(['✖', '▲', '✔', '✔']);
  });
});

it('shows at 80×24 what an operator asks first', () => {
  const [summary = '', totals, heading, first, second] = textOf(fleetRows(initialState(), fleet, options(80, 24)));
  expect(summary).toBe(' 300 tenants   ✖ 1 failed   ▲ 1 degraded   ✔ 298 ready');
  expect(totals).toBe(' 1199 of 1200 pods ready · 2328–4839 EUR for 30 days');
  expect(heading).toMatch(/^ {3}TENANT +STATE↓ +PODS +WORDPRESS +OPEN WEBUI +QUOTA +AGE$/);
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

it('says on every screen that nothing is certain while the cluster cannot be reached, and shows what was known', () => {
  const view = close({ staleSince: new Date(NOW - 65_000).toISOString(), staleReason: 'connect ECONNREFUSED' });
  for (const state of [initialState(), inTenant, inPod, inLogs]) {
    const rows = textOf(frameRows({ state, view, log }, { theme, size: { columns: 80, rows: 24 }, platform: 'main', sandbox: false, now: NOW }));
    expect(rows).toHaveLength(23);
    expect(rows[2]).toMatch(/^ ▲ stale since \d\d:\d\d:\d\d \(1 min\), reconnecting: connect ECONNREFUSED$/);
    expect(rows.join('\n')).toMatch(/crash loop|line 499/);
  }
});

it('says what the nodes give and what is asked of them, where that is known', () => {
  const capacity = { nodes: { ready: 2, total: 3 }, cpu: { used: 3_000, hard: 12_000 }, memory: { used: 2 ** 30, hard: 2 ** 32 } };
  const [, totals] = textOf(fleetRows(initialState(), makeView([makeTenant('acme'), makeTenant('globex', { costEur30d: null })], { capacity }), options(120, 40)));
  expect(totals).toBe(' 8 of 8 pods ready · 1 of them 8–16 EUR for 30 days · 2 of 3 nodes ready · cpu 25 %, memory 25 % asked for');
});

it('marks the column that the rows are sorted by, and says so where it is not shown', () => {
  const sorted = (columns: number): string[] => textOf(fleetRows({ ...initialState(), sort: { by: 'cost', reversed: true } }, fleet, options(columns, 24)));
  expect(sorted(120)[2]).toContain('COST/30 D↑');
  expect(sorted(60)[0]).toMatch(/by cost, reversed$/);
});

it('says what to do where there is no tenant', () => {
  expect(textOf(fleetRows(initialState(), makeView([]), options(80, 24))).join('\n')).toContain('No tenants on platform main yet.');
  expect(textOf(fleetRows({ ...initialState(), filters: { fleet: 'nope', tenant: '', logs: '' } }, fleet, options(80, 24))).join('\n')).toContain('No tenant fits the filter.');
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
  const said = { words: evil, well: false, message: evil };
  const evilPod = makeView([makeTenant('acme')], { detail: makeDetail('acme', { pods: [makePod({ reason: evil })], podDetails: { 'wordpress-6f9c-x1': { ip: '', owner: evil, containers: [{ name: 'wordpress', init: false, image: evil, restarts: 1, state: said, before: said, cpu: { request: null, limit: null }, memory: { request: null, limit: null } }] } } }) });
  const all = [...fleetRows(initialState(), view, options(200, 60)), ...tenantRows(inTenant, view, options(120, 60)), ...podRows(inPod, evilPod, options(120, 60)), ...logRows(inLogs, { ...logOf(evil), note: evil }, options(80, 24))];
   
  expect(all.map(textOfRow).filter((text) => /[\u0000-\u001f\u007f]/.test(text))).toEqual([]);
});

it('is as complete in ASCII', () => {
  const ascii = options(120, 40, { theme: createTheme({ color: false, ascii: true }) });
  const text = [...fleetRows(initialState(), makeView([makeTenant('acme')]), ascii), ...tenantRows(inTenant, close(), ascii)].map(textOfRow).join('');
   
  expect([...text].filter((character) => /[^\u0000-\u007f]/.test(character) && character !== '–')).toEqual([]);
});

it('tells of one pod: containers, why they wait, how they ended before, what they ask for', () => {
  const text = textOf(podRows(inPod, close(), options(100, 40))).join('\n');
  expect(text).toMatch(/✖ wordpress-6f9c-x1 {2}crash loop, 0\/2 ready/);
  expect(text).toContain('node-1 · 10.1.2.3 · ReplicaSet/wordpress-6f9c · 10 min old');
  expect(text).toContain('CONTAINER wordpress  ✖ waiting: CrashLoopBackOff  7 restarts');
  expect(text).toContain('Says       back-off 5m0s restarting failed container');
  expect(text).toContain('Before     ended with 137 (OOMKilled), 10 min ago');
  expect(text).toContain('Asks for   cpu 0.05 cores up to 0.5 cores; memory 128 MiB up to 256 MiB');
  expect(text).toContain('INIT CONTAINER prepare-core  ✔ ended with 0');
  expect(text).toMatch(/EVENTS\n +10 min +BackOff: message 0 red/);
});

it('filters pods and what stands below them', () => {
  const text = textOf(tenantRows({ ...inTenant, filters: { fleet: '', tenant: 'mariadb', logs: '' } }, close(), options(120, 40))).join('\n');
  expect(text).toContain('mariadb-0');
  expect(text).toContain('mariadb-data');
  expect(text).not.toMatch(/openwebui-0|openwebui-data/);
  expect(text).toContain('/mariadb');
});

it('shows the newest lines of a log, those before a line where it is held, and only what the filter lets through', () => {
  const lines = logOf(...Array.from({ length: 100 }, (_, index) => `line ${index}`));
  expect(textOf(logRows(inLogs, lines, options(80, 24))).at(-1)).toBe(' line 99');
  const held = textOf(logRows({ ...inLogs, logEnd: 90 }, lines, options(80, 24)));
  expect(held.at(-1)).toBe(' line 89');
  expect(held[0]).toContain('held, 10 newer lines below');
  expect(textOf(logRows({ ...inLogs, filters: { fleet: '', tenant: '', logs: 'LINE 42' } }, lines, options(80, 24))).slice(1)).toEqual([' line 42']);
});

it('wraps long lines where that is wanted, and shows the time of each line', () => {
  const lines = logOf(`start ${'word '.repeat(30)}end`, 'next');
  const wrapped = textOf(logRows({ ...inLogs, wrap: true }, lines, options(80, 24)));
  expect(wrapped.slice(1).join(' ')).toMatch(/start .* end +next$/);
  expect(wrapped).toHaveLength(5);
  const [, first = '', second] = textOf(logRows({ ...inLogs, stamps: true }, lines, options(80, 24)));
  expect(first).toMatch(/^ \d\d:\d\d:\d\d\.000 start .*…$/);
  expect(second).toMatch(/^ \d\d:\d\d:\d\d\.000 next$/);
});

it.each(SIZES)('has every key in the help at %i columns and %i rows', (columns, rows) => {
  const text = textOf(helpRows(options(columns, rows))).join('\n');
  for (const { key } of Object.values(DASHBOARD_KEYS)) expect(text).toContain(key);
});

it('keeps the cursor inside its window, and the window full', () => {
  for (const cursor of [0, 1, 149, 298, 299]) {
    const { start, end } = windowAround(cursor, 300, 15);
    expect(end - start).toBe(15);
    expect(cursor >= start && cursor < end).toBe(true);
  }
  expect(windowAround(2, 3, 15)).toEqual({ start: 0, end: 3 });
});
