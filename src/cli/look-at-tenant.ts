import type { TenantRecord } from '../cluster/registry.js';
import { openForReading, requireTenant } from '../operations/observe.js';
import type { OpenPlatform } from '../operations/open-platform.js';
import { parseTenantName } from '../tenant/name.js';
import { credentialsFor } from './credentials.js';
import { platformOf, type PlatformChoice } from './list.js';
import type { Session } from './session.js';

/** Opens the platform of a tenant that must be there, and lets `look` at it. Throws SpecProblem for a name that cannot be one. */
export const lookAtTenant = async <T>(session: Session, given: string, options: PlatformChoice, look: (platform: OpenPlatform, record: TenantRecord) => Promise<T>): Promise<T> => {
  const name = parseTenantName(given);
  const platformName = platformOf(options);
  const credentials = await credentialsFor(session, platformName, options);
  const { platform, folder } = await openForReading({ ...session, credentials }, platformName);
  try {
    return await look(platform, await requireTenant(platform, name));
  } finally {
    await folder.remove();
  }
};
