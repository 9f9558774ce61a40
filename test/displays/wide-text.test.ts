import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { removalConfirmation } from '../../src/displays/removal-facts.js';
import { cell, clip, oneLine, widthOf, wrapText } from '../../src/displays/ink/cells.js';
import { confirmRows } from '../../src/displays/ink/confirm-rows.js';
import { fleetRows } from '../../src/displays/ink/dashboard/fleet-rows.js';
import { logRows } from '../../src/displays/ink/dashboard/log-rows.js';
import { initialState } from '../../src/displays/ink/dashboard/state.js';
import { tenantRows } from '../../src/displays/ink/dashboard/tenant-rows.js';
import { deployRows } from '../../src/displays/ink/deploy-rows.js';
import { footerRow, headerRows } from '../../src/displays/ink/frame-rows.js';
import { reviewRows } from '../../src/displays/ink/review-rows.js';
import { rowWidth, textOfRow, type Row } from '../../src/displays/ink/rows.js';
import { fieldOf } from '../../src/displays/ink/text-field.js';
import { createTheme } from '../../src/displays/ink/theme.js';
import type { EngineEvent } from '../../src/engine/events.js';
import { foldEvent, initialRunState } from '../../src/engine/run-state.js';
import { makeDetail, makePod, makeTenant, makeView, NOW } from '../support/fleet.js';
import { PROPOSAL, REMOVAL, STUCK } from '../terminal/scenes.js';

/** What people, tools and pods write: each may stand wherever foreign text does. */
const TEXTS: [string, string][] = [
  ['a long German word', 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen'],
  ['Chinese and Japanese', '株式会社テスト日本語の記事を保存しました中華人民共和國'],
  ['full-width letters', 'ＡＣＭＥ　ＧｍｂＨ　ｕｎｄ　Ｃｏ　ＫＧ'],
  ['emoji of one and of several code points', '🚀👩‍👩‍👧‍👦🇩🇪👍🏽❤️1️⃣🧑🏿‍🚀 rocket'],
  ['combining marks', 'Z\u0351\u036fa\u0300\u0301\u0302l\u0323g\u0308o\u0330\u0331 cafe\u0301 n\u0303'],
  ['Hebrew and Arabic', 'שלום עולם مرحبا بالعالم'],
  ['Devanagari and Hangul', 'हिन्दी समाचार 한국어 ᄒᆞᆫ글'],
  ['what steers a terminal', 'a\u001b[2Jb\u001b[31mred\u001b[0m\u0007\tc\r\nd\u202e\u2028e\u200bf'],
  ['ASCII', 'x'.repeat(300)],
];

const SIZES = [[40, 10], [60, 15], [80, 24], [120, 40]] as const;

const at = '2026-11-23T12:00:00.000Z';

const runWith = (text: string) => {
  const events: EngineEvent[] = [
    { type: 'run', at, operation: 'create', tenant: text, sandbox: true, cliVersion: '1.2.3', log: `/tmp/${text}` },
    { type: 'task', at, task: 'onboard/applications', title: 'Applications', state: 'started' },
    { type: 'task', at, task: 'onboard/applications/wordpress', title: text, state: 'started' },
    { type: 'task', at, task: 'onboard/applications/wordpress', title: text, state: 'progress', detail: text },
    { type: 'pod', at, task: 'onboard/applications/wordpress', pod: { namespace: 'tenant-acme', name: text, app: text, phase: 'Pending', ready: 0, containers: 1, reason: text, restarts: 3, node: text } },
    { type: 'task', at, task: 'onboard/applications/openwebui', title: 'Open WebUI', state: 'failed', failure: { ...STUCK, what: text, why: text, next: [text] } },
    { type: 'log', at, task: 'onboard/applications/wordpress', line: text },
  ];
  return events.reduce(foldEvent, initialRunState);
};

const screensOf = (text: string, columns: number, rows: number): [string, readonly Row[]][] => {
  const theme = createTheme({ color: false, ascii: false });
  const body = { columns, rows: rows - 5 };
  const run = runWith(text);
  const deploy = { ...body, theme, now: Date.parse(at) + 5_000, frame: '*', details: false, logs: false, finished: new Set<string>() };
  const tenant = makeTenant('acme', { displayName: text, reason: text, health: 'failed', version: text, models: text });
  const detail = makeDetail('acme', { pods: [makePod({ name: text, reason: text, node: text, containerNames: [text] })], events: [{ at, warning: true, reason: text, object: text, message: text, count: 1 }] });
  const view = makeView([tenant, makeTenant('b')], { detail });
  const state = initialState('acme');
  const draw = { theme, columns, rows: rows - 4, now: NOW };
  return [
    ['deployment', deployRows(run, deploy)],
    ['deployment with details and logs', deployRows(run, { ...deploy, details: true, logs: true })],
    ['deployment that failed', deployRows(run, { ...deploy, failure: { ...STUCK, what: text, why: text, next: [text], log: text } })],
    ['plan', reviewRows({ proposal: { ...PROPOSAL, tenant: { ...PROPOSAL.tenant, displayName: text } }, scroll: 0, reminded: false, canGoBack: true, canSave: true }, theme, body, true)],
    ['removal', confirmRows({ confirmation: removalConfirmation({ ...REMOVAL, displayName: text }, false), field: fieldOf(text), scroll: 0 }, theme, body)],
    ['header', headerRows({ columns, about: [text, text], sandbox: true, extra: ['terraform 1.11.4'] }, theme)],
    ['footer', [footerRow({ columns, status: text, keys: [{ key: 'q', label: 'quit' }] }, theme)]],
    // Below this the dashboard draws a notice.
    ...(columns < 60
      ? []
      : ([
          ['fleet', fleetRows(initialState(), view, draw)],
          ['fleet that is stale', fleetRows(initialState(), { ...view, staleSince: at, staleReason: text }, draw)],
          ['tenant', tenantRows(state, view, draw)],
          ['log', logRows({ ...state, screen: 'logs', log: { namespace: 'tenant-acme', pod: text, container: text, containers: [text], previous: false } }, { lines: [{ number: 1, text }, { number: 2, text, at }], note: text }, draw)],
          ['wrapped log', logRows({ ...state, wrap: true, screen: 'logs', log: { namespace: 'tenant-acme', pod: text, container: text, containers: [text], previous: false } }, { lines: [{ number: 1, text }, { number: 2, text, at }], note: text }, draw)],
        ] satisfies [string, readonly Row[]][])),
  ];
};

 
const STEERS = /[\u0000-\u001f\u007f\u0080-\u009f\u2028\u2029\u202a-\u202e]/;

describe.each(TEXTS)('%s', (_what, text) => {
  it.each(SIZES)('leaves every row within %i columns, at %i rows, and steers nothing', (columns, rows) => {
    for (const [screen, drawn] of screensOf(text, columns, rows)) {
      for (const row of drawn) {
        expect(stringWidth(textOfRow(row)), `${screen}: ${textOfRow(row)}`).toBeLessThanOrEqual(columns);
        expect(rowWidth(row)).toBe(stringWidth(textOfRow(row)));
        expect(textOfRow(row), screen).not.toMatch(STEERS);
      }
    }
  });

  it('fills a cell of a table exactly, so that the next one stands where its heading does', () => {
    const shown = oneLine(text);
    for (let width = 1; width <= 40; width += 1) {
      expect(stringWidth(cell(shown, width))).toBe(width);
      expect(stringWidth(cell(shown, width, 'right'))).toBe(width);
      expect(stringWidth(clip(shown, width))).toBeLessThanOrEqual(width);
      if (width > 1) expect(wrapText(shown, width).filter((line) => stringWidth(line) > width)).toEqual([]);
    }
    expect(widthOf(shown)).toBe(stringWidth(shown));
  });
});

it('measures the marks of both themes as a terminal does', () => {
  for (const ascii of [false, true]) {
    const theme = createTheme({ color: false, ascii });
    const marks = [...Object.values(theme.glyph).filter((mark) => typeof mark === 'string'), ...theme.spinner, ...(['done', 'running', 'waiting', 'degraded', 'failed', 'retrying', 'skipped'] as const).map((name) => theme.state(name).icon)];
    for (const mark of marks) expect(widthOf(mark), mark).toBe(stringWidth(mark));
  }
});
