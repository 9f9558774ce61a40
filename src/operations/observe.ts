import { listTenants, readTenant, type TenantRecord } from '../cluster/registry.js';
import { InstallerError } from '../engine/errors.js';
import { openRunFolder, type RunContext, type RunFolder } from './context.js';
import { findAndOpen } from './adopted-platforms.js';
import type { OpenPlatform } from './open-platform.js';
import { ownClusters, type ReachOwnCluster } from './tenants-cell.js';

/** Opens a platform that must be there, for reading. The caller removes the folder. */
export const openForReading = async (context: RunContext, platform: string): Promise<{ platform: OpenPlatform & { reachOwn: ReachOwnCluster }; folder: RunFolder }> => {
  const folder = await openRunFolder(context);
  try {
    const opened = await findAndOpen(context, folder, platform);
    if (opened) return { platform: { ...opened, reachOwn: ownClusters(context, folder, opened) }, folder };
    throw new InstallerError({
      code: 'platform-missing',
      what: `there is no platform ${platform}`,
      why: 'no managed cluster of this contract has its name, and none was adopted under it on this machine',
      next: [`Onboard a first tenant: ${context.command('create <name>')}`, 'Or name another platform with --platform.'],
    });
  } catch (error) {
    await folder.remove();
    throw error;
  }
};

/** The tenants of a platform, removed ones left out. */
export const readFleet = async (platform: OpenPlatform): Promise<TenantRecord[]> => (await listTenants(platform.cluster)).filter((record) => record.phase !== 'deleted');

export const requireTenant = async (platform: OpenPlatform, name: string): Promise<TenantRecord> => {
  const record = await readTenant(platform.cluster, name);
  if (record && record.phase !== 'deleted') return record;
  throw new InstallerError({ code: 'tenant-missing', what: `there is no tenant ${name} on platform ${platform.name}`, next: ['See the tenants with `list`.'], exitCode: 2 });
};
