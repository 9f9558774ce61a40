import type { EngineEvent } from '../../engine/events.js';
import type { FleetView } from '../../engine/fleet-view.js';
import { listLines, type ListRow } from './list-table.js';
import { statusLines } from './status-table.js';

/** What the commands that only read have found, as text. Empty for every other result. */
export const dataLines = ({ operation, data }: Extract<EngineEvent, { type: 'result'; ok: true }>, now: number): string[] => {
  if (data === undefined) return [];
  if (operation === 'list') return listLines(data as { platform: string; tenants: ListRow[] }, now);
  if (operation === 'status') return statusLines(data as FleetView, now);
  return [];
};
