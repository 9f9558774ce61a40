import { APPS, appTitle, countHealth, type FleetTenant, type FleetView } from '../../../engine/fleet-view.js';
import { age, countWords, tenantsWords, totalsWords } from '../../fleet-words.js';
import { oneLine } from '../cells.js';
import { BLANK, fitRow, rowOf, rowWidth, span, spread, type Row } from '../rows.js';
import type { Theme } from '../theme.js';
import { headingRow, longestName, placeColumns, tenantRow } from './columns.js';
import { healthLook } from './looks.js';
import { filterOf, indexOf, visibleTenants, type DashboardState } from './state.js';
import { windowAround } from './window.js';

export interface DrawOptions {
  theme: Theme;
  columns: number;
  /** Rows of the body. */
  rows: number;
  now: number;
}

/** Rows of the fleet that are not tenants: summary, headings, and the strip about the chosen one with its rule. */
const AROUND = 5;
/** From here on there is room for a line about the platform as a whole. */
const ROOMY = 16;

const totalsShown = (rows: number): number => (rows >= ROOMY ? 1 : 0);

/** How many tenants are on the screen at a time. */
export const fleetPage = (rows: number): number => Math.max(1, rows - AROUND - totalsShown(rows));

const FILTER_SHOWN = 16;

export const filterSpans = (state: DashboardState, theme: Theme): Row => {
  const filter = filterOf(state);
  if (!state.typing && filter === '') return BLANK;
  // Of a long one the end is shown: that is where one types.
  const shown = [...oneLine(filter)].slice(-FILTER_SHOWN).join('');
  return [span(`/${shown}`, 'accent', true), ...(state.typing ? [span(theme.glyph.cursor, 'accent')] : []), span(' ')];
};

/** Since when nothing is certain, because the cluster cannot be reached. */
export const staleRow = (view: FleetView | undefined, theme: Theme, now: number): Row | undefined =>
  view?.staleSince === undefined
    ? undefined
    : [span(` ${theme.state('degraded').icon} stale since ${new Date(view.staleSince).toLocaleTimeString('en-GB')} (${age(view.staleSince, now)})`, 'warn', true), span(`, reconnecting: ${oneLine(view.staleReason ?? '')}`, 'warn')];

const sortSpans = ({ sort }: DashboardState): Row => (sort.by === 'state' && !sort.reversed ? BLANK : [span(`by ${sort.by}${sort.reversed ? ', reversed' : ''} `, 'accent')]);

const summaryRow = (state: DashboardState, view: FleetView, shown: number, { theme, columns }: DrawOptions): Row => {
  const counts = countWords(countHealth(view.tenants)).flatMap(({ health, words }) => {
    const look = healthLook(theme, health);
    return [span('   '), span(`${look.icon} ${words}`, look.tone)];
  });
  const filtered = shown === view.tenants.length ? '' : `${shown} of `;
  return spread([span(` ${filtered}${tenantsWords(view.tenants.length)}`), ...counts], [...sortSpans(state), ...filterSpans(state, theme)], columns, theme.glyph.ellipsis);
};

/** As much of it as fits: a figure that is cut off says something else. */
const totalsRow = (view: FleetView, { theme, columns }: DrawOptions): Row => {
  const words = totalsWords(view);
  const row = (): Row => [span(` ${words.join(` ${theme.glyph.dot} `)}`, 'dim')];
  while (words.length > 1 && rowWidth(row()) > columns) words.pop();
  return fitRow(row(), columns, theme.glyph.ellipsis);
};

/** Two lines about the tenant under the cursor: why it is as it is, and where it answers. */
const stripRows = (tenant: FleetTenant, { theme, columns, now }: DrawOptions): Row[] => {
  const look = healthLook(theme, tenant.health);
  const dot = ` ${theme.glyph.dot} `;
  const facts = [tenant.displayName === tenant.name ? '' : oneLine(tenant.displayName), tenant.preset, tenant.isolation, tenant.models === 'none' ? 'no models' : ''].filter((part) => part !== '').join(dot);
  const since = tenant.operation ? ` (${age(tenant.operation.since, now)})` : '';
  const first: Row = tenant.reason === '' ? [span(` ${look.icon} `, look.tone), span(tenant.name, undefined, true), span(`  ${facts}`, 'dim')] : [span(` ${look.icon} `, look.tone), span(tenant.name, undefined, true), span(`  ${oneLine(tenant.reason)}${since}`, look.tone)];
  const urls = APPS.flatMap((app) => [span(`${appTitle(app)} `, 'dim'), span(tenant.endpoints[app].url || 'no address yet'), span('   ')]);
  return [first, [span('   '), ...urls]].map((row) => fitRow(row, columns, theme.glyph.ellipsis));
};

const emptyRows = (state: DashboardState, view: FleetView): Row[] => {
  if (view.connecting) return [rowOf(' Reading the platform', 'dim')];
  if (filterOf(state) !== '') return [rowOf(' No tenant fits the filter.', 'dim')];
  return [rowOf(` No tenants on platform ${view.platform} yet.`), rowOf(' Onboard the first one with the command create; it appears here by itself.', 'dim')];
};

/** The fleet, worst first: exactly `rows` rows, however many tenants there are. */
export const fleetRows = (state: DashboardState, view: FleetView | undefined, options: DrawOptions): Row[] => {
  const { theme, columns, rows } = options;
  if (!view) return [rowOf(' Reading the platform', 'dim')];
  const tenants = visibleTenants(state, view);
  const summary = summaryRow(state, view, tenants.length, options);
  if (tenants.length === 0) return [summary, BLANK, ...emptyRows(state, view)].slice(0, rows).map((row) => fitRow(row, columns, theme.glyph.ellipsis));
  const cursor = indexOf(state.cursor, tenants);
  const { start, end } = windowAround(cursor, tenants.length, fleetPage(rows));
  const placed = placeColumns(columns, longestName(view.tenants));
  const totals = totalsShown(rows) === 1 ? [totalsRow(view, options)] : [];
  const drawn = tenants.slice(start, end).map((tenant, at) => tenantRow(tenant, placed, options, start + at === cursor));
  const chosen = tenants[cursor];
  const fill = Array.from({ length: fleetPage(rows) - drawn.length }, () => BLANK);
  const position: Row = tenants.length > end - start ? [span(`${cursor + 1}/${tenants.length} `, 'dim')] : BLANK;
  return [summary, ...totals, headingRow(placed, theme, state.sort), ...drawn, ...fill, spread([span(theme.glyph.rule.repeat(Math.max(0, columns - (position.length > 0 ? 10 : 0))), 'dim')], position, columns, ''), ...(chosen ? stripRows(chosen, options) : [])];
};
