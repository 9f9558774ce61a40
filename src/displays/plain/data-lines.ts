import type { EngineEvent } from '../../engine/events.js';
import type { FleetView } from '../../engine/fleet-view.js';
import { doctorLines } from './doctor-lines.js';
import { listLines, type ListRow } from './list-table.js';
import { loginLines } from './login-lines.js';
import { statusLines } from './status-table.js';
import { toolLines } from './tool-lines.js';

/** What the commands that only read have found, as text. Empty for every other result. */
export const dataLines = ({ operation, data }: Extract<EngineEvent, { type: 'result'; ok: true }>, now: number): string[] => {
  if (data === undefined) return [];
  if (operation === 'list') return listLines(data as { platform: string; tenants: ListRow[] }, now);
  if (operation === 'status') return statusLines(data as FleetView, now);
  if (operation === 'open') return [(data as { url: string }).url];
  if (operation === 'credentials') return loginLines(data as Parameters<typeof loginLines>[0]);
  if (operation === 'doctor') return doctorLines(data as Parameters<typeof doctorLines>[0]);
  if (operation === 'tools') return toolLines(data as Parameters<typeof toolLines>[0]);
  return [];
};
