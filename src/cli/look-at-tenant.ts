import type { TenantRecord } from '../cluster/registry.js';
import { openForReading, requireTenant } from '../operations/observe.js';
import type { Cell } from '../operations/open-platform.js';
import { openCell } from '../operations/tenants-cell.js';
import { parseTenantName } from '../tenant/name.js';
import { credentialsFor } from './credentials.js';
import { platformOf, type PlatformChoice } from './list.js';
import type { Session } from './session.js';

/** A tenant that is there, and the way to the cluster that its applications run in. */
export interface Looked {
  record: TenantRecord;
  openCell: () => Promise<Cell>;
}

/** Opens the platform of a tenant that must be there, and lets `look` at it. Throws SpecProblem for a name that cannot be one. */
export const lookAtTenant = async <T>(session: Session, given: string, options: PlatformChoice, look: (tenant: Looked) => Promise<T>): Promise<T> => {
  const name = parseTenantName(given);
  const platformName = platformOf(options);
  const credentials = await credentialsFor(session, platformName, options);
  const context = { ...session, credentials };
  const { platform, folder } = await openForReading(context, platformName);
  try {
    const record = await requireTenant(platform, name);
    return await look({ record, openCell: () => openCell(context, folder, platform, record) });
  } finally {
    await folder.remove();
  }
};
