import { cell, widthOf } from '../cells.js';
import { DASHBOARD_KEYS } from '../keys.js';
import { beside, BLANK, fitRow, rowOf, span, type Row } from '../rows.js';
import type { DrawOptions } from './fleet-rows.js';

type KeyId = keyof typeof DASHBOARD_KEYS;

/** What each key does, in a sentence's half. */
const MEANINGS: Record<KeyId, string> = {
  move: 'move the pointer, or scroll',
  page: 'a screen up, down',
  halfPage: 'half a screen up, down',
  ends: 'first, last; a log follows',
  open: 'open a tenant, a pod\'s log',
  back: 'back; clears a filter first',
  filter: 'only what has these words',
  sort: 'state name age cost usage',
  describe: 'all about the pod',
  logs: 'log of the pod',
  previous: 'log before the last restart',
  section: 'events, claims, operations',
  container: 'log: the next container',
  follow: 'log: hold, follow again',
  wrap: 'log: wrap long lines',
  stamps: 'log: times',
  help: 'this page; any key closes it',
  quit: 'back; out of the fleet: leave',
};

/** From this width on, keys stand in two columns. */
const WIDE = 76;

const keyRow = (key: string, meaning: string, width: number): Row => [span(`   ${cell(key, width)}`, 'accent'), span(`  ${meaning}`)];

const lines = (ids: readonly KeyId[], { theme }: DrawOptions): Row[] => {
  const name = (id: KeyId): string => (theme.ascii ? DASHBOARD_KEYS[id].key.replace('↑↓', 'Up Down') : DASHBOARD_KEYS[id].key);
  const named = [...ids.map((id): [string, string] => [name(id), MEANINGS[id]])];
  const width = Math.max(...named.map(([key]) => widthOf(key)));
  return named.map(([key, meaning]) => keyRow(key, meaning, width));
};

/** Every key of the dashboard: at most `rows` rows. In a low and narrow window the help is scrolled by none of them, so it has two columns. */
export const helpRows = (options: DrawOptions): Row[] => {
  const { columns, rows, theme } = options;
  const ids = Object.keys(DASHBOARD_KEYS) as KeyId[];
  const half = Math.ceil(ids.length / 2);
  const isWide = columns >= WIDE || rows < ids.length + 1;
  const keys = isWide ? beside(lines(ids.slice(0, half), options), lines(ids.slice(half), options), Math.floor(columns / 2) + 2, span('')) : lines(ids, options);
  const roomy = rows >= keys.length + 5;
  const all: Row[] = [...(roomy ? [rowOf(' Keys', undefined, true), BLANK] : []), ...keys, keyRow('^C', 'leave at once', 2), ...(roomy ? [BLANK, rowOf(' The dashboard only looks: nothing is changed from here.', 'dim')] : [])];
  return all.slice(0, rows).map((row) => fitRow(row, columns, theme.glyph.ellipsis));
};
