import type { FleetEndpoint, FleetTenant } from '../../../engine/fleet-view.js';
import { topUsage } from '../../../engine/fleet-view.js';
import { formatEur } from '../../../tenant/money.js';
import { age, healthWord, versionWords } from '../../fleet-words.js';
import { cell, oneLine } from '../cells.js';
import { span, type Row, type Span } from '../rows.js';
import type { Theme, Tone } from '../theme.js';
import { healthLook } from './looks.js';
import type { Sort } from './sorting.js';

/** Columns of the fleet, in the order they stand in. Which of them are there depends on the room. */

interface Drawing {
  theme: Theme;
  now: number;
  narrow?: boolean;
}

interface Column {
  id: string;
  title: string;
  /** Width in columns; `name` and `reason` take what is left. */
  width: number;
  /** The lowest stay longest. */
  rank: number;
  align?: 'right';
  cell: (tenant: FleetTenant, drawing: Drawing) => { text: string; tone?: Tone | undefined };
}

const endpointCell = (endpoint: FleetEndpoint, { theme, narrow }: Drawing): { text: string; tone?: Tone } => {
  if (endpoint.state === 'checking') return { text: theme.ascii ? '...' : '…', tone: 'dim' };
  if (endpoint.state === 'not-asked') return { text: '-', tone: 'dim' };
  const failed = theme.state('failed').icon;
  if (endpoint.status === undefined) return { text: narrow ? failed : `${failed} silent`, tone: 'bad' };
  return endpoint.state === 'answers' ? { text: narrow ? String(endpoint.status) : `${endpoint.status} ${endpoint.latencyMs ?? 0} ms` } : { text: `${failed} ${endpoint.status}`, tone: 'bad' };
};

const SHORT = { cpu: 'cpu', memory: 'mem', storage: 'disk' } as const;

/** A quota is about to refuse new pods or volumes. */
const TIGHT = 0.9;

const usageCell = ({ usage }: FleetTenant): { text: string; tone?: Tone } => {
  const top = topUsage(usage);
  return top ? { text: `${SHORT[top.resource]} ${Math.round(top.share * 100)} %`, ...(top.share >= TIGHT ? { tone: 'warn' as const } : {}) } : { text: '' };
};

const NAME_LEAST = 10;
/** What a long name keeps before a further column goes. */
const NAME_KEPT = 13;
const NAME_MOST = 30;
/** Below this, endpoints are only their HTTP status. */
const NARROW = 70;
const REASON_LEAST = 24;
const GAP = 2;
const MARK = 3;

const COLUMNS: readonly Column[] = [
  { id: 'name', title: 'TENANT', width: 0, rank: 0, cell: ({ name }) => ({ text: name }) },
  {
    id: 'state',
    title: 'STATE',
    width: 12,
    rank: 0,
    cell: (tenant, { theme }) => {
      const look = healthLook(theme, tenant.health);
      return { text: `${look.icon} ${healthWord(tenant)}`, tone: look.tone };
    },
  },
  { id: 'isolation', title: 'ISOLATION', width: 9, rank: 6, cell: ({ isolation }) => ({ text: isolation }) },
  { id: 'preset', title: 'SIZE', width: 6, rank: 9, cell: ({ preset }) => ({ text: preset }) },
  { id: 'pods', title: 'PODS', width: 5, rank: 1, cell: ({ pods }) => ({ text: `${pods.ready}/${pods.total}`, ...(pods.ready < pods.total ? { tone: 'warn' as const } : {}) }) },
  { id: 'restarts', title: 'RESTARTS', width: 8, rank: 10, align: 'right', cell: ({ pods }) => ({ text: String(pods.restarts), ...(pods.restarts === 0 ? { tone: 'dim' as const } : {}) }) },
  { id: 'wordpress', title: 'WORDPRESS', width: 10, rank: 2, cell: (tenant, drawing) => endpointCell(tenant.endpoints.wordpress, drawing) },
  { id: 'openwebui', title: 'OPEN WEBUI', width: 10, rank: 2, cell: (tenant, drawing) => endpointCell(tenant.endpoints.openwebui, drawing) },
  { id: 'usage', title: 'QUOTA', width: 9, rank: 4, cell: usageCell },
  { id: 'versions', title: 'WP / WEBUI', width: 15, rank: 8, cell: (tenant) => ({ text: versionWords(tenant), tone: 'dim' }) },
  { id: 'cost', title: 'COST/30 D', width: 11, rank: 7, align: 'right', cell: ({ costEur30d }) => ({ text: costEur30d ? formatEur(costEur30d, { rounded: true }) : '' }) },
  { id: 'age', title: 'AGE', width: 6, rank: 3, align: 'right', cell: ({ createdAt }, { now }) => ({ text: age(createdAt, now), tone: 'dim' }) },
  { id: 'reason', title: 'REASON', width: REASON_LEAST, rank: 11, cell: ({ reason }) => ({ text: oneLine(reason), tone: 'dim' }) },
];

export interface PlacedColumn extends Column {
  width: number;
  narrow: boolean;
}

const SHORT_COLUMNS: Readonly<Record<string, Partial<Column>>> = { wordpress: { title: 'WP', width: 5 }, openwebui: { title: 'WEBUI', width: 5 } };

/** The columns that fit, with their widths: together at most `columns` wide. Long names shrink before anything else goes. */
export const placeColumns = (columns: number, longestName: number): PlacedColumn[] => {
  const wanted = Math.max(NAME_LEAST, Math.min(NAME_MOST, longestName));
  const room = columns - MARK;
  const narrow = columns < NARROW;
  const all = narrow ? COLUMNS.map((column) => ({ ...column, ...SHORT_COLUMNS[column.id] })) : COLUMNS;
  const byRank = [...all].sort((a, b) => a.rank - b.rank);
  const chosen = new Set<string>();
  let used = -GAP;
  for (const column of byRank) {
    const width = column.id === 'name' ? Math.min(wanted, NAME_KEPT) : column.width;
    if (used + GAP + width > room && column.rank > 0) break;
    chosen.add(column.id);
    used += GAP + width;
  }
  let left = room - used;
  const grow = (id: string, width: number, most: number): number => {
    const more = chosen.has(id) ? Math.max(0, Math.min(left, most - width)) : 0;
    left -= more;
    return width + more;
  };
  const nameWidth = grow('name', Math.min(wanted, NAME_KEPT), wanted);
  const reasonWidth = grow('reason', REASON_LEAST, 200);
  return all.filter(({ id }) => chosen.has(id)).map((column) => ({ ...column, narrow, width: column.id === 'name' ? nameWidth : column.id === 'reason' ? reasonWidth : column.width }));
};

const GAP_SPAN: Span = { text: ' '.repeat(GAP) };

/** The titles; the one that the rows are sorted by has an arrow. */
export const headingRow = (placed: readonly PlacedColumn[], theme: Theme, sort: Sort): Row => [
  { text: ' '.repeat(MARK) },
  ...placed.flatMap((column, index) => {
    const isSorted = column.id === sort.by;
    const arrow = theme.ascii ? (sort.reversed ? '^' : 'v') : sort.reversed ? '↑' : '↓';
    const title = `${column.title}${isSorted ? arrow : ''}`;
    return [...(index === 0 ? [] : [GAP_SPAN]), span(cell(title, column.width, column.align ?? 'left', theme.glyph.ellipsis), isSorted ? 'accent' : 'dim')];
  }),
];

/** One tenant as a row. The chosen one has a pointer and is drawn the other way round, so that colour is not the only sign. */
export const tenantRow = (tenant: FleetTenant, placed: readonly PlacedColumn[], drawing: Drawing, chosen: boolean): Row => [
  span(cell(chosen ? ` ${drawing.theme.glyph.pointer}` : '', MARK), 'accent'),
  ...placed.flatMap((column, index) => {
    const { text, tone } = column.cell(tenant, { ...drawing, narrow: column.narrow });
    const isBold = chosen && column.id === 'name';
    return [...(index === 0 ? [] : [GAP_SPAN]), span(cell(text, column.width, column.align ?? 'left', drawing.theme.glyph.ellipsis), isBold ? 'accent' : tone, isBold)];
  }),
];

/** Names are DNS labels, one column a character. */
export const longestName = (tenants: readonly FleetTenant[]): number => tenants.reduce((most, { name }) => Math.max(most, name.length), 0);
