import type { Cluster } from '../cluster/client.js';
import { hasSharedPool, ownersOfNodes, unplacedTenants, type NodeFacts } from '../cluster/facts.js';
import { usageError } from '../engine/errors.js';
import { nodePoolLabel, POOL_LABEL, SHARED_POOL } from '../tenant/resource-names.js';
import { cellOf, type Onboarding } from './onboarding.js';
import type { ManagedCluster } from './open-platform.js';
import { presentSpec } from './present-spec.js';

/** What keeps nodes of one tenant's own from being that: nothing stops pods that select no pool from landing there. */
export interface Mixing {
  why: string;
  /** Commands that end it, in their order. */
  next: string[];
}

/**
 * The commands that mark a platform's nodes as shared: the pools, because IONOS makes their nodes anew about once a week, and the nodes that
 * are there. ionosctl replaces a pool's labels, so that those it has stand in the command too.
 */
export const labelCommands = (nodes: readonly NodeFacts[], managed: ManagedCluster | undefined): string[] => {
  const pools = (managed?.pools ?? []).filter(({ labels }) => labels[POOL_LABEL] === undefined);
  const bare = nodes.filter(({ labels }) => labels[POOL_LABEL] === undefined).map(({ name }) => name);
  return [
    ...pools.map(({ id, labels }) => `ionosctl k8s nodepool update --cluster-id ${managed?.id} --nodepool-id ${id} --labels ${Object.entries({ ...labels, [POOL_LABEL]: SHARED_POOL }).map(([key, value]) => `${key}=${value}`).join(',')}`),
    ...(bare.length === 0 ? [] : [`kubectl label node ${bare.join(' ')} ${POOL_LABEL}=${SHARED_POOL}`]),
  ];
};

/** What is wrong with how tenants are kept to nodes; undefined when every pod is. `except` is not looked at: it is about to be placed. */
export const mixingOf = async (cluster: Cluster, nodes: readonly NodeFacts[], managed: ManagedCluster | undefined, command: (words: string) => string, except?: string): Promise<Mixing | undefined> => {
  const unplaced = (await unplacedTenants(cluster)).filter((tenant) => tenant !== except);
  const unmarked = !hasSharedPool(nodes);
  if (!unmarked && unplaced.length === 0) return undefined;
  return {
    why: [
      ...(unmarked ? [`no node carries the label ${POOL_LABEL}=${SHARED_POOL}, by which other tenants' pods are kept to shared nodes`] : []),
      ...(unplaced.length === 0 ? [] : [`pods of ${unplaced.join(', ')} select no nodes`]),
    ].join('; '),
    next: [
      ...(unmarked ? labelCommands(nodes, managed).map((words, index) => `${index === 0 ? 'Mark the shared nodes, and the pools from which they come' : 'And'}: ${words}`) : []),
      ...unplaced.map((tenant) => `Keep ${tenant} to them: ${command(`update ${tenant}`)}`),
    ],
  };
};

/**
 * Refuses what would put pods of one tenant on nodes of another one's own, or make such nodes where nothing would keep others away; where
 * no node is marked, the model gateway would be let loose too. A tenant that has its own nodes already is only told of tenants that have to
 * be updated. Throws InstallerError `nodes-not-marked`.
 */
export const requireSharedLabel = async (run: Onboarding, nodes: readonly NodeFacts[]): Promise<void> => {
  const { tenant, platform, context } = run;
  if (!platform || tenant.isolation === 'cluster') return;
  const ofOthers = ownersOfNodes(nodes).filter((label) => label !== nodePoolLabel(tenant.name));
  const wantsOwn = tenant.isolation === 'node-pool';
  // Its own pods are kept by the label alone; whether others' are too is a matter of nodes of its own.
  if (!wantsOwn && (ofOthers.length === 0 || hasSharedPool(nodes))) return;
  const mixing = await mixingOf(cellOf(run).cluster, nodes, platform.managed, context.command, tenant.name);
  if (!mixing) return;
  if (wantsOwn && hasSharedPool(nodes) && run.move === undefined && presentSpec(run.record)) {
    context.bus.emit({ type: 'notice', level: 'warning', message: `The nodes of ${tenant.name} are not its own alone: ${mixing.why}. ${mixing.next.join(' ')}` });
    return;
  }
  throw usageError({
    code: 'nodes-not-marked',
    what: wantsOwn ? `nodes of ${tenant.name}'s own would not be its own alone` : `${tenant.name} could land on nodes that ${ofOthers.join(', ')} ${ofOthers.length === 1 ? 'has' : 'have'} for itself`,
    why: mixing.why,
    next: [...mixing.next, 'Then run the same command again. Nothing was changed.'],
  });
};
