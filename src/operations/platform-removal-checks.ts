import { access } from 'node:fs/promises';
import { SYSTEM_NAMESPACE, type Cluster } from '../cluster/client.js';
import { readKubeContext } from '../cluster/kubeconfig.js';
import { livingHolders } from '../cluster/lease.js';
import { readPlatformRecord } from '../cluster/platform-record.js';
import { listTenants } from '../cluster/registry.js';
import { InstallerError, usageError } from '../engine/errors.js';
import { sleep } from '../engine/interrupts.js';
import { task, type Task } from '../engine/task-list.js';
import { listNamed } from '../ionos/named.js';
import { readContract } from '../ionos/reads.js';
import { datacenterName, MODELS_NAMESPACE } from '../tenant/resource-names.js';
import { connectContext, openAdopted } from './adopted-platforms.js';
import { movingState } from './cloud-still.js';
import type { RunContext } from './context.js';
import { findTools } from './find-tools.js';
import { leaseWatchOf } from './hold-tenant.js';
import { findPlatform, isFinished, openPlatform, type OpenPlatform } from './open-platform.js';
import { refuseWhileClaimed } from './platform-claim.js';
import type { PlatformLink } from './platform-link.js';
import type { PlatformRemovalRun } from './platform-removal.js';
import { platformStatePath } from './platform-state.js';

/** IONOS asks for patience between two looks at something that takes minutes. */
const LOOK_AGAIN_MS = 5_000;
const OURS = [SYSTEM_NAMESPACE, MODELS_NAMESPACE];

const checkCredentials: Task<PlatformRemovalRun> = task('credentials', 'Credentials', async (run, self) => {
  self.output = run.api ? `contract ${(await readContract(run.api)).contractNumber}` : 'none needed: the cluster was adopted and stays';
});

/** What an interrupted run has set going finishes by itself in the cloud; until then nothing can be removed. */
const untilStill = async (run: PlatformRemovalRun, say: (words: string) => void): Promise<PlatformRemovalRun['summary']> => {
  const { api, input, context } = run;
  if (!api) return undefined;
  const deadline = Date.now() + input.timeoutMs;
  for (;;) {
    const summary = await findPlatform(api, input.name);
    if (!summary) return undefined;
    const moving = await movingState(api, summary);
    if (moving === undefined) return summary;
    if (Date.now() > deadline) {
      throw new InstallerError({ code: 'platform-not-ready', what: `the cluster of platform ${input.name} does not come to rest`, why: `IONOS Cloud reports it ${moving}`, next: ['Look at it in the DCD, then run the same command again.', 'Nothing was changed.'] });
    }
    say(`still ${moving} in IONOS Cloud from an earlier run`);
    await sleep(LOOK_AGAIN_MS, context.interrupts.signal);
  }
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether any trace is there of a platform whose cluster is not: bookkeeping on this machine, or a data centre. */
const hasTraces = async ({ api, context, input }: PlatformRemovalRun): Promise<boolean> =>
  (await exists(platformStatePath(context, input.name))) ||
  (api !== undefined && (await listNamed(api, new Set(['ionoscloud_datacenter']), datacenterName(input.name))).some(({ name }) => name === datacenterName(input.name)));

/** An adopted cluster whose record an interrupted removal has removed already: only this machine's link is left. Else the error stands. */
const openForgotten = async ({ context, folder, input }: PlatformRemovalRun, link: PlatformLink, error: unknown): Promise<OpenPlatform> => {
  if (!(error instanceof InstallerError) || error.code !== 'platform-not-adopted') throw error;
  const connected = await connectContext(context, folder, await readKubeContext(link.kubeconfig, link.context));
  if (await readPlatformRecord(connected.cluster)) throw error;
  return { ...connected, name: input.name, addresses: link.addresses, location: undefined, managed: undefined };
};

const findThePlatform: Task<PlatformRemovalRun> = task('platform', 'Platform', async (run, self) => {
  const { context, input, folder, link, api } = run;
  if (link) {
    run.platform = await openAdopted(context, folder, input.name, link).catch((error: unknown) => openForgotten(run, link, error));
    self.output = `${input.name}, adopted: ${run.platform.cluster.server}`;
    return;
  }
  await refuseWhileClaimed(context, input.name);
  run.summary = await untilStill(run, (words) => {
    self.output = words;
  });
  if (!run.summary && !(await hasTraces(run))) {
    throw usageError({ code: 'platform-missing', what: `there is no platform ${input.name}`, why: 'no managed cluster of this contract has its name, none was adopted under it on this machine, and nothing of it is left', next: ['Name another platform with --platform.'] });
  }
  // One that never came so far as to have nodes has no tenants either, and its cluster cannot be asked.
  if (api && run.summary?.state === 'ACTIVE' && (await isFinished(api, run.summary))) run.platform = await openPlatform(context, folder, api, input.name, run.summary);
  self.output = run.summary ? `${input.name}, cluster ${run.summary.state}` : `${input.name}: its cluster is gone already`;
});

/** Tenants that are registered and not deleted, namespaces of tenants that nobody registered, and tenants that somebody works on right now. */
const tenantsOn = async (context: RunContext, cluster: Cluster): Promise<string[]> => {
  // First, because it may take its time: a tenant that was begun meanwhile is then seen too.
  const holders = await livingHolders(cluster, leaseWatchOf(context));
  const [records, namespaces] = await Promise.all([listTenants(cluster), cluster.core.listNamespace()]);
  return [
    ...records.filter(({ phase }) => phase !== 'deleted').map(({ name, phase }) => `${name} (${phase})`),
    ...namespaces.items.flatMap(({ metadata }) => (metadata?.name?.startsWith('tenant-') && !records.some(({ name, phase }) => phase !== 'deleted' && metadata.name === `tenant-${name}`) ? [`namespace ${metadata.name}`] : [])),
    ...holders.map(({ tenant, holder }) => `${tenant}, on which ${holder} works`),
  ];
};

/** What others run in the cluster and would lose with it, or what would stay in the cloud without it. */
const othersOn = async (cluster: Cluster): Promise<string[]> => {
  const [services, volumes] = await Promise.all([cluster.core.listServiceForAllNamespaces(), cluster.core.listPersistentVolume()]);
  return [
    ...services.items.filter(({ metadata, spec }) => spec?.type === 'LoadBalancer' && !OURS.includes(metadata?.namespace ?? '')).map(({ metadata }) => `service/${metadata?.name} of type LoadBalancer in ${metadata?.namespace}`),
    ...volumes.items.filter(({ spec }) => !OURS.includes(spec?.claimRef?.namespace ?? '')).map(({ metadata, spec }) => `persistentvolume/${metadata?.name}${spec?.claimRef ? ` of ${spec.claimRef.namespace}/${spec.claimRef.name}` : ''}`),
  ];
};

/** Throws InstallerError `platform-has-tenants` or `platform-in-use`. Called again before anything is removed. */
export const refuseWhileUsed = async (run: PlatformRemovalRun): Promise<void> => {
  const { context, input, platform, link } = run;
  if (!platform) return;
  const tenants = await tenantsOn(context, platform.cluster);
  if (tenants.length > 0) {
    throw usageError({ code: 'platform-has-tenants', what: `platform ${input.name} still has tenants`, why: tenants.join(', '), next: [`Remove each of them first: ${context.command(`delete <name> --platform ${input.name}`)}`, 'Nothing was changed.'] });
  }
  // An adopted cluster stays, and with it whatever else runs there.
  const others = link ? [] : await othersOn(platform.cluster);
  if (others.length > 0) {
    throw usageError({ code: 'platform-in-use', what: `the cluster of platform ${input.name} is used by something else`, why: others.join(', '), next: ['Remove it with kubectl first: volumes and load balancers would stay in the cloud, and their data would be lost.', 'Nothing was changed.'] });
  }
};

const checkTenants: Task<PlatformRemovalRun> = task(
  'tenants',
  'Tenants',
  async (run, self) => {
    await refuseWhileUsed(run);
    self.output = 'none, and nothing else that would be lost';
  },
  { skip: (run) => (run.platform ? false : 'no cluster that has any') },
);

const checkTools: Task<PlatformRemovalRun> = task('tools', 'Tools', async (run, self) => {
  run.tools = await findTools(run.context, (message) => {
    self.output = message;
  });
  self.output = `terraform ${run.tools.terraform.version}, helm ${run.tools.helm.version}`;
});

export const platformRemovalChecks: Task<PlatformRemovalRun>[] = [checkCredentials, findThePlatform, checkTenants, checkTools];
