import { InstallerError } from '../engine/errors.js';
import { openForReading, readFleet } from '../operations/observe.js';
import { parsePlatformName } from '../tenant/name.js';
import { PLATFORM_DEFAULTS } from '../tenant/platform-spec.js';
import type { TenantSpec } from '../tenant/spec.js';
import { credentialsFor } from './credentials.js';
import { runCommand, type CommonOptions, type Session } from './session.js';

export interface PlatformChoice {
  platform?: string;
  tokenFile?: string;
}

export const platformOf = (options: PlatformChoice): string => (options.platform === undefined ? PLATFORM_DEFAULTS.name : parsePlatformName(options.platform));

/** One tenant as `list` shows it. Cost in EUR for 30 days. */
export interface ListedTenant {
  name: string;
  phase: string;
  preset: string;
  isolation: string;
  ip: string;
  wordpress: string;
  openwebui: string;
  createdAt: string;
  costEur30d: { low: number; high: number } | null;
}

/** What to type where there is no tenant yet. */
export const createCommand = (session: Session): string => session.command('create <name>');

/** `list`: the tenants of a platform. */
export const list = (options: CommonOptions & PlatformChoice): Promise<number> =>
  runCommand({
    operation: 'list',
    options,
    onlyLooks: true,
    // A table is read once; there is nothing to draw.
    frontEnd: options.json ? 'json' : 'plain',
    run: async (session) => {
      const name = platformOf(options);
      const credentials = await credentialsFor(session, name, options);
      const opened = await openForReading({ ...session, credentials }, name).catch((error: unknown) => {
        // Before the first tenant there is no platform either, and that is no failure; a name that somebody typed is another matter.
        if (options.platform === undefined && error instanceof InstallerError && error.code === 'platform-missing') return undefined;
        throw error;
      });
      if (!opened) return { changed: false, data: { platform: name, tenants: [] }, next: [createCommand(session)] };
      const { platform, folder } = opened;
      try {
        const tenants = (await readFleet(platform)).map((record): ListedTenant => {
          const spec = record.spec as TenantSpec;
          return {
            name: record.name,
            phase: record.phase,
            preset: spec.preset,
            isolation: spec.isolation,
            ip: record.ip ?? '',
            wordpress: record.endpoints?.wordpress ?? '',
            openwebui: record.endpoints?.openwebui ?? '',
            createdAt: record.createdAt,
            costEur30d: record.costEur30d ?? null,
          };
        });
        return { changed: false, data: { platform: name, tenants }, next: tenants.length === 0 ? [createCommand(session)] : [] };
      } finally {
        await folder.remove();
      }
    },
  });
