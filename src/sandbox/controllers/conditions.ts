import { timestamp } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';

/** Sets a condition of a status in place; its transition time moves only when its status does. */
export const setCondition = (status: Loose, type: string, value: boolean, reason?: string, message?: string): void => {
  const conditions = [...((status['conditions'] ?? []) as Loose[])];
  const at = conditions.findIndex((condition) => condition['type'] === type);
  const known = conditions[at];
  const text = value ? 'True' : 'False';
  const next = {
    type,
    status: text,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    lastTransitionTime: known?.['status'] === text ? (known['lastTransitionTime'] as string) : timestamp(),
  };
  if (at === -1) conditions.push(next);
  else conditions[at] = next;
  status['conditions'] = conditions;
};

export const conditionOf = (object: KubeObject, type: string): Loose | undefined =>
  ((object.status?.conditions ?? []) as Loose[]).find((condition) => condition['type'] === type);
