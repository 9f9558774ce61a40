import { SYSTEM_NAMESPACE } from '../cluster/client.js';
import { readCapacity } from '../cluster/capacity.js';
import { sharedNodes } from '../cluster/facts.js';
import { ensureNamespace } from '../cluster/namespaces.js';
import { InstallerError, usageError } from '../engine/errors.js';
import { task, type Task } from '../engine/task-list.js';
import { listModels, refuseWideModelToken } from '../ionos/models.js';
import { readContract } from '../ionos/reads.js';
import { usesCloud } from '../tenant/address-source.js';
import { capacityOf, fitTenant, plannedNodes } from '../tenant/capacity.js';
import { namespaceOf } from '../tenant/resource-names.js';
import { growthOf, moreNodesNeed, ownNodesNeed, sumOfNeeds, tenantContractNeed, usageOf, type ContractNeed, type TenantUsage } from '../tenant/sizing.js';
import { requireContractRoom } from './contract-room.js';
import { findTools } from './find-tools.js';
import { cellOf, hasCell, homeOf, ionosOf, type CreateTenantInput, type Onboarding } from './onboarding.js';
import { ownPoolOf, requireOwnNodes } from './own-node-sizes.js';
import { moveOf, ownNodesOf } from './own-nodes.js';
import { checkAddresses, checkCluster, findThePlatform } from './preflight-platform.js';
import { checkName } from './preflight-tenant.js';
import { presentSpec } from './present-spec.js';
import { readReadyNodes } from './ready-nodes.js';
import { loadPlatformPreset, loadTenantPreset } from './presets.js';
import { requireSharedLabel } from './shared-label.js';
import { modelsUrlOf } from './models-url.js';
import { modelTokenIsThere } from './tenant-secrets.js';
import { checkChanges } from './update-checks.js';

const checkCredentials: Task<Onboarding> = task('credentials', 'Credentials', async (run, self) => {
  if (!run.link || usesCloud(run.link.addresses)) run.contract = await readContract(ionosOf(run));
  run.platformPreset = await loadPlatformPreset(run.context.packageRoot, run.input.platform);
  self.output = run.contract ? `contract ${run.contract.contractNumber}` : 'none needed: on this platform tenants own nothing in the cloud';
});

const checkTools: Task<Onboarding> = task('tools', 'Tools', async (run, self) => {
  run.tools = await findTools(run.context, (message) => {
    self.output = message;
  });
  self.output = `terraform ${run.tools.terraform.version}, helm ${run.tools.helm.version}`;
});

/** Room in the contract and on the nodes, for what is new: all of a new tenant, and of a changed one what it has more than before. */
const checkCapacity: Task<Onboarding> = task('capacity', 'Capacity', async (run, self) => {
  const before = await presentUsage(run);
  const usage = usageOf(run.preset, run.tenant);
  const more = before ? growthOf(before, usage) : usage;
  const nodes = hasCell(run) ? await readReadyNodes(run) : [];
  run.move = moveOf(run, nodes);
  const own = ownNodesOf(nodes, run.tenant.name);
  // Nodes that it leaves are no place for anything any more, nor for rules that name the platform's nodes.
  run.nodes = run.move === 'to-shared' ? nodes.filter((node) => !own.includes(node)) : nodes;
  await requireSharedLabel(run, nodes);
  const pool = await ownPoolOf(run);
  if (run.tenant.isolation !== 'namespace') await requireOwnNodes(run, pool, own);
  requireContractRoom(run.contract, contractNeed(run, before && more.storage, pool?.nodeCount));
  if (run.move === 'to-own') self.output = own.length === 0 ? 'nodes of its own, which are made first' : 'nodes of its own, which are there';
  else if (before && run.move === undefined && more.millicores === 0 && more.memory === 0) self.output = 'its place is taken already';
  else if (run.tenant.isolation !== 'namespace') self.output = 'nodes of its own';
  else self.output = await roomOnSharedNodes(run, before ? { grows: more } : {}, usage);
});

/** What the run takes of the contract. A repeated run has begun with it and holds a part of it: only a change is asked for. `ownNodes` are there. */
const contractNeed = (run: Onboarding, grows: number | undefined, ownNodes: number | undefined): ContractNeed => {
  if (grows === undefined) return sumOfNeeds([tenantContractNeed(run.preset, run.tenant), ...(run.platformNeed ? [run.platformNeed] : [])]);
  const nodes = ownNodes === undefined ? (run.move === 'to-own' ? ownNodesNeed(run.preset) : NO_NEED) : moreNodesNeed(run.preset, ownNodes);
  return sumOfNeeds([{ ...NO_NEED, ssd: grows }, nodes]);
};

/** Throws InstallerError `platform-full`. A tenant that moves in needs all of its place; what of it is there already is not counted twice. */
const roomOnSharedNodes = async (run: Onboarding, { grows }: { grows?: TenantUsage }, usage: TenantUsage): Promise<string> => {
  const { name } = run.tenant;
  const moves = run.move === 'to-shared';
  const nodes = hasCell(run) ? await readCapacity(cellOf(run).cluster, sharedNodes(run.nodes), ...(moves ? [namespaceOf(name)] : [])) : plannedNodes(run.platformPreset);
  const fit = fitTenant(grows && !moves ? grows : usage, capacityOf(nodes, { headroomNodes: run.platformPreset.headroomNodes }));
  if (!fit.fits) {
    throw new InstallerError({
      code: 'platform-full',
      what: `${moves ? `the shared nodes of platform ${run.input.platform.name} have` : `platform ${run.input.platform.name} has`} no room for ${grows && !moves ? `${name} to grow` : name}`,
      why: fit.why,
      next: [...(moves ? ['Add a node to the platform, or make room on it.', `Or leave it on nodes of its own: ${run.context.command(`update ${name} --isolation node-pool`)}`] : fit.next), 'Nothing was changed.'],
      exitCode: 2,
    });
  }
  if (moves) return 'room on the shared nodes';
  return grows ? 'room for what it grows by' : `room for ${fit.tenants} of this size`;
};

const NO_NEED = { ips: 0, cores: 0, memory: 0, ssd: 0, hdd: 0, clusters: 0 };

/** What a tenant that is there takes now, by its recorded settings. */
const presentUsage = async ({ record, context }: Onboarding): Promise<TenantUsage | undefined> => {
  const spec = presentSpec(record);
  return spec && usageOf(await loadTenantPreset(context.packageRoot, spec), spec);
};

const checkModels: Task<Onboarding> = task('models', 'Models', async (run, self) => {
  const wanted = run.tenant.openwebui.models;
  if (wanted === 'none') {
    self.output = 'none: Open WebUI will say that it has no models';
    return;
  }
  const { modelToken } = run.input;
  if (modelToken === undefined) {
    if ((run.ownCell && (await modelTokenIsThere(run.ownCell.cluster))) || (run.platform && (await modelTokenIsThere(homeOf(run))))) {
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
  if (!run.input.insistOnModelToken) refuseWideModelToken(modelToken, credentials?.kind === 'token' ? credentials.token : undefined);
  const offered = await listModels(await modelsUrlOf(run), modelToken, run.context.interrupts.signal);
  const unknown = wanted.filter((id) => !offered.includes(id));
  if (unknown.length > 0) throw usageError({ code: 'model-unknown', what: `the model service does not offer ${unknown.join(', ')}`, why: `it offers ${offered.join(', ')}`, next: ['Choose from these with --models, or --models none.'] });
  self.output = wanted.join(', ');
});

/** The checks that run before anything is planned, in the order in which their errors are the most helpful. */
export const preflightChecks = ({ operation }: CreateTenantInput): Task<Onboarding>[] => [
  checkCredentials,
  findThePlatform,
  checkName,
  checkTools,
  checkAddresses,
  ...(operation === 'update' ? [checkCluster, checkChanges, checkCapacity] : [checkCapacity, checkCluster]),
  checkModels,
];

/** Makes the system namespace, which registry, Leases and terraform's states need. Returns whether it was new. */
export const ensureSystemNamespace = (run: Onboarding): Promise<boolean> => ensureNamespace(homeOf(run), SYSTEM_NAMESPACE);
