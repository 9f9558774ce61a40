import type { MaintenanceWindow } from '../../cloud/types.js';
import type { Fields } from '../body.js';

/** The window as a cluster or a node pool sends it. */
export const maintenanceWindowOf = (fields: Fields): MaintenanceWindow | undefined => {
  const window = fields.object('maintenanceWindow');
  if (window == null) return undefined;
  return {
    dayOfTheWeek: window.required('dayOfTheWeek', window.text('dayOfTheWeek')),
    time: window.required('time', window.text('time')),
  };
};
