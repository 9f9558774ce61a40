import type { Cluster } from '../cluster/client.js';
import { namespaceOwner } from '../cluster/namespaces.js';
import { readTenant } from '../cluster/registry.js';
import { usageError } from '../engine/errors.js';
import { task, type Task } from '../engine/task-list.js';
import { namespaceOf } from '../tenant/resource-names.js';
import { completeTenant, missingAnswers, specChangeProblem, type TenantDraft, type TenantSpec } from '../tenant/spec.js';
import { homeOf, type Onboarding } from './onboarding.js';
import { presentSpec } from './present-spec.js';
import { loadTenantPreset } from './presets.js';
import { openPresentCell } from './tenant-cell.js';

/** A changed spec of a tenant that is there is a matter for `update`. */
const refuseOtherSpec = (run: Onboarding, present: TenantSpec): void => {
  const problem = specChangeProblem(present, run.tenant);
  if (problem) throw problem;
  if (JSON.stringify(present) === JSON.stringify(run.tenant)) return;
  const keys = Object.keys(run.tenant) as (keyof TenantSpec)[];
  const different = keys.filter((key) => JSON.stringify(present[key]) !== JSON.stringify(run.tenant[key]));
  throw usageError({
    code: 'tenant-exists',
    what: `${run.tenant.name} is there already, with other settings`,
    why: `different: ${different.join(', ')}`,
    next: [`Change it, with the same flags: ${run.context.command(`update ${run.tenant.name}`)}`, `Or leave the flags out, to bring it to its own settings: ${run.context.command(`create ${run.tenant.name}`)}`],
  });
};

/** A removal that has begun cannot be turned back: parts of the tenant are gone. */
const refuseLeaving = ({ record, context }: Onboarding): void => {
  if (record?.phase !== 'offboarding') return;
  throw usageError({
    code: 'tenant-offboarding',
    what: `${record.name} is being removed`,
    why: `${record.removal?.by ?? 'somebody'} began that on ${record.removal?.since ?? record.updatedAt}, and it has not been finished`,
    next: [`Finish it, then the name is free again: ${context.command(`delete ${record.name}`)}`],
  });
};

/** What a repeated `create`, or an `update`, leaves out stays as it is; the account's default must not count as a change. */
const withRecordedAnswers = (present: TenantSpec, draft: TenantDraft): TenantSpec => ({
  ...present,
  ...(draft.displayName === undefined ? {} : { displayName: draft.displayName }),
  ...(draft.preset === undefined ? {} : { preset: draft.preset }),
  ...(draft.isolation === undefined ? {} : { isolation: draft.isolation }),
  access: { allow: draft.access?.allow ?? present.access.allow },
  wordpress: { ...present.wordpress, ...defined(draft.wordpress) },
  openwebui: { ...present.openwebui, ...defined(draft.openwebui) },
  overrides: draft.overrides ?? present.overrides,
});

const defined = <T extends object>(group: T | undefined): Partial<{ [K in keyof T]: NonNullable<T[K]> }> =>
  Object.fromEntries(Object.entries(group ?? {}).filter(([, value]) => value !== undefined)) as never;

/** The account's address, when it is one. */
const ownerOf = ({ contract }: Onboarding): string | undefined => (/^\S+@\S+$/.test(contract?.owner ?? '') ? contract?.owner : undefined);

/** Answers that neither the operator, nor the account, nor the registry gives. */
const refuseMissing = (run: Onboarding): void => {
  if (presentSpec(run.record)) return;
  const missing = missingAnswers(run.input.draft, { adminEmail: ownerOf(run) }).filter(({ path }) => run.input.operation === 'create' || path === 'name');
  if (missing.length === 0) return;
  throw usageError({
    code: 'answers-missing',
    what: `${missing.map((each) => each.path).join(' and ')} must be given`,
    why: 'there is no terminal to ask on, or it was told not to ask',
    next: [`Add ${missing.map((each) => each.flag).join(' and ')}, or a tenant file with -f.`],
  });
};

const noTenant = ({ input, context }: Onboarding): Error =>
  usageError({
    code: 'tenant-missing',
    what: `there is no tenant ${input.draft.name ?? ''} on platform ${input.platform.name}`,
    why: 'only a tenant that is there can be updated',
    next: [`Onboard it: ${context.command(`create ${input.draft.name ?? ''}`)}`, 'Or name another platform with --platform.'],
  });

const refuseForeignNamespace = async (cluster: Cluster, name: string): Promise<void> => {
  const owner = await namespaceOwner(cluster, namespaceOf(name), name);
  if (owner !== 'foreign' && owner !== 'terminating') return;
  throw usageError({
    code: 'name-taken',
    what: `the name ${name} cannot be used`,
    why: owner === 'foreign' ? `the namespace ${namespaceOf(name)} exists and is not ours` : `the namespace ${namespaceOf(name)} is being removed`,
    next: [owner === 'foreign' ? 'Choose another name; a namespace that we did not make is never taken over.' : 'Wait until it is gone, then run the same command again.'],
  });
};

/** Whether the name can be used, and with it what the tenant is to become: what was answered, on what the registry has of it. */
export const checkName: Task<Onboarding> = task('name', 'Name', async (run, self) => {
  const name = run.input.draft.name ?? '';
  if (run.platform) {
    const cluster = homeOf(run);
    if (name !== '') run.record = await readTenant(cluster, name);
    refuseMissing(run);
    refuseLeaving(run);
    await refuseForeignNamespace(cluster, name);
  } else refuseMissing(run);
  const present = presentSpec(run.record);
  if (run.input.operation === 'update' && !present) throw noTenant(run);
  run.tenant = present ? withRecordedAnswers(present, run.input.draft) : completeTenant(run.input.draft, { adminEmail: ownerOf(run) });
  if (present && run.input.operation === 'create') refuseOtherSpec(run, present);
  run.preset = await loadTenantPreset(run.context.packageRoot, run.tenant);
  await openPresentCell(run);
  if (run.ownCell) await refuseForeignNamespace(run.ownCell.cluster, name);
  if (!run.record) self.output = `${name} is free`;
  else self.output = run.record.phase === 'deleted' ? `${name} is free again: an earlier tenant of this name was removed` : `${name} is there, ${run.record.phase}`;
});
