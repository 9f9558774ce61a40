import { InstallerError } from '../engine/errors.js';
import type { PlannedChange } from '../engine/events.js';
import { listIpBlocks } from '../ionos/reads.js';
import { typeOf } from '../terraform/protect.js';
import { ionosOf, type Onboarding } from './onboarding.js';

/**
 * Refuses a plan that reserves an address for a tenant whose address is there: terraform has lost sight of it, because the cloud once
 * answered that it does not exist. A second one would be paid for, and the tenant would move to it. The address decides, not a name.
 */
export const refuseSecondAddress = async (run: Onboarding, changes: readonly PlannedChange[]): Promise<void> => {
  const { ip } = run.record ?? {};
  if (ip === undefined || !changes.some(({ action, address }) => action === 'create' && typeOf(address) === 'ionoscloud_ipblock' && !address.includes('.nodes['))) return;
  const block = (await listIpBlocks(ionosOf(run))).find(({ ips }) => ips.includes(ip));
  if (!block) return;
  throw new InstallerError({
    code: 'second-address',
    what: `terraform does not find the address of ${run.tenant.name}, and would reserve another`,
    why: `IP block ${block.name} (${block.id}) holds ${ip}, which the registry has for ${run.tenant.name}`,
    next: ['Run the same command again: as a rule the cloud finds it then.', 'If it stays, look at the block in the DCD. Nothing was changed.'],
  });
};
