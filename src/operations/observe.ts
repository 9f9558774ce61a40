import { listTenants, readTenant, type TenantRecord } from '../cluster/registry.js';
import { InstallerError } from '../engine/errors.js';
import { openRunFolder, type RunContext, type RunFolder } from './context.js';
import { openAdopted } from './adopted-platforms.js';
import { findPlatform, openIonos, openPlatform, type OpenPlatform } from './open-platform.js';
import { readLink } from './platform-link.js';

/** Opens a platform that must be there, for reading. The caller removes the folder. */
export const openForReading = async (context: RunContext, platform: string): Promise<{ platform: OpenPlatform; folder: RunFolder }> => {
  const link = await readLink(context.paths, platform);
  if (link) {
    const folder = await openRunFolder(context);
    try {
      return { platform: await openAdopted(context, folder, platform, link), folder };
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }
  const api = openIonos(context);
  const summary = await findPlatform(api, platform);
  if (!summary) {
    throw new InstallerError({
      code: 'platform-missing',
      what: `there is no platform ${platform}`,
      why: 'no managed cluster of this contract has its name',
      next: [`Onboard a first tenant: ${context.commandName} create <name>`, 'Or name another platform with --platform.'],
    });
  }
  const folder = await openRunFolder(context);
  return { platform: await openPlatform(context, folder, api, platform, summary), folder };
};

/** The tenants of a platform, removed ones left out. */
export const readFleet = async (platform: OpenPlatform): Promise<TenantRecord[]> => (await listTenants(platform.cluster)).filter((record) => record.phase !== 'deleted');

export const requireTenant = async (platform: OpenPlatform, name: string): Promise<TenantRecord> => {
  const record = await readTenant(platform.cluster, name);
  if (record && record.phase !== 'deleted') return record;
  throw new InstallerError({ code: 'tenant-missing', what: `there is no tenant ${name} on platform ${platform.name}`, next: ['See the tenants with `list`.'], exitCode: 2 });
};
