import { chooseStorageClass, discoverDns, readNodes } from '../cluster/facts.js';
import { ensureNamespace } from '../cluster/namespaces.js';
import { InstallerError } from '../engine/errors.js';
import { SYSTEM_NAMESPACE } from '../tenant/resource-names.js';
import { cellOf, ionosOf, type Onboarding } from './onboarding.js';
import { isFinished } from './open-platform.js';
import { findOwnCluster, openOwnCluster, ownClusterGone } from './own-cluster.js';
import { presentSpec } from './present-spec.js';

/** A cluster that was there and is gone took the tenant's data with it: an empty one in its place would only hide that. */
const refuseLostCluster = ({ tenant, input, record, context }: Onboarding): void => {
  if (presentSpec(record)?.isolation !== 'cluster' || !record?.history.some(({ outcome }) => outcome === 'done')) return;
  throw ownClusterGone(context, input.platform.name, tenant.name);
};

/** Opens the tenant's own cluster where it is there as a whole. One whose making was interrupted is finished by terraform first. */
export const openPresentCell = async (run: Onboarding): Promise<void> => {
  // Without a managed platform this isolation is refused, and nobody may need an account.
  if (run.tenant.isolation !== 'cluster' || !run.platform?.managed) return;
  const api = ionosOf(run);
  const summary = await findOwnCluster(api, run.input.platform.name, run.tenant.name);
  if (!summary) refuseLostCluster(run);
  if (summary && (await isFinished(api, summary))) run.ownCell = await openOwnCluster(run.context, run.folder, api, run.tenant.name, summary);
};

/** After terraform: reaches the tenant's own cluster, makes the place of the guard rails in it, and looks at what charts need to know of it. */
export const openMadeCell = async (run: Onboarding): Promise<void> => {
  const { name } = run.tenant;
  if (!run.ownCell) {
    const api = ionosOf(run);
    const summary = await findOwnCluster(api, run.input.platform.name, name);
    if (!summary) throw new InstallerError({ code: 'cell-missing', what: `the cluster of ${name} cannot be found after it was made`, next: ['Run the same command again.'] });
    run.ownCell = await openOwnCluster(run.context, run.folder, api, name, summary);
  }
  const { cluster } = cellOf(run);
  if (await ensureNamespace(cluster, SYSTEM_NAMESPACE)) run.changed = true;
  [run.dns, run.storageClass, run.nodes] = await Promise.all([discoverDns(cluster), chooseStorageClass(cluster), readNodes(cluster)]);
};
