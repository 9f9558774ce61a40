import { readCapacity } from '../cluster/capacity.js';
import type { NodeFacts } from '../cluster/facts.js';
import { usageError } from '../engine/errors.js';
import { listNodePools, type NodePoolSummary } from '../ionos/reads.js';
import { capacityOf, fitTenant, plannedNodes, type NodeCapacity } from '../tenant/capacity.js';
import type { NodePool, TenantPreset } from '../tenant/preset.js';
import { describeBytes, formatBytes, GIB, MIB, parseBytes } from '../tenant/quantities.js';
import { namespaceOf, ownInfrastructureName } from '../tenant/resource-names.js';
import { usageOf, type TenantUsage } from '../tenant/sizing.js';
import { counted } from '../tenant/text.js';
import { cellOf, hasCell, ionosOf, type Onboarding } from './onboarding.js';
import { findOwnCluster } from './own-cluster.js';
import { presentSpec } from './present-spec.js';

/**
 * What a node pool is made with and keeps. IONOS lets nobody change it, but for the type of server, and for that it rebuilds every node:
 * nothing that should happen beside another change.
 */
const FIXED = ['serverType', 'cores', 'memory', 'storage', 'storageType'] as const;

type Sizes = Pick<NodePool, (typeof FIXED)[number]>;

/** The sizes of nodes that are there, as a preset writes them. */
const sizesOf = ({ serverType, coresCount, ramSize, storageSize, storageType }: NodePoolSummary): Sizes => ({
  serverType: serverType as NodePool['serverType'],
  cores: coresCount,
  memory: formatBytes(ramSize * MIB),
  storage: formatBytes(storageSize * GIB),
  storageType: storageType as NodePool['storageType'],
});

const isSame = (key: keyof Sizes, a: Sizes, b: Sizes): boolean => (key === 'memory' || key === 'storage' ? parseBytes(a[key]) === parseBytes(b[key]) : a[key] === b[key]);

const inWords = ({ serverType, cores, memory, storage, storageType }: Sizes): string => `${counted(cores, 'core')}, ${describeBytes(parseBytes(memory))} of memory and ${describeBytes(parseBytes(storage))} of ${storageType} (${serverType})`;

/** The pool of the tenant's own nodes, where they are; undefined where there is none, and of one that FAILED, which is made anew. */
export const ownPoolOf = async (run: Onboarding): Promise<NodePoolSummary | undefined> => {
  const { platform, tenant, input } = run;
  if (tenant.isolation === 'namespace' || !platform?.managed) return undefined;
  const ownCluster = tenant.isolation === 'cluster' ? await findOwnCluster(ionosOf(run), input.platform.name, tenant.name) : undefined;
  const pools = tenant.isolation === 'node-pool' ? platform.managed.pools : ownCluster ? await listNodePools(ionosOf(run), ownCluster.id) : [];
  return pools.find(({ name, state }) => name === ownInfrastructureName(input.platform.name, tenant.name) && state !== 'FAILED');
};

/** The nodes as pods will find them: those that are there, without what this tenant has on them, and the others as they are planned. */
const nodesFor = ({ tenant, platformPreset }: Onboarding, { ownNodes }: Pick<TenantPreset, 'ownNodes'>, present: readonly NodeCapacity[]): NodeCapacity[] => {
  // In a cluster of its own its nodes also carry its model gateway.
  const replicas = tenant.isolation === 'cluster' ? platformPreset.modelGateway.replicas : 0;
  const planned = plannedNodes({ ...platformPreset, nodes: { ...platformPreset.nodes, ...ownNodes }, modelGateway: { ...platformPreset.modelGateway, replicas } });
  return planned.map((node, index) => present[index] ?? node);
};

/** More nodes than this of one size are no answer to anybody who asked for larger ones. */
const MOST_NODES = 10;

/** The number of nodes of the size that is there on which the tenant would run as it is wanted, one of several spare; undefined: no such number. */
const countThatFits = (run: Onboarding, sizes: Sizes, from: number, usage: TenantUsage, present: readonly NodeCapacity[]): number | undefined => {
  const headroomNodes = run.preset.ownNodes.count > 1 ? 1 : 0;
  for (let count = from; count <= MOST_NODES; count += 1) {
    const nodes = nodesFor(run, { ownNodes: { ...run.preset.ownNodes, ...sizes, count } }, present);
    if (fitTenant(usage, capacityOf(nodes, { headroomNodes })).fits) return count;
  }
  return undefined;
};

/** The way to the settings that are wanted: the flags that gave them, once the nodes of the old size are gone. */
const flagsOf = (run: Onboarding): string => {
  const before = presentSpec(run.record);
  const { preset, overrides } = run.tenant;
  return [before?.preset === preset ? '' : ` --preset ${preset}`, JSON.stringify(before?.overrides) === JSON.stringify(overrides) ? '' : ' --file <file>'].join('');
};

/** Other settings of its own nodes than those that are there can only be had with other nodes. */
const otherSizes = (run: Onboarding, pool: NodePoolSummary, count: number | undefined): Error => {
  const { context, tenant, preset } = run;
  const is = sizesOf(pool);
  const kept = FIXED.filter((key) => !isSame(key, is, preset.ownNodes)).map((key) => [`ownNodes.${key}`, is[key]] as const);
  const overrides = { ...tenant.overrides, ...Object.fromEntries(kept), ...(count === undefined || count === preset.ownNodes.count ? {} : { 'ownNodes.count': count }) };
  const keep = `keep nodes of this size${count === undefined || count === pool.nodeCount ? '' : `, ${count} of them`}, in the tenant's file: overrides: { ${Object.entries(overrides).map(([path, value]) => `${path}: ${value}`).join(', ')} }`;
  const ways =
    tenant.isolation === 'cluster'
      ? [`Onboard a second tenant of that size, and move the content with the applications' own export and import: ${context.command(`create <name> --isolation cluster${flagsOf(run)}`)}`]
      : [`Leave them for the shared nodes, with which they go: ${context.command(`update ${tenant.name} --isolation namespace`)}`, `Then take new ones: ${context.command(`update ${tenant.name} --isolation node-pool${flagsOf(run)}`)}`];
  return usageError({
    code: 'own-nodes-fixed',
    what: `the nodes of ${tenant.name} cannot get another size or type`,
    why: `each has ${inWords(is)}, and ${inWords(preset.ownNodes)} are asked for; of a pool that is there only the number of nodes is changed`,
    next: [...ways, ...(count === undefined ? [] : [`Or ${keep}`]), 'Nothing was changed.'],
  });
};

const tooSmall = (run: Onboarding, why: string): Error =>
  usageError({
    code: 'own-nodes-small',
    what: `the nodes of ${run.tenant.name}'s own have no room for it`,
    why: `on ${counted(run.preset.ownNodes.count, 'node')} of ${inWords(run.preset.ownNodes)}: ${why}`,
    next: ['Give it more or larger nodes in the tenant\'s file: overrides: { ownNodes.count, ownNodes.cores, ownNodes.memory }', 'Or take a larger preset, whose nodes are larger too.', 'Nothing was changed.'],
  });

/**
 * Refuses what nodes of the tenant's own cannot become, and what would not fit on them: terraform would stop at the first, and pods would
 * wait for ever for the second. `own` are those that are there. Throws InstallerError `own-nodes-fixed` or `own-nodes-small`.
 */
export const requireOwnNodes = async (run: Onboarding, pool: NodePoolSummary | undefined, own: readonly NodeFacts[]): Promise<void> => {
  const usage = usageOf(run.preset, run.tenant);
  const present = own.length > 0 && hasCell(run) ? await readCapacity(cellOf(run).cluster, own, namespaceOf(run.tenant.name)) : [];
  if (pool && FIXED.some((key) => !isSame(key, sizesOf(pool), run.preset.ownNodes))) throw otherSizes(run, pool, countThatFits(run, sizesOf(pool), Math.max(pool.nodeCount, run.preset.ownNodes.count), usage, present));
  const fit = fitTenant(usage, capacityOf(nodesFor(run, run.preset, present), { headroomNodes: 0 }));
  if (!fit.fits) throw tooSmall(run, fit.why);
};
