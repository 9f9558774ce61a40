import { SYSTEM_NAMESPACE, type Cluster } from '../../cluster/client.js';
import { listTenants } from '../../cluster/registry.js';
import { listReleases } from '../../cluster/releases.js';
import { findStrays, strayWords } from '../../cluster/strays.js';
import type { CheckFinding } from '../../engine/events.js';
import { releaseNames } from '../../tenant/resource-names.js';
import type { TenantSpec } from '../../tenant/spec.js';
import { counted } from '../../tenant/text.js';
import type { RunContext } from '../context.js';
import { failed, ok } from './check.js';

/** Whether what keeps tenants apart is as it was made. A tenant with a cluster of its own has its guard rails there. */
export const checkGuardRails = async (context: RunContext, cluster: Cluster, signal: AbortSignal): Promise<CheckFinding> => {
  const tenants = (await listTenants(cluster)).filter(({ phase, spec }) => phase !== 'deleted' && phase !== 'offboarding' && (spec as TenantSpec).isolation !== 'cluster');
  const names = new Map(tenants.map(({ name }) => [releaseNames(name).guardRails.release, name]));
  const releases = (await listReleases(cluster, SYSTEM_NAMESPACE)).filter(({ release }) => names.has(release));
  const strays = await findStrays(cluster, releases, signal);
  if (strays.length === 0) return ok(`${counted(releases.length, 'tenant')}, as they were made`);
  const whose = [...new Set(strays.map(({ release }) => names.get(release)))];
  return failed(strayWords(strays), ...whose.map((tenant) => `Have it put back: ${context.command(`update ${tenant}`)}`));
};
