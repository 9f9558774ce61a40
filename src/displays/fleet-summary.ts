import { countHealth, isHealthy, type FleetView } from '../engine/fleet-view.js';
import { countWords, healthWord, tenantsWords } from './fleet-words.js';

/** Tenants that are not well and are worth a line each. */
const LINES = 5;

/** What a dashboard leaves behind on the screen: how many tenants are how, and which of them need somebody. */
export const summaryLines = (view: FleetView): string[] => {
  const unwell = view.tenants.filter((tenant) => !isHealthy(tenant));
  const counts = countWords(countHealth(view.tenants)).map(({ words }) => words);
  return [
    `Platform ${view.platform}: ${[tenantsWords(view.tenants.length), ...counts].join(', ')}${view.staleSince === undefined ? '' : `, as of ${view.staleSince}: the cluster did not answer since`}`,
    ...unwell.slice(0, LINES).map((tenant) => `  ${tenant.name}: ${healthWord(tenant)}${tenant.reason === '' ? '' : `, ${tenant.reason}`}`),
    ...(unwell.length > LINES ? [`  and ${unwell.length - LINES} more`] : []),
  ];
};
