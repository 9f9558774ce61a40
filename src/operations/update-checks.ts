import { claimSizes, readStorageClass } from '../cluster/claims.js';
import { usageError } from '../engine/errors.js';
import { task, type Task } from '../engine/task-list.js';
import { describeBytes, formatBytes } from '../tenant/quantities.js';
import { CLAIM_NAMES, namespaceOf } from '../tenant/resource-names.js';
import { volumesOf } from '../tenant/sizing.js';
import { specChanges, takenOnceProblem } from '../tenant/spec-changes.js';
import type { TenantSpec } from '../tenant/spec.js';
import { cellOf, type Onboarding } from './onboarding.js';

/** Refuses what an update cannot do: what only a second tenant could. */
const refuseImpossible = (run: Onboarding, before: TenantSpec): void => {
  if (before.isolation !== run.tenant.isolation && [before.isolation, run.tenant.isolation].includes('cluster')) {
    throw usageError({
      code: 'isolation-change',
      what: `the isolation of ${before.name} cannot be changed from ${before.isolation} to ${run.tenant.isolation}`,
      why: 'its data would have to move to another cluster, in another data centre, and no volume can',
      next: [
        `Leave it out, or give --isolation ${before.isolation}.`,
        `Or onboard a second tenant, and move the content with the applications' own export and import: ${run.context.command(`create <name> --isolation ${run.tenant.isolation}`)}`,
        'Nothing was changed.',
      ],
    });
  }
  const problem = takenOnceProblem(run.changes);
  if (problem) throw problem;
};

/** Volumes only ever grow: shrinking one would mean to lose what is on it. */
const checkVolumes = async (run: Onboarding): Promise<string> => {
  const { cluster } = cellOf(run);
  const present = await claimSizes(cluster, namespaceOf(run.tenant.name));
  const wanted = volumesOf(run.preset, run.tenant).flatMap(({ name, bytes }) => {
    const now = present.get(CLAIM_NAMES[name]);
    return now === undefined || now === bytes ? [] : [{ name, bytes, now }];
  });
  const smaller = wanted.filter(({ bytes, now }) => bytes < now);
  if (smaller.length > 0) {
    throw usageError({
      code: 'volumes-shrink',
      what: `the volumes of ${run.tenant.name} cannot become smaller`,
      why: smaller.map(({ name, bytes, now }) => `${name} has ${describeBytes(now)}, and ${describeBytes(bytes)} are asked for`).join('; '),
      next: [`Keep their sizes in the tenant's file: overrides: { ${smaller.map(({ name, now }) => `${name}.storage: ${formatBytes(now)}`).join(', ')} }`, 'Nothing was changed.'],
    });
  }
  if (wanted.length === 0) return 'volumes as they are';
  const storageClass = await readStorageClass(cluster, run.storageClass);
  if (storageClass?.allowVolumeExpansion !== true) {
    throw usageError({ code: 'volumes-fixed', what: `the volumes of ${run.tenant.name} cannot grow`, why: `the storage class ${run.storageClass} does not allow it`, next: ['Keep their sizes with overrides in the tenant\'s file.', 'Nothing was changed.'] });
  }
  return wanted.map(({ name, bytes, now }) => `${name} grows from ${describeBytes(now)} to ${describeBytes(bytes)}`).join(', ');
};

/** What an update would change, and whether that can be done without losing anything. */
export const checkChanges: Task<Onboarding> = task('changes', 'Changes', async (run, self) => {
  const before = run.record?.spec as TenantSpec;
  run.changes = specChanges(before, run.tenant);
  refuseImpossible(run, before);
  const volumes = await checkVolumes(run);
  self.output = run.changes.length === 0 ? `none in its settings; ${volumes}` : `${run.changes.map(({ path }) => path).join(', ')}; ${volumes}`;
});
