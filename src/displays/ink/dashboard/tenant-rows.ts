import { APPS, appTitle, endedOperations, type EventLine, type FleetPod, type FleetTenant, type FleetView, type TenantDetail } from '../../../engine/fleet-view.js';
import { describeBytes } from '../../../tenant/quantities.js';
import { age, costWords, endpointWords, healthWord, usageWords } from '../../fleet-words.js';
import { duration } from '../../time.js';
import { cell, oneLine, widthOf } from '../cells.js';
import { BLANK, fitRow, rowOf, span, spread, textOfRow, type Row } from '../rows.js';
import type { Theme, Tone } from '../theme.js';
import { filterSpans, type DrawOptions } from './fleet-rows.js';
import { healthLook, podLook } from './looks.js';
import { filterOf, fits, indexOf, SECTIONS, tenantOf, visiblePods, type DashboardState, type Section } from './state.js';
import { windowAround } from './window.js';

const LABEL = 12;
/** Rows that all three sections together need to stand below each other. */
const STACKED_EVENTS = 6;
/** Below this, what an event says is worth more than what it is about. */
const NARROW = 80;
const STACKED_HISTORY = 5;

const fact = (label: string, ...rest: Row): Row => [span(` ${cell(label, LABEL)}`, 'dim'), ...rest];

const endpointRows = (tenant: FleetTenant, theme: Theme): Row[] =>
  APPS.map((app) => {
    const endpoint = tenant.endpoints[app];
    const well = endpoint.state === 'answers';
    const tone: Tone = well ? 'ok' : endpoint.state === 'silent' ? 'bad' : 'dim';
    const icon = well ? theme.state('done').icon : endpoint.state === 'silent' ? theme.state('failed').icon : theme.state('waiting').icon;
    const why = endpoint.state === 'not-asked' || endpoint.status === undefined ? oneLine(endpoint.error ?? '') : '';
    return fact(appTitle(app), span(cell(endpoint.url || 'no address yet', Math.max(30, widthOf(endpoint.url)))), span(`  ${icon} ${endpointWords(endpoint)}${why === '' ? '' : ` (${why})`}`, tone), span(`  ${tenant.applications[app]}`, 'dim'));
  });

const headRows = (tenant: FleetTenant, { theme, now }: DrawOptions): Row[] => {
  const look = healthLook(theme, tenant.health);
  const dot = ` ${theme.glyph.dot} `;
  const since = tenant.operation ? `, for ${age(tenant.operation.since, now)}` : '';
  return [
    [span(` ${look.icon} ${healthWord(tenant)}`, look.tone, true), span(tenant.reason === '' ? `  ${oneLine(tenant.displayName)}` : `  ${oneLine(tenant.reason)}${since}`, tenant.reason === '' ? undefined : look.tone)],
    ...endpointRows(tenant, theme),
    fact('Place', span([tenant.ip || 'no address yet', tenant.preset, tenant.isolation, `${age(tenant.createdAt, now)} old`].join(dot))),
    fact('Models', tenant.models === 'none' ? span('none: Open WebUI has nothing to chat with', 'warn') : span(oneLine(tenant.models))),
    fact('Quota', span(`cpu ${usageWords('cpu', tenant.usage.cpu)}${dot}memory ${usageWords('memory', tenant.usage.memory)}`)),
    fact('', span(`storage ${usageWords('storage', tenant.usage.storage)}${tenant.costEur30d ? `${dot}${costWords(tenant.costEur30d)} for 30 days` : ''}`)),
    ...(tenant.encrypted ? [] : [[span(` ${theme.state('degraded').icon} Logins travel unencrypted over HTTP: no domain is set.`, 'warn')]]),
  ];
};

/** Nodes of a pool differ in their last characters. Node names are ASCII. */
const endOf = (name: string, width: number, ellipsis: string): string => (name.length <= width ? name : `${ellipsis}${name.slice(name.length - width + 1)}`);

const podRow = (pod: FleetPod, options: DrawOptions, chosen: boolean, widths: { name: number; state: number; restarts: number; node: number }): Row => {
  const { theme, now } = options;
  const look = podLook(pod, theme);
  const { ellipsis } = theme.glyph;
  return [
    span(cell(chosen ? ` ${theme.glyph.pointer}` : '', 3), 'accent'),
    span(cell(pod.name, widths.name, 'left', ellipsis), chosen ? 'accent' : undefined, chosen),
    span(`  ${cell(`${pod.ready}/${pod.containers}`, 5)}  `),
    span(cell(`${look.icon} ${oneLine(pod.reason) || pod.phase.toLowerCase()}`, widths.state, 'left', ellipsis), look.tone),
    span(`  ${cell(String(pod.restarts), widths.restarts, 'right')}`, pod.restarts > 0 ? 'warn' : 'dim'),
    span(`  ${cell(age(pod.createdAt, now), 6, 'right')}`, 'dim'),
    ...(widths.node > 0 ? [span(`  ${endOf(pod.node ?? '-', widths.node, ellipsis)}`, 'dim')] : []),
  ];
};

const podRows = (state: DashboardState, pods: readonly FleetPod[], options: DrawOptions, size: number): Row[] => {
  const { columns, theme } = options;
  const name = Math.min(Math.max(12, ...pods.map((pod) => widthOf(pod.name))), columns < 100 ? 26 : 40);
  const restarts = columns < 80 ? 3 : 8;
  const left = columns - 3 - name - 9 - (restarts + 2) - 8;
  const node = left > 56 ? Math.min(40, left - 34) : 0;
  const widths = { name, node, restarts, state: Math.max(8, left - (node > 0 ? node + 2 : 0)) };
  const cursor = indexOf(state.pod, pods);
  const { start, end } = windowAround(cursor, pods.length, size);
  const heading: Row = [
    span(`   ${cell('POD', name)}  ${cell('READY', 5)}  ${cell('STATE', widths.state)}  ${cell(restarts < 8 ? 'RST' : 'RESTARTS', restarts)}  ${cell('AGE', 6, 'right')}${node > 0 ? '  NODE' : ''}`, 'dim'),
  ];
  if (pods.length === 0) return [heading, rowOf(filterOf(state) === '' ? '   no pods' : '   no pod fits the filter', 'dim')];
  return [heading, ...pods.slice(start, end).map((pod, at) => podRow(pod, options, start + at === cursor, widths))].map((row) => fitRow(row, columns, theme.glyph.ellipsis));
};

const allSectionRows = (section: Section, detail: TenantDetail, { now, theme, columns }: DrawOptions): Row[] => {
  if (section === 'events') {
    if (detail.events.length === 0) return [rowOf(detail.connecting ? '   reading' : '   none in the last hour', 'dim')];
    const longest = (of: (event: EventLine) => string, most: number): number => Math.min(most, Math.max(...detail.events.map((event) => widthOf(oneLine(of(event))))));
    const reason = longest((event) => event.reason, columns < NARROW ? 12 : 22);
    const object = columns < NARROW ? 0 : longest((event) => event.object, Math.floor(columns / 4));
    return detail.events.map((event) => [
      span(`   ${cell(age(event.at, now), 6, 'right')}  `, 'dim'),
      span(`${cell(oneLine(event.reason), reason, 'left', theme.glyph.ellipsis)}  `, event.warning ? 'warn' : undefined),
      span(object === 0 ? '' : `${cell(oneLine(event.object), object, 'left', theme.glyph.ellipsis)}  `, 'dim'),
      span(oneLine(event.message), event.warning ? 'warn' : 'dim'),
      ...(event.count > 1 ? [span(` (${event.count} times)`, 'dim')] : []),
    ]);
  }
  if (section === 'claims') {
    if (detail.claims.length === 0) return [rowOf('   none', 'dim')];
    const width = Math.max(...detail.claims.map((claim) => widthOf(claim.name)));
    return detail.claims.map((claim) => [span(`   ${cell(claim.name, width)}  `), span(cell(claim.phase, 9), claim.phase === 'Bound' ? undefined : 'warn'), span(`  ${cell(describeBytes(claim.size), 8, 'right')}  ${claim.storageClass}`, 'dim')]);
  }
  if (detail.history.length === 0) return [rowOf('   none', 'dim')];
  return endedOperations(detail.history).map((entry) => [
    span(`   ${cell(age(entry.at, now), 6, 'right')}  `, 'dim'),
    span(`${cell(oneLine(entry.operation), 8)}  `),
    span(cell(entry.outcome, 11), entry.outcome === 'failed' ? 'bad' : entry.outcome === 'interrupted' ? 'warn' : undefined),
    span(`  ${cell(entry.elapsedMs === undefined ? '' : `in ${duration(entry.elapsedMs)}`, 14)}  ${oneLine(entry.by)} with ${entry.cliVersion}`, 'dim'),
  ]);
};

const sectionRows = (section: Section, state: DashboardState, detail: TenantDetail, options: DrawOptions): Row[] => {
  const filter = filterOf(state);
  const rows = allSectionRows(section, detail, options);
  const shown = rows.filter((row) => fits(filter, textOfRow(row)));
  return shown.length === 0 && rows.length > 0 ? [rowOf('   none fits the filter', 'dim')] : shown;
};

const titles = (chosen: Section | undefined): Row => SECTIONS.flatMap((section, index) => [span(index === 0 ? ' ' : '   '), section === chosen ? span(section.toUpperCase(), 'accent', true) : span(section, 'dim')]);

interface Layout {
  head: Row[];
  pods: Row[];
  /** Rows for what stands below the pods. */
  left: number;
  stacked: boolean;
}

const layout = (state: DashboardState, view: FleetView | undefined, tenant: FleetTenant, detail: TenantDetail, options: DrawOptions): Layout => {
  // A low window keeps the pods; the facts that change least go first.
  const head = headRows(tenant, options);
  const kept = options.rows >= head.length + 9 ? head : head.slice(0, Math.max(1, Math.min(3, options.rows - 6)));
  const room = options.rows - kept.length - 1;
  const listed = visiblePods(state, view);
  const most = Math.max(1, Math.min(listed.length, room - 6));
  const pods = podRows(state, listed, options, most);
  const left = Math.max(0, room - pods.length - 1);
  const needed = 3 + 2 + detail.claims.length + Math.min(STACKED_HISTORY, endedOperations(detail.history).length) + STACKED_EVENTS;
  return { head: kept, pods, left, stacked: left >= needed };
};

/** Rows of claims and operations, of their titles and of what is between, where everything stands below each other. */
const stackedRows = (state: DashboardState, detail: TenantDetail, options: DrawOptions): Row[] => {
  const title = (section: Section): Row => rowOf(` ${section.toUpperCase()}`, 'dim');
  const claims = sectionRows('claims', state, detail, options);
  const operations = sectionRows('operations', state, detail, options).slice(0, STACKED_HISTORY);
  return [title('claims'), ...claims, BLANK, title('operations'), ...operations, BLANK, title('events')];
};

const below = (state: DashboardState, detail: TenantDetail, options: DrawOptions, { left, stacked }: Layout): Row[] => {
  if (left < 2) return [];
  const above = stacked ? stackedRows(state, detail, options) : [titles(state.section)];
  const section = stacked ? 'events' : state.section;
  return [...above, ...sectionRows(section, state, detail, options).slice(state.scroll, state.scroll + left - above.length)];
};

/** How far the section below the pods can be scrolled. */
export const sectionOverflow = (state: DashboardState, view: FleetView | undefined, options: DrawOptions): number => {
  const tenant = tenantOf(state, view);
  if (!tenant || view?.detail?.name !== tenant.name) return 0;
  const place = layout(state, view, tenant, view.detail, options);
  const all = sectionRows(place.stacked ? 'events' : state.section, state, view.detail, options).length;
  const above = place.stacked ? stackedRows(state, view.detail, options).length : 1;
  return Math.max(0, all - (place.left - above));
};

/** Whether Tab changes anything: on a high window all sections are there at once. */
export const hasSections = (state: DashboardState, view: FleetView | undefined, options: DrawOptions): boolean => {
  const tenant = tenantOf(state, view);
  return tenant !== undefined && view?.detail?.name === tenant.name && !layout(state, view, tenant, view.detail, options).stacked;
};

/** One tenant closely: at most `rows` rows. */
export const tenantRows = (state: DashboardState, view: FleetView | undefined, options: DrawOptions): Row[] => {
  const { columns, rows, theme } = options;
  const tenant = tenantOf(state, view);
  if (!tenant) return [rowOf(view && !view.connecting ? ` There is no tenant ${state.tenant ?? ''} any more.` : ' Reading the platform', 'dim')];
  const detail = view?.detail?.name === tenant.name ? view.detail : undefined;
  const place = detail && layout(state, view, tenant, detail, options);
  const [first = BLANK, ...head] = place?.head ?? headRows(tenant, options);
  const filter = filterSpans(state, theme);
  const top = spread(first, filter, columns, theme.glyph.ellipsis);
  const all = detail && place ? [top, ...head, BLANK, ...place.pods, BLANK, ...below(state, detail, options, place)] : [top, ...head];
  return all.slice(0, rows).map((row) => fitRow(row, columns, theme.glyph.ellipsis));
};
