import { orUndefined, TENANT_LABEL } from '../cluster/client.js';
import { readTenant } from '../cluster/registry.js';
import { usageError } from '../engine/errors.js';
import { task, type Task } from '../engine/task-list.js';
import { readContract } from '../ionos/reads.js';
import { namespaceOf } from '../tenant/resource-names.js';
import { findAndOpen } from './adopted-platforms.js';
import { findTools } from './find-tools.js';
import { inventoryOf, stateSecrets } from './offboard-inventory.js';
import { findCell } from './offboard-cell.js';
import { hasOwnCluster, type Offboarding } from './offboarding.js';

const unknownTenant = (run: Offboarding, why: string): Error =>
  usageError({ code: 'tenant-missing', what: `there is no tenant ${run.input.name} on platform ${run.input.platform}`, why, next: [`See the tenants: ${run.context.command('list')}`, 'Or name another platform with --platform.'] });

const checkCredentials: Task<Offboarding> = task('credentials', 'Credentials', async (run, self) => {
  self.output = run.api ? `contract ${(await readContract(run.api)).contractNumber}` : 'none needed: on this platform tenants own nothing in the cloud';
});

const findThePlatform: Task<Offboarding> = task('platform', 'Platform', async (run, self) => {
  const { platform } = run.input;
  const opened = await findAndOpen(run.context, run.folder, platform);
  if (!opened) throw unknownTenant(run, 'no managed cluster of this contract has the name of that platform, and none was adopted under it on this machine');
  run.platform = opened;
  self.output = `${platform}, Kubernetes ${(await opened.cluster.version.getCode()).gitVersion}`;
});

/** Reads whose namespace it is. One that does not carry this tenant's label is never touched. */
const readNamespace = async (run: Offboarding): Promise<Offboarding['namespace']> => {
  const name = namespaceOf(run.input.name);
  const found = run.cell && (await orUndefined(run.cell.cluster.core.readNamespace({ name })));
  if (!found || found.metadata?.labels?.[TENANT_LABEL] === run.input.name) return found;
  throw usageError({
    code: 'namespace-foreign',
    what: `the namespace ${name} is not ours and is not removed`,
    why: `it has no label ${TENANT_LABEL}=${run.input.name}`,
    next: [`Find out whose it is: kubectl describe namespace ${name}`, 'Nothing was changed.'],
  });
};

/** What the registry and the cluster know of the tenant. Called again once the Lease is held: only then does nobody else change it. */
export const lookAtTenant = async (run: Offboarding): Promise<Offboarding['found']> => {
  const { cluster } = run.platform;
  const { name } = run.input;
  run.record = await readTenant(cluster, name);
  run.cell = await findCell(run);
  run.namespace = await readNamespace(run);
  const { namespaces, releases, volumes, modelKey } = await inventoryOf(run.cell?.cluster, name, run.namespace !== undefined);
  const traces = hasOwnCluster(run) || namespaces.length > 0 || releases.length > 0 || volumes.length > 0 || modelKey || (await stateSecrets(cluster, name)).length > 0;
  if (run.record && run.record.phase !== 'deleted') return 'there';
  // A create that was interrupted before it entered the tenant leaves terraform's bookkeeping, and may have left more.
  if (traces) return 'there';
  return run.record ? 'deleted' : 'unknown';
};

const checkTenant: Task<Offboarding> = task('tenant', 'Tenant', async (run, self) => {
  run.found = await lookAtTenant(run);
  if (run.found === 'unknown') throw unknownTenant(run, 'neither the registry nor the cluster has it');
  self.output = run.found === 'deleted' ? `deleted since ${run.record?.removal?.doneAt ?? run.record?.updatedAt}` : (run.record?.phase ?? 'left by a create that was interrupted');
});

const checkTools: Task<Offboarding> = task(
  'tools',
  'Tools',
  async (run, self) => {
    run.tools = await findTools(run.context, (message) => {
      self.output = message;
    });
    self.output = `terraform ${run.tools.terraform.version}, helm ${run.tools.helm.version}`;
  },
  { skip: (run) => (run.found === 'there' ? false : 'nothing to do') },
);

export const offboardPreflight: Task<Offboarding>[] = [checkCredentials, findThePlatform, checkTenant, checkTools];
