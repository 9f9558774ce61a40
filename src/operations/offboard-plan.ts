import { join } from 'node:path';
import type { Range } from '../engine/events.js';
import { joinRemovals, type RemovalProposal } from '../engine/removal.js';
import { task, type Task } from '../engine/task-list.js';
import { completePlatform, PLATFORM_DEFAULTS } from '../tenant/platform-spec.js';
import { parsePrices } from '../tenant/prices.js';
import { ipBlockName } from '../tenant/resource-names.js';
import type { TenantSpec } from '../tenant/spec.js';
import { estimateCosts, totalOf } from './costs.js';
import { inventoryOf, stateSecrets } from './offboard-inventory.js';
import { OFFBOARD, type Offboarding } from './offboarding.js';
import { loadPlatformPreset, loadPrices, loadTenantPreset } from './presets.js';
import { takeOver } from './take-over.js';
import { counted } from '../tenant/text.js';
import { openTenantStack } from './tenant-stack.js';
import { summarise, type StackRun } from './terraform-run.js';

/**
 * Variables of a destroy. Everything in the state is removed whatever the configuration would make, so that the smallest one will do:
 * without nodes of its own the stack reads nothing that might be gone already.
 */
const destroyVariables = ({ input, platform }: Offboarding): Record<string, unknown> => ({
  name: input.name,
  platform: input.platform,
  location: platform.location ?? PLATFORM_DEFAULTS.location,
  isolation: 'namespace',
});

const ADDRESS = 'module.address.ionoscloud_ipblock.this';

/** An address that a killed terraform had made without noting it: written into the state, so that it goes with the rest. */
const takeOverAddress = async (run: Offboarding, { terraform }: StackRun, known: RemovalProposal['cloud']): Promise<boolean> => {
  const { context, api, input } = run;
  if (!api || known.some(({ address }) => address === ADDRESS)) return false;
  const found = await takeOver(context, api, input.platform, ipBlockName(input.platform, input.name))([{ address: ADDRESS, action: 'create' }]);
  for (const [address, id] of Object.entries(found)) await terraform.import(destroyVariables(run), address, id);
  return Object.keys(found).length > 0;
};

/** What ends with the tenant, in EUR for 30 days: as it was recorded, else estimated from its spec. */
const costOf = async ({ record, context }: Offboarding): Promise<Range | undefined> => {
  if (record?.costEur30d) return record.costEur30d;
  if (!record || record.phase === 'deleted') return undefined;
  const spec = record.spec as TenantSpec;
  const [preset, platformPreset] = await Promise.all([loadTenantPreset(context.packageRoot, spec), loadPlatformPreset(context.packageRoot, completePlatform({}))]);
  return totalOf((await estimateCosts(context.packageRoot, { preset, spec }, platformPreset)).tenant);
};

/** Looks at everything that the tenant has, and plans its end in the cloud. The saved plan is the one that is applied. */
export const planTask = (proposed: (proposal: RemovalProposal) => void): Task<Offboarding> =>
  task('plan', 'Plan', async (run, self) => {
    const { context, input, platform } = run;
    const { cluster } = platform;
    const { keptClaims, ...found } = await inventoryOf(cluster, input.name, run.namespace !== undefined);
    let cloud: RemovalProposal['cloud'] = [];
    let changes: RemovalProposal['changes'] = [];
    if ((await stateSecrets(cluster, input.name)).length > 0) {
      const stack = await openTenantStack(context, { platform, tenant: input.name, tools: run.tools, task: `${OFFBOARD}/infrastructure`, planTask: `${OFFBOARD}/plan` });
      cloud = await stack.terraform.resources();
      if (!input.dryRun && (await takeOverAddress(run, stack, cloud))) cloud = await stack.terraform.resources();
      const plan = await stack.terraform.plan(destroyVariables(run), 'destroy', !input.dryRun);
      changes = plan.changes;
      run.stack = { ...stack, needed: plan.needed };
    }
    run.removal = joinRemovals(run.record?.phase === 'deleted' ? undefined : run.record?.removal, { ...found, cloud });
    const costEur30d = await costOf(run);
    const spec = run.record?.spec as Partial<TenantSpec> | undefined;
    proposed({
      ...found,
      cloud,
      tenant: input.name,
      platform: input.platform,
      ...(spec?.displayName === undefined ? {} : { displayName: spec.displayName }),
      ...(run.record ? { createdAt: run.record.createdAt } : {}),
      ...(run.record?.ip === undefined ? {} : { ip: run.record.ip }),
      changes,
      ...(costEur30d ? { costEur30d, priceDate: parsePrices(await loadPrices(context.packageRoot), join('presets', 'prices.yaml')).checked } : {}),
      keptClaims,
    });
    self.output = [changes.length === 0 ? 'nothing in the cloud' : summarise(changes), `${counted(found.releases.length, 'release')}, ${counted(found.volumes.length, 'volume')}`].join('; ');
  });
