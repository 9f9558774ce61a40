import { join } from 'node:path';
import type { Range } from '../engine/events.js';
import { joinRemovals, type RemovalProposal } from '../engine/removal.js';
import { task, type Task } from '../engine/task-list.js';
import { completePlatform, PLATFORM_DEFAULTS } from '../tenant/platform-spec.js';
import { parsePrices } from '../tenant/prices.js';
import type { TenantSpec } from '../tenant/spec.js';
import { estimateCosts, totalOf } from './costs.js';
import { inventoryOf, stateSecrets } from './offboard-inventory.js';
import { OFFBOARD, type Offboarding } from './offboarding.js';
import { presentSpec } from './present-spec.js';
import { loadPlatformPreset, loadPrices, loadTenantPreset } from './presets.js';
import { findOwnCluster } from './own-cluster.js';
import { counted } from '../tenant/text.js';
import { openTenantStack } from './tenant-stack.js';
import { expectedChanges, takeOverOf, tenantVariables, type StackInput } from './tenant-variables.js';
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

/** The stack as it was to be made; for a tenant that was never entered, the smallest one. */
const stackOf = async (run: Offboarding): Promise<StackInput> => {
  const { input, platform, record, context, api } = run;
  const spec = presentSpec(record);
  const preset = await loadTenantPreset(context.packageRoot, spec ?? { preset: 'small', overrides: {} });
  const begun = api && (await findOwnCluster(api, input.platform, input.name));
  return { tenant: { name: input.name, isolation: spec?.isolation ?? 'namespace' }, preset, platform: input.platform, location: platform.location ?? PLATFORM_DEFAULTS.location, managed: platform.managed, ownVersion: begun?.k8sVersion ?? platform.managed?.k8sVersion ?? '' };
};

/**
 * What a killed terraform had made without noting it: written into the state, so that it goes with the rest. Returns the variables under
 * which it can be removed in order; undefined where there was nothing.
 */
const takeOverUnnoted = async (run: Offboarding, { terraform }: StackRun, known: RemovalProposal['cloud']): Promise<Record<string, unknown> | undefined> => {
  const { context, api, input } = run;
  if (!api) return undefined;
  const stack = await stackOf(run);
  const variables = tenantVariables(stack);
  const unnoted = expectedChanges(stack).filter(({ address }) => !known.some((each) => each.address === address));
  const found = Object.entries(await takeOverOf(context, api, input.platform, stack.tenant)(unnoted));
  for (const [address, id] of found) await terraform.import(variables, address, id);
  return found.length > 0 ? variables : undefined;
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
    const { keptClaims, ...found } = await inventoryOf(run.cell?.cluster, input.name, run.namespace !== undefined);
    let cloud: RemovalProposal['cloud'] = [];
    let changes: RemovalProposal['changes'] = [];
    if ((await stateSecrets(cluster, input.name)).length > 0) {
      const stack = await openTenantStack(context, { platform, tenant: input.name, tools: run.tools, task: `${OFFBOARD}/infrastructure`, planTask: `${OFFBOARD}/plan`, look: input.dryRun ? { folder: run.folder, hasState: true } : undefined });
      cloud = await stack.terraform.resources();
      const taken = input.dryRun ? undefined : await takeOverUnnoted(run, stack, cloud);
      if (taken) cloud = await stack.terraform.resources();
      const plan = await stack.terraform.plan(taken ?? destroyVariables(run), 'destroy');
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
