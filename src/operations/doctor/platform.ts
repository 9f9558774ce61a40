import { SYSTEM_NAMESPACE } from '../../cluster/client.js';
import { ownersOfNodes, readNodes, unreadyWords } from '../../cluster/facts.js';
import { leaseHolders } from '../../cluster/lease.js';
import { listTenants, type TenantRecord } from '../../cluster/registry.js';
import { listReleases } from '../../cluster/releases.js';
import { heldStateLock } from '../../cluster/state-lock.js';
import { requireRelease } from '../../cluster/suitability.js';
import type { CheckFinding } from '../../engine/events.js';
import { InstallerError } from '../../engine/errors.js';
import { listKubernetesVersions, type ContractLimits } from '../../ionos/reads.js';
import { MODELS_NAMESPACE, namespaceOf } from '../../tenant/resource-names.js';
import { counted } from '../../tenant/text.js';
import type { RunContext, RunFolder } from '../context.js';
import { openForReading } from '../observe.js';
import { openIonos, type OpenPlatform } from '../open-platform.js';
import { mixingOf } from '../shared-label.js';
import { ok, once, Unchecked, warning, type Check } from './check.js';
import { checkGuardRails } from './guard-rails.js';

const PLATFORM_MS = 10_000;

interface Opened {
  platform: OpenPlatform;
  folder: RunFolder;
}

/** Whether nodes of a tenant's own are used by it alone. Where nobody has such nodes, there is nothing to keep apart. */
const checkOwnNodes = async (context: RunContext, { cluster, managed }: OpenPlatform): Promise<CheckFinding> => {
  const nodes = await readNodes(cluster);
  const owners = ownersOfNodes(nodes);
  if (owners.length === 0) return ok('no tenant has nodes of its own');
  const mixing = await mixingOf(cluster, nodes, managed, context.command);
  return mixing ? warning(`other pods may land on the nodes of ${owners.join(', ')}: ${mixing.why}`, ...mixing.next) : ok(`those of ${owners.join(', ')} are used by nobody else`);
};

/** IONOS drops versions; a cluster of one that is gone can no longer be made anew, and will be updated by IONOS. */
const isOffered = async (context: RunContext, { managed }: OpenPlatform): Promise<boolean> => managed === undefined || (await listKubernetesVersions(openIonos(context))).includes(managed.k8sVersion);

const checkPlatform = async (context: RunContext, platform: OpenPlatform): Promise<CheckFinding> => {
  const { cluster, managed } = platform;
  const [version, nodes, offered] = await Promise.all([requireRelease(cluster), readNodes(cluster), isOffered(context, platform)]);
  const about = `${platform.name}, ${managed ? 'managed by IONOS' : 'adopted'}, Kubernetes ${version}, ${counted(nodes.length, 'node')}`;
  const unready = unreadyWords(nodes);
  if (unready !== '') return warning(`${about}; ${unready}`, 'Look at them: kubectl describe node');
  return offered ? ok(about) : warning(`${about}; IONOS no longer offers ${managed?.k8sVersion}`, 'Update the cluster in the DCD, one minor version at a time.');
};

/** What a crash has left, by tenant: the next operation on it repairs that. What somebody does right now is no leftover. */
const leftBehind = async ({ cluster }: OpenPlatform, tenants: readonly TenantRecord[]): Promise<{ words: string; tenant: string | undefined }[]> => {
  const holders = await leaseHolders(cluster);
  const busy = new Set(holders.filter(({ isDead }) => !isDead).map(({ tenant }) => tenant));
  const names = tenants.filter(({ phase }) => phase !== 'deleted').map(({ name }) => name);
  const [locks, releases] = await Promise.all([
    Promise.all(names.map(async (tenant) => ({ tenant, lock: await heldStateLock(cluster, tenant) }))),
    Promise.all([SYSTEM_NAMESPACE, MODELS_NAMESPACE, ...names.map(namespaceOf)].map((namespace) => listReleases(cluster, namespace))),
  ]);
  const tenantOf = (namespace: string, release: string): string | undefined => names.find((name) => namespace === namespaceOf(name) || release === `tenant-${name}`);
  return [
    ...holders.filter(({ isDead }) => isDead).map(({ tenant, holder }) => ({ tenant, words: `the Lease of ${tenant} is held by ${holder}, which is gone` })),
    ...locks.flatMap(({ tenant, lock }) => (lock ? [{ tenant, words: `terraform's state of ${tenant} is locked by ${lock.who}` }] : [])),
    ...releases.flat().filter(({ status }) => status.startsWith('pending-') || status === 'failed').map(({ namespace, release, status }) => ({ tenant: tenantOf(namespace, release), words: `release ${namespace}/${release} is ${status}` })),
  ].filter(({ tenant }) => tenant === undefined || !busy.has(tenant));
};

const checkLeftBehind = async (context: RunContext, platform: OpenPlatform): Promise<CheckFinding> => {
  const tenants = await listTenants(platform.cluster);
  const left = await leftBehind(platform, tenants);
  const unfinished = tenants.filter(({ phase }) => ['onboarding', 'updating', 'offboarding', 'failed'].includes(phase)).map(({ name, phase }) => `${name} is ${phase}`);
  if (left.length === 0) return ok(unfinished.length === 0 ? 'nothing is left behind by an interrupted run' : unfinished.join(', '));
  const whose = [...new Set(left.flatMap(({ tenant }) => (tenant === undefined ? [] : [tenant])))];
  return warning(left.map(({ words }) => words).join('; '), ...whose.map((tenant) => `The next operation on ${tenant} repairs it: ${context.command(tenants.some(({ name, phase }) => name === tenant && phase === 'offboarding') ? `delete ${tenant}` : `update ${tenant}`)}`));
};

/** The platform's side. `contract` fails where no account was reached, without which a managed platform is not found. Close ends what was opened. */
export const platformChecks = (context: RunContext, input: { name: string; isAdopted: boolean; withCredentials: () => Promise<RunContext>; contract: () => Promise<ContractLimits> }): { checks: Check[]; close: () => Promise<void> } => {
  const opened = once(async (): Promise<Opened> => {
    if (!input.isAdopted) {
      await input.contract().catch((error: unknown) => {
        throw error instanceof Unchecked ? error : new Unchecked('the account was not reached');
      });
    }
    try {
      return await openForReading(await input.withCredentials(), input.name);
    } catch (error) {
      if (error instanceof InstallerError && error.code === 'platform-missing') throw new Unchecked(`there is no platform ${input.name} yet; the first \`create\` makes it`);
      throw error;
    }
  });
  const open = async (): Promise<OpenPlatform> => (await opened()).platform;
  const whenOpen = async (): Promise<OpenPlatform> =>
    open().catch((error: unknown) => {
      throw error instanceof Unchecked ? error : new Unchecked('the platform was not reached');
    });
  return {
    checks: [
      { id: 'platform', title: 'Platform', run: async () => checkPlatform(await input.withCredentials(), await open()), deadlineMs: PLATFORM_MS },
      { id: 'own-nodes', title: 'Own nodes', run: async () => checkOwnNodes(context, await whenOpen()), deadlineMs: PLATFORM_MS },
      { id: 'guard-rails', title: 'Guard rails', run: async () => checkGuardRails(context, (await whenOpen()).cluster, AbortSignal.timeout(PLATFORM_MS)), deadlineMs: PLATFORM_MS },
      { id: 'left-behind', title: 'Left behind', run: async () => checkLeftBehind(context, await whenOpen()), deadlineMs: PLATFORM_MS },
    ],
    close: async () => {
      const done = await opened().catch(() => undefined);
      await done?.folder.remove();
    },
  };
};
