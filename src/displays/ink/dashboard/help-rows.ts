import { cell, widthOf } from '../cells.js';
import { DASHBOARD_KEYS } from '../keys.js';
import { BLANK, fitRow, rowOf, span, type Row } from '../rows.js';
import type { DrawOptions } from './fleet-rows.js';

/** What each key does, in a sentence's half. */
const MEANINGS: Record<keyof typeof DASHBOARD_KEYS, string> = {
  move: 'move the pointer, or scroll a log',
  top: 'first row',
  bottom: 'last row; in a log: follow the newest lines again',
  page: 'a screen up or down',
  open: 'open the tenant; on a pod: its log',
  back: 'back; clears a filter first',
  filter: 'show only what contains these words (fleet, logs)',
  logs: 'log of the pod under the pointer',
  section: 'events, claims, operations',
  container: 'the next container of the pod (logs)',
  wrap: 'wrap long lines (logs)',
  help: 'this page; any key closes it',
  quit: 'back, and from the fleet out of the dashboard',
};

/** Every key of the dashboard: at most `rows` rows. */
export const helpRows = ({ columns, rows, theme }: DrawOptions): Row[] => {
  const keys = Object.keys(DASHBOARD_KEYS) as (keyof typeof DASHBOARD_KEYS)[];
  const name = (id: keyof typeof DASHBOARD_KEYS): string => (theme.ascii ? DASHBOARD_KEYS[id].key.replace('↑↓', 'Up Down') : DASHBOARD_KEYS[id].key);
  const width = Math.max(...keys.map((id) => widthOf(name(id))));
  const line = (key: string, meaning: string): Row => [span(`   ${cell(key, width)}`, 'accent'), span(`  ${meaning}`)];
  const all: Row[] = [...(rows > keys.length + 4 ? [rowOf(' Keys', undefined, true), BLANK] : []), ...keys.map((id) => line(name(id), MEANINGS[id])), line('^C', 'leave at once'), ...(rows > keys.length + 5 ? [BLANK, rowOf(' The dashboard only looks: nothing is changed from here.', 'dim')] : [])];
  return all.slice(0, rows).map((row) => fitRow(row, columns, theme.glyph.ellipsis));
};
