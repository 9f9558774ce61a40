import { SYSTEM_NAMESPACE } from '../cluster/client.js';
import { readCapacity } from '../cluster/capacity.js';
import { chooseStorageClass, discoverDns, readNodes } from '../cluster/facts.js';
import { ensureNamespace, namespaceOwner } from '../cluster/namespaces.js';
import { readTenant } from '../cluster/registry.js';
import { InstallerError, usageError } from '../engine/errors.js';
import { task, type Task } from '../engine/task-list.js';
import { listModels, refuseWideModelToken } from '../ionos/models.js';
import { datacenterLocation, readContract } from '../ionos/reads.js';
import { capacityOf, fitTenant, plannedNodes } from '../tenant/capacity.js';
import { namespaceOf } from '../tenant/resource-names.js';
import { completeTenant, missingAnswers, specChangeProblem, type TenantSpec } from '../tenant/spec.js';
import { platformContractNeed, tenantContractNeed, usageOf } from '../tenant/sizing.js';
import { requireContractRoom } from './contract-room.js';
import { findTools } from './find-tools.js';
import { findPlatform, isFinished, openPlatform } from './open-platform.js';
import { isUnfinished, refuseWhileClaimed } from './platform-claim.js';
import { requirePlatformState } from './platform-state.js';
import { loadPlatformPreset, loadTenantPreset } from './presets.js';
import { modelTokenIsThere } from './tenant-secrets.js';
import { clusterOf, type Onboarding } from './onboarding.js';

/** Credentials, and with them the answers that only the account can complete. */
const checkCredentials: Task<Onboarding> = task('credentials', 'Credentials', async (run, self) => {
  run.contract = await readContract(run.api);
  const owner = /^\S+@\S+$/.test(run.contract.owner) ? run.contract.owner : undefined;
  const missing = missingAnswers(run.input.draft, { adminEmail: owner });
  if (missing.length > 0) {
    throw usageError({
      code: 'answers-missing',
      what: `${missing.map((each) => each.path).join(' and ')} must be given`,
      why: 'there is no terminal to ask on, or it was told not to ask',
      next: [`Add ${missing.map((each) => each.flag).join(' and ')}, or a tenant file with -f.`],
    });
  }
  run.tenant = completeTenant(run.input.draft, { adminEmail: owner });
  run.preset = await loadTenantPreset(run.context.packageRoot, run.tenant);
  run.platformPreset = await loadPlatformPreset(run.context.packageRoot, run.input.platform);
  self.output = `contract ${run.contract.contractNumber}`;
});

const checkTools: Task<Onboarding> = task('tools', 'Tools', async (run, self) => {
  run.tools = await findTools(run.context, (message) => {
    self.output = message;
  });
  self.output = `terraform ${run.tools.terraform.version}, helm ${run.tools.helm.version}`;
});

const findThePlatform: Task<Onboarding> = task('platform', 'Platform', async (run, self) => {
  const { name } = run.input.platform;
  const summary = await findPlatform(run.api, name);
  if (!summary) {
    requireContractRoom(run.contract, platformContractNeed(run.platformPreset.nodes));
    run.location = run.input.platform.location;
    self.output = `${name} does not exist yet and would be created first`;
    return;
  }
  await refuseWhileClaimed(run.context, name);
  if (!(await isFinished(run.api, summary)) || (await isUnfinished(run.context, name))) {
    await requirePlatformState(run.context, name);
    run.location = run.input.platform.location;
    self.output = `${name} was begun and would be finished first`;
    return;
  }
  run.platform = await openPlatform(run.context, run.folder, run.api, name, summary);
  const version = await run.platform.cluster.version.getCode();
  const pool = run.platform.pools[0];
  run.location = pool ? await datacenterLocation(run.api, pool.datacenterId) : run.input.platform.location;
  self.output = `${name}, Kubernetes ${version.gitVersion}, ${run.platform.pools.reduce((sum, each) => sum + each.nodeCount, 0)} nodes in ${run.location}`;
});

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
    next: [`Leave the flags out to bring it to its own settings: ${run.context.commandName} create ${run.tenant.name}`],
  });
};

const checkName: Task<Onboarding> = task('name', 'Name', async (run, self) => {
  const { name } = run.tenant;
  if (run.platform) {
    const cluster = clusterOf(run);
    const owner = await namespaceOwner(cluster, namespaceOf(name), name);
    if (owner === 'foreign' || owner === 'terminating') {
      throw usageError({
        code: 'name-taken',
        what: `the name ${name} cannot be used`,
        why: owner === 'foreign' ? `the namespace ${namespaceOf(name)} exists and is not ours` : `the namespace ${namespaceOf(name)} is being removed`,
        next: [owner === 'foreign' ? 'Choose another name; a namespace that we did not make is never taken over.' : 'Wait until it is gone, then run the same command again.'],
      });
    }
    run.record = await readTenant(cluster, name);
    if (run.record && run.record.phase !== 'deleted') {
      adoptRecordedAnswers(run);
      refuseOtherSpec(run, run.record.spec as TenantSpec);
    }
  }
  self.output = run.record ? `${name} is there, ${run.record.phase}` : `${name} is free`;
});

/** What a repeated `create` leaves out stays as it is; the account's default must not count as a change. */
const adoptRecordedAnswers = (run: Onboarding): void => {
  const present = run.record?.spec as TenantSpec;
  const { draft } = run.input;
  run.tenant = {
    ...present,
    ...(draft.displayName === undefined ? {} : { displayName: draft.displayName }),
    ...(draft.preset === undefined ? {} : { preset: draft.preset }),
    ...(draft.isolation === undefined ? {} : { isolation: draft.isolation }),
    access: { allow: draft.access?.allow ?? present.access.allow },
    wordpress: { ...present.wordpress, ...defined(draft.wordpress) },
    openwebui: { ...present.openwebui, ...defined(draft.openwebui) },
    overrides: draft.overrides ?? present.overrides,
  };
};

const defined = <T extends object>(group: T | undefined): Partial<{ [K in keyof T]: NonNullable<T[K]> }> =>
  Object.fromEntries(Object.entries(group ?? {}).filter(([, value]) => value !== undefined)) as never;

const checkCapacity: Task<Onboarding> = task('capacity', 'Capacity', async (run, self) => {
  const usage = usageOf(run.preset, run.tenant);
  const isNew = run.record === undefined || run.record.phase === 'deleted';
  if (isNew) requireContractRoom(run.contract, tenantContractNeed(run.preset, run.tenant));
  if (!isNew || run.tenant.isolation !== 'namespace') {
    if (run.platform) run.nodes = await readNodes(clusterOf(run));
    self.output = isNew ? 'nodes of its own' : 'its place is taken already';
    return;
  }
  run.nodes = run.platform ? await readNodes(clusterOf(run)) : [];
  const nodes = run.platform ? await readCapacity(clusterOf(run), run.nodes) : plannedNodes(run.platformPreset);
  const fit = fitTenant(usage, capacityOf(nodes, { headroomNodes: run.platformPreset.headroomNodes }));
  if (!fit.fits) throw new InstallerError({ code: 'platform-full', what: `platform ${run.input.platform.name} has no room for ${run.tenant.name}`, why: fit.why, next: [...fit.next, 'Nothing was changed.'], exitCode: 2 });
  self.output = `room for ${fit.tenants} of this size`;
});

const checkCluster: Task<Onboarding> = task(
  'cluster',
  'Cluster',
  async (run, self) => {
    const cluster = clusterOf(run);
    [run.dns, run.storageClass] = await Promise.all([discoverDns(cluster), chooseStorageClass(cluster)]);
    self.output = `volumes of class ${run.storageClass}, DNS found`;
  },
  { skip: (run) => (run.platform ? false : 'after the platform') },
);

const checkModels: Task<Onboarding> = task('models', 'Models', async (run, self) => {
  const wanted = run.tenant.openwebui.models;
  if (wanted === 'none') {
    self.output = 'none: Open WebUI will say that it has no models';
    return;
  }
  const { modelToken, modelsUrl } = run.input;
  if (modelToken === undefined) {
    if (run.platform && (await modelTokenIsThere(run.platform.cluster))) {
      self.output = `${wanted.join(', ')}, with the platform's token`;
      return;
    }
    throw usageError({
      code: 'model-token-missing',
      what: 'the tenant should have models, but there is no model token',
      why: 'neither IONOS_MODEL_TOKEN nor a file, the keychain or the platform has one',
      next: ['Set IONOS_MODEL_TOKEN to a token that may use the AI Model Hub.', 'Or onboard the tenant without models: --models none.'],
    });
  }
  const { credentials } = run.context;
  if (!run.input.insistOnModelToken) refuseWideModelToken(modelToken, credentials.kind === 'token' ? credentials.token : undefined);
  const offered = await listModels(modelsUrl, modelToken, run.context.interrupts.signal);
  const unknown = wanted.filter((id) => !offered.includes(id));
  if (unknown.length > 0) throw usageError({ code: 'model-unknown', what: `the model service does not offer ${unknown.join(', ')}`, why: `it offers ${offered.join(', ')}`, next: ['Choose from these with --models, or --models none.'] });
  self.output = wanted.join(', ');
});

/** The checks that run before anything is planned, in the order in which their errors are the most helpful. */
export const preflightChecks: Task<Onboarding>[] = [checkCredentials, checkTools, findThePlatform, checkName, checkCapacity, checkCluster, checkModels];

/** Makes the system namespace, which registry, Leases and terraform's states need. Returns whether it was new. */
export const ensureSystemNamespace = (run: Onboarding): Promise<boolean> => ensureNamespace(clusterOf(run), SYSTEM_NAMESPACE);
