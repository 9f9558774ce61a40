import { chooseStorageClass, discoverDns, hasSharedPool, readNodes } from '../cluster/facts.js';
import { readKubeContext, type KubeContext } from '../cluster/kubeconfig.js';
import { ensureNamespace } from '../cluster/namespaces.js';
import { readPlatformRecord, writePlatformRecord, type PlatformRecord } from '../cluster/platform-record.js';
import { listTenants } from '../cluster/registry.js';
import { hasLoadBalancer, requireRelease, requireRights } from '../cluster/suitability.js';
import { InstallerError, usageError } from '../engine/errors.js';
import { runTasks, task, type Task } from '../engine/task-list.js';
import { listClusters, listLocations, readKubeconfig, serversOf, type ClusterSummary } from '../ionos/reads.js';
import { addressNote, usesCloud, type AddressSource } from '../tenant/address-source.js';
import { clusterName, SYSTEM_NAMESPACE } from '../tenant/resource-names.js';
import { counted } from '../tenant/text.js';
import { connectContext } from './adopted-platforms.js';
import { openRunFolder, type RunContext } from './context.js';
import { operator } from './history-entry.js';
import { openIonos, readManaged, type OpenPlatform } from './open-platform.js';
import { readLink, writeLink } from './platform-link.js';
import { labelCommands } from './shared-label.js';

export interface AdoptInput {
  name: string;
  kubeconfig: string;
  context: string | undefined;
  /** Undefined: found out. */
  addresses: AddressSource | undefined;
  /** IONOS location of the tenants' addresses, where it cannot be read from the cluster. */
  location: string | undefined;
}

/** An adopted platform, as the result shows it. */
export interface AdoptedPlatform {
  name: string;
  server: string;
  kubernetes: string;
  nodes: number;
  storageClass: string;
  addresses: AddressSource;
  location: string | null;
  /** Id of the managed cluster in IONOS Cloud; null for any other cluster. */
  clusterId: string | null;
}

interface Adoption {
  context: RunContext;
  input: AdoptInput;
  found: KubeContext;
  cluster: OpenPlatform['cluster'];
  kubernetes: string;
  nodes: number;
  storageClass: string;
  present: PlatformRecord | undefined;
  managed: ClusterSummary | undefined;
  addresses: AddressSource;
  /** Why these addresses, in a few words. */
  because: string;
  location: string | undefined;
}

/** An answer within one run; a name that stands for another cluster already must not come to stand for this one. */
const refuseOtherCluster = async (run: Adoption): Promise<void> => {
  const { name } = run.input;
  const link = await readLink(run.context.paths, name);
  const linked = link && (await readKubeContext(link.kubeconfig, link.context).catch(() => undefined));
  if (linked && linked.server !== run.found.server) {
    throw usageError({ code: 'platform-taken', what: `the platform ${name} is another cluster`, why: `on this machine it is ${linked.server} (context ${linked.context} of ${linked.path})`, next: ['Give this cluster another name with --platform.'] });
  }
  if (run.present && run.present.name !== name) {
    throw usageError({ code: 'platform-other-name', what: `this cluster is the platform ${run.present.name} already`, why: `${run.present.adoptedBy} adopted it on ${run.present.adoptedAt.slice(0, 10)}`, next: [`Use its name: --platform ${run.present.name}`] });
  }
};

/** First, because without rights nothing else of the cluster can be read either. */
const rights: Task<Adoption> = task('rights', 'Rights', async (run, self) => {
  run.kubernetes = await requireRelease(run.cluster);
  self.output = `this kubeconfig may make ${await requireRights(run.cluster)} of the kinds that onboarding needs`;
});

const reach: Task<Adoption> = task('cluster', 'Cluster', async (run, self) => {
  const { cluster } = run;
  run.present = await readPlatformRecord(cluster);
  await refuseOtherCluster(run);
  const [nodes, storageClass] = await Promise.all([readNodes(cluster), chooseStorageClass(cluster), discoverDns(cluster)]);
  const ready = nodes.filter((node) => node.ready).length;
  if (ready === 0) throw new InstallerError({ code: 'no-nodes', what: 'the cluster has no node that is ready', next: ['Look closer: kubectl get nodes', 'Nothing was changed.'] });
  [run.nodes, run.storageClass] = [ready, storageClass];
  self.output = `Kubernetes ${run.kubernetes}, ${ready} nodes ready, volumes of class ${storageClass}, DNS found`;
});

/** The managed cluster of the contract that this kubeconfig leads to: the one whose own kubeconfig names the same server. */
const findManaged = async (run: Adoption): Promise<ClusterSummary | undefined> => {
  if (!run.context.credentials) return undefined;
  const api = openIonos(run.context);
  const clusters = (await listClusters(api)).filter((each) => each.state === 'ACTIVE');
  let managed: ClusterSummary | undefined;
  for (const each of clusters) {
    if (!serversOf(await readKubeconfig(api, each.id)).includes(run.found.server)) continue;
    managed = each;
    break;
  }
  const namesake = clusters.find((each) => each.name === clusterName(run.input.name));
  if (namesake && namesake.id !== managed?.id) {
    throw usageError({ code: 'platform-taken', what: `the platform ${run.input.name} is another cluster`, why: `the contract has a managed cluster ${namesake.name}, which this kubeconfig does not lead to`, next: ['Give this cluster another name with --platform.'] });
  }
  return managed;
};

const chooseAddresses = async (run: Adoption): Promise<[AddressSource, string]> => {
  if (run.input.addresses) return [run.input.addresses, 'as asked for'];
  if (run.present) return [run.present.addresses, 'as recorded'];
  if (run.managed) return ['ip-block', `managed cluster ${run.managed.name}`];
  return (await hasLoadBalancer(run.cluster)) ? ['load-balancer', 'it has a load balancer; --address node-port if that is wrong'] : ['node-port', 'no load balancer was found; --address load-balancer if there is one'];
};

const chooseLocation = async (run: Adoption): Promise<string> => {
  const own = run.managed ? (await readManaged(openIonos(run.context), run.managed)).location : undefined;
  const location = run.input.location ?? own ?? run.present?.location;
  const offered = await listLocations(openIonos(run.context));
  if (location !== undefined && offered.includes(location)) return location;
  throw usageError({
    code: location === undefined ? 'location-missing' : 'location-unknown',
    what: location === undefined ? 'the location of the tenants\' addresses must be given' : `IONOS Cloud has no location ${location}`,
    why: location === undefined ? 'this kubeconfig leads to no managed cluster of the contract, so that it cannot be read' : `it has ${offered.join(', ')}`,
    next: ['Give the location of the nodes with --location, for example --location de/fra.'],
  });
};

const addresses: Task<Adoption> = task('addresses', 'Addresses', async (run, self) => {
  run.managed = await findManaged(run);
  await refuseForeignTenants(run);
  [run.addresses, run.because] = await chooseAddresses(run);
  if (run.present && run.present.addresses !== run.addresses) {
    throw usageError({ code: 'addresses-recorded', what: `the tenants of ${run.input.name} have their addresses from ${run.present.addresses}`, why: 'a platform has one kind of address for all its tenants', next: [`Leave --address out, or give --address ${run.present.addresses}.`] });
  }
  run.location = usesCloud(run.addresses) ? await chooseLocation(run) : undefined;
  self.output = usesCloud(run.addresses) ? `reserved IP blocks in ${run.location ?? ''} (${run.because})` : `${addressNote(run.addresses)} (${run.because})`;
});

/** Tenants that are there without a record belong to a platform that was made here, with addresses of its own kind. */
const refuseForeignTenants = async (run: Adoption): Promise<void> => {
  if (run.present || run.managed?.name === clusterName(run.input.name)) return;
  const tenants = await listTenants(run.cluster);
  if (tenants.length === 0) return;
  throw usageError({
    code: 'platform-has-tenants',
    what: 'this cluster is a platform already',
    why: `it has ${counted(tenants.length, 'tenant')} (${tenants.map(({ name }) => name).join(', ')}), and was not adopted but made by ionos-tenants`,
    next: ['Use it under its own name with credentials of its IONOS account; it need not be adopted.'],
  });
};

/** Before there are tenants is the best moment to mark what they will share: own nodes are refused until then. */
const tellOfSharedLabel = async ({ context, cluster, managed }: Adoption): Promise<void> => {
  const nodes = await readNodes(cluster);
  if (!managed || hasSharedPool(nodes)) return;
  const commands = labelCommands(nodes, (await readManaged(openIonos(context), managed)).managed);
  context.bus.emit({ type: 'notice', level: 'info', message: `Before a tenant can have nodes of its own here, mark those that the others share: ${commands.join(' and ')}` });
};

const sameFacts = (a: PlatformRecord | undefined, b: PlatformRecord): boolean => a !== undefined && a.addresses === b.addresses && a.location === b.location && a.clusterId === b.clusterId;

/**
 * Makes an existing cluster a platform: checks it, records in it what it is, and remembers on this machine how it is reached. Converges;
 * another operator adopts the same cluster to work on it too. Nothing that runs in the cluster is touched.
 */
export const adoptPlatform = async (context: RunContext, input: AdoptInput): Promise<{ changed: boolean; platform: AdoptedPlatform }> => {
  const found = await readKubeContext(input.kubeconfig, input.context);
  const folder = await openRunFolder(context);
  try {
    const { cluster } = await connectContext(context, folder, found);
    const run = { context, input, found, cluster } as Adoption;
    let changed = false;
    const record: Task<Adoption> = task('record', 'Record', async (_run, self) => {
      const wanted: PlatformRecord = {
        name: input.name,
        addresses: run.addresses,
        ...(run.location === undefined ? {} : { location: run.location }),
        ...(run.managed === undefined ? {} : { clusterId: run.managed.id }),
        adoptedAt: run.present?.adoptedAt ?? new Date().toISOString(),
        adoptedBy: run.present?.adoptedBy ?? operator(),
      };
      if (!sameFacts(run.present, wanted)) {
        await ensureNamespace(cluster, SYSTEM_NAMESPACE);
        await writePlatformRecord(cluster, wanted);
        changed = true;
      }
      const link = { kubeconfig: found.path, context: found.context, addresses: run.addresses };
      if (JSON.stringify(await readLink(context.paths, input.name)) !== JSON.stringify(link)) {
        await writeLink(context.paths, input.name, link);
        changed = true;
      }
      self.output = changed ? `in ${SYSTEM_NAMESPACE}, and on this machine` : 'unchanged';
    });
    await runTasks([rights, reach, addresses, record], run, { bus: context.bus, prefix: 'adopt' });
    context.bus.emit({ type: 'notice', level: 'warning', message: 'Whether this cluster enforces NetworkPolicies cannot be seen from outside. If it does not, its tenants can reach each other.' });
    await tellOfSharedLabel(run);
    return {
      changed,
      platform: { name: input.name, server: found.server, kubernetes: run.kubernetes, nodes: run.nodes, storageClass: run.storageClass, addresses: run.addresses, location: run.location ?? null, clusterId: run.managed?.id ?? null },
    };
  } finally {
    await folder.remove();
  }
};
