import { cell, widthOf } from '../cells.js';
import { DASHBOARD_KEYS } from '../keys.js';
import { beside, BLANK, fitRow, rowOf, span, type Row } from '../rows.js';
import type { DrawOptions } from './fleet-rows.js';

type KeyId = keyof typeof DASHBOARD_KEYS;

/** What each key does, in a sentence's half. */
const MEANINGS: Record<KeyId, string> = {
  move: 'move the pointer, or scroll',
  page: 'a screen up or down',
  halfPage: 'half a screen up or down',
  ends: 'first, last; at its end a log follows the newest lines again',
  open: 'open the tenant; on a pod: its log',
  back: 'back; clears a filter first',
  filter: 'show only what contains these words',
  sort: 'sort by state, name, age, cost, usage; again: reversed',
  describe: 'the pod closely: containers, states, events',
  logs: 'log of the pod',
  previous: 'log from before the container\'s last restart',
  section: 'events, claims, operations',
  container: 'in a log: the next container of the pod',
  follow: 'in a log: hold it, or follow it again',
  wrap: 'in a log: wrap long lines',
  stamps: 'in a log: the time of each line',
  help: 'this page; any key closes it',
  quit: 'back, and from the fleet out of the dashboard',
};

const keyRow = (key: string, meaning: string, width: number): Row => [span(`   ${cell(key, width)}`, 'accent'), span(`  ${meaning}`)];

const nameOf = (id: KeyId, { theme }: DrawOptions): string => (theme.ascii ? DASHBOARD_KEYS[id].key.replace('↑↓', 'Up Down') : DASHBOARD_KEYS[id].key);

const nameWidth = (ids: readonly KeyId[], options: DrawOptions): number => Math.max(...ids.map((id) => widthOf(nameOf(id, options))));

const keyRows = (ids: readonly KeyId[], options: DrawOptions, meaning: (id: KeyId) => string): Row[] => ids.map((id) => keyRow(nameOf(id, options), meaning(id), nameWidth(ids, options)));

/** Every key of the dashboard: at most `rows` rows. A low window has them side by side, each with its shortest name. */
export const helpRows = (options: DrawOptions): Row[] => {
  const { columns, rows, theme } = options;
  const ids = Object.keys(DASHBOARD_KEYS) as KeyId[];
  const half = Math.ceil(ids.length / 2);
  const label = (id: KeyId): string => DASHBOARD_KEYS[id].label;
  const isOneColumn = rows > ids.length;
  const keys = isOneColumn ? keyRows(ids, options, (id) => MEANINGS[id]) : beside(keyRows(ids.slice(0, half), options, label), keyRows(ids.slice(half), options, label), Math.floor(columns / 2) + 2, span(''));
  const roomy = rows >= keys.length + 5;
  const all: Row[] = [...(roomy ? [rowOf(' Keys', undefined, true), BLANK] : []), ...keys, keyRow('^C', 'leave at once', nameWidth(isOneColumn ? ids : ids.slice(0, half), options)), ...(roomy ? [BLANK, rowOf(' The dashboard only looks: nothing is changed from here.', 'dim')] : [])];
  return all.slice(0, rows).map((row) => fitRow(row, columns, theme.glyph.ellipsis));
};
