import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../cluster/client.js';
import { readNodes, type NodeFacts } from '../cluster/facts.js';
import { InstallerError, usageError } from '../engine/errors.js';
import type { Move, PlannedChange } from '../engine/events.js';
import { sleep } from '../engine/interrupts.js';
import { namespaceOf, nodePoolLabel, ownInfrastructureName, POOL_LABEL } from '../tenant/resource-names.js';
import { removesOwnNodes } from '../terraform/protect.js';
import type { Onboarding } from './onboarding.js';
import { presentSpec } from './present-spec.js';

/** Nodes that were made for this tenant alone. */
export const ownNodesOf = (nodes: readonly NodeFacts[], tenant: string): NodeFacts[] => nodes.filter(({ labels }) => labels[POOL_LABEL] === nodePoolLabel(tenant));

/** Pods of the tenant on its own nodes, finished Jobs aside: they hold nothing. */
export const podsOnOwnNodes = async (cluster: Cluster, tenant: string): Promise<V1Pod[]> => {
  const own = new Set(ownNodesOf(await readNodes(cluster), tenant).map(({ name }) => name));
  return (await cluster.core.listNamespacedPod({ namespace: namespaceOf(tenant) })).items.filter(({ spec, status }) => own.has(spec?.nodeName ?? '') && status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
};

/** Pause between two looks for nodes that are on their way into the cluster. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Waits until all own nodes are in the cluster with an address: a pool is ACTIVE a little earlier, and the rules that are written next name
 * every node, so that no pod of this tenant is taken for one elsewhere. Returns all nodes. Throws InstallerError `nodes-missing`.
 */
export const untilOwnNodesAreThere = async (run: Pick<Onboarding, 'context' | 'tenant' | 'preset' | 'input'>, cluster: Cluster): Promise<NodeFacts[]> => {
  const { name } = run.tenant;
  const { count } = run.preset.ownNodes;
  for (const started = Date.now(); ; ) {
    const nodes = await readNodes(cluster);
    const there = ownNodesOf(nodes, name).filter(({ addresses }) => addresses.length > 0).length;
    if (there >= count) return nodes;
    if (Date.now() - started > run.input.timeoutMs) {
      throw new InstallerError({
        code: 'nodes-missing',
        what: `the nodes of ${name} have not come into the cluster`,
        why: `${there} of ${count} are there after ${Math.round(run.input.timeoutMs / 1000)} s, though their pool is`,
        next: ['Run the same command again: it waits again. --timeout sets how long.', `See which nodes there are: kubectl get nodes -l ${POOL_LABEL}=${nodePoolLabel(name)}`],
      });
    }
    await sleep(Math.min(LOOK_AGAIN_MS, run.input.timeoutMs), run.context.interrupts.signal);
  }
};

/**
 * Which way the tenant's pods have to move. Away from its own nodes as long as those are there, whatever the registry says: it holds the new
 * settings from the moment at which a change begins.
 */
export const moveOf = (run: Onboarding, nodes: readonly NodeFacts[]): Move | undefined => {
  const before = presentSpec(run.record);
  if (!before) return undefined;
  if (run.tenant.isolation === 'namespace') return ownNodesOf(nodes, run.tenant.name).length > 0 ? 'to-shared' : undefined;
  return run.tenant.isolation === 'node-pool' && before.isolation === 'namespace' ? 'to-own' : undefined;
};

/** Whether a plan takes the tenant's own nodes away, which is only done once nothing of it runs there. */
export const leavesOwnNodes = (changes: readonly PlannedChange[]): boolean => changes.some(removesOwnNodes);

/** Only a tenant that is there can leave nodes of its own: one that is new has none, so that a plan which removes some has another cause. */
export const mayLeaveOwnNodes = (run: Onboarding): boolean => run.tenant.isolation === 'namespace' && presentSpec(run.record) !== undefined;

const unfinished = ({ tenant, context }: Onboarding, open: readonly string[]): Error =>
  usageError({
    code: 'onboarding-unfinished',
    what: `${tenant.name} cannot leave its own nodes before it is there as a whole`,
    why: `not there yet: ${open.join(', ')}`,
    next: [`Finish it on its own nodes first: ${context.command(`update ${tenant.name} --isolation node-pool`)}`, 'Nothing was changed.'],
  });

const unknownNodes = ({ tenant, context }: Onboarding): Error =>
  usageError({
    code: 'own-nodes-unknown',
    what: `${tenant.name} has nodes of its own that terraform does not know`,
    why: 'a run that made them was killed before it could note them, so that nothing would remove them',
    next: [`Take them over: ${context.command(`update ${tenant.name} --isolation node-pool`)}`, `Then leave them: ${context.command(`update ${tenant.name} --isolation namespace`)}`, 'Nothing was changed.'],
  });

/**
 * Refuses a plan under which the order cannot be kept (first everything that stays, then the pods, then the nodes), or which would forget
 * nodes. `poolNames` reads those of the cluster. Throws InstallerError `onboarding-unfinished` or `own-nodes-unknown`.
 */
export const refuseForgottenNodes = async (run: Onboarding, changes: readonly PlannedChange[], poolNames: () => Promise<string[]>): Promise<void> => {
  if (!mayLeaveOwnNodes(run)) return;
  if (!leavesOwnNodes(changes)) {
    if ((await poolNames()).includes(ownInfrastructureName(run.input.platform.name, run.tenant.name))) throw unknownNodes(run);
    return;
  }
  const open = changes.filter(({ action }) => action === 'create').map(({ address }) => address);
  if (open.length > 0) throw unfinished(run, open);
};
