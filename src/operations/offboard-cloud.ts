import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SYSTEM_NAMESPACE } from '../cluster/client.js';
import { orGone } from '../cluster/remaining.js';
import { stateLockName } from '../cluster/state-lock.js';
import { untilGone } from '../cluster/until-gone.js';
import { InstallerError } from '../engine/errors.js';
import { task, type Task } from '../engine/task-list.js';
import { addressConsumers } from '../ionos/leftovers.js';
import { waiting } from './offboard-cluster.js';
import { stateSecrets } from './offboard-inventory.js';
import type { Offboarding } from './offboarding.js';
import { tenantWorkFolder } from './tenant-stack.js';
import { applyPlanned } from './terraform-run.js';

/** The tenant's own address, not those of its nodes. */
const ownAddresses = ({ removal }: Offboarding): string[] => removal.cloud.filter(({ address, type, id }) => type === 'ionoscloud_ipblock' && address.startsWith('module.address.') && id !== '').map(({ id }) => id);

/** A block is only given back once no server holds its address: the cloud takes it off the node some time after the Service is gone. */
export const addressTask: Task<Offboarding> = task(
  'address',
  'Address',
  async (run, self) => {
    const { api } = run;
    if (!api) return;
    const look = async (): Promise<{ what: string; why: string }[]> =>
      (await Promise.all(ownAddresses(run).map((id) => addressConsumers(api, id)))).flat().map((consumer) => ({ what: consumer, why: 'in use' }));
    await untilGone(look, waiting(run, self, () => [`See who holds it: ionosctl ipblock list, or the DCD under IP Management.`]));
    self.output = `${run.record?.ip ?? 'the address'} is free`;
  },
  { skip: (run) => (ownAddresses(run).length === 0 ? 'none' : false) },
);

export const infrastructureTask: Task<Offboarding> = task(
  'infrastructure',
  'Infrastructure',
  async (run, self) => {
    if (!run.stack) return;
    await applyPlanned(run.stack);
    self.output = `${run.removal.cloud.length} removed`;
  },
  { skip: (run) => (run.stack ? false : 'nothing in the cloud') },
);

/** terraform's bookkeeping, once it is empty: the state in the cluster with its lock, and the folder on this machine. */
export const stateTask: Task<Offboarding> = task('state', 'Terraform state', async (run, self) => {
  const { cluster } = run.platform;
  const { name, platform } = run.input;
  const kept = run.stack ? await run.stack.terraform.resources() : [];
  if (kept.length > 0) {
    throw new InstallerError({ code: 'state-not-empty', what: `terraform still has something of ${name}`, why: kept.map(({ address }) => address).join(', '), next: [`Run the same command again: ${run.context.command(`delete ${name}`)}`] });
  }
  const secrets = await stateSecrets(cluster, name);
  for (const secret of secrets) await orGone(cluster.core.deleteNamespacedSecret({ name: secret, namespace: SYSTEM_NAMESPACE }));
  await orGone(cluster.coordination.deleteNamespacedLease({ name: stateLockName(name), namespace: SYSTEM_NAMESPACE }));
  await rm(join(run.context.paths.state, tenantWorkFolder(platform, name)), { recursive: true, force: true });
  self.output = secrets.length === 0 ? 'was gone' : 'removed, with its lock and its folder on this machine';
});
