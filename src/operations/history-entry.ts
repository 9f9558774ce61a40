import { hostname, userInfo } from 'node:os';
import type { HistoryEntry } from '../cluster/registry.js';
import type { RunContext } from './context.js';

/** Who does this: `<user>@<host>`. */
export const operator = (): string => `${userInfo().username}@${hostname()}`;

/** One line of a tenant's history, from now. */
export const historyEntry = (context: RunContext, operation: string, outcome: HistoryEntry['outcome'], elapsedMs?: number): HistoryEntry => ({
  at: new Date().toISOString(),
  operation,
  outcome,
  by: operator(),
  cliVersion: context.cliVersion,
  ...(elapsedMs === undefined ? {} : { elapsedMs }),
});
