import { usageError } from '../engine/errors.js';
import { LOGGED_APPS, readTenantLogs, type LoggedApp } from '../operations/tenant-logs.js';
import type { PlatformChoice } from './list.js';
import { lookAtTenant } from './look-at-tenant.js';
import { runCommand, type CommonOptions } from './session.js';

export interface LogsOptions extends CommonOptions, PlatformChoice {
  follow?: boolean;
  previous?: boolean;
  tail?: number;
}

const appOf = (text: string | undefined): LoggedApp | undefined => {
  if (text === undefined) return undefined;
  const found = LOGGED_APPS.find((app) => app === text);
  if (found) return found;
  throw usageError({ code: 'app-unknown', what: `a tenant has no ${text}`, why: `there are ${LOGGED_APPS.join(', ')}`, next: ['Choose one of them, or leave it out for all.'] });
};

/** `logs <name> [app]`: what a tenant's containers write. */
export const logs = (name: string, app: string | undefined, options: LogsOptions): Promise<number> =>
  runCommand({
    operation: 'logs',
    options,
    about: { tenant: name },
    onlyLooks: true,
    frontEnd: options.json ? 'json' : 'plain',
    run: async (session) => {
      const only = appOf(app);
      return lookAtTenant(session, name, options, async ({ record, openCell }) => {
        const containers = await readTenantLogs(await openCell(), {
          tenant: record.name,
          app: only,
          follow: options.follow === true,
          previous: options.previous === true,
          tail: options.tail ?? 100,
          signal: session.interrupts.signal,
          onLine: (source, line) => session.bus.emit({ type: 'log', task: 'logs', source, line }),
        });
        return { changed: false, data: { tenant: record.name, containers } };
      });
    },
  });
