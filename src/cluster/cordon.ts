import type { V1Node } from '@kubernetes/client-node';
import { POOL_LABEL } from '../tenant/resource-names.js';
import { orUndefined, statusOf, type Cluster } from './client.js';

/** On nodes that we have closed: those that somebody else has cordoned are not ours to open. */
const CLOSED = 'ionos-tenants.io/closed';

/** The node as it should be; undefined when it is that already. */
const changed = (node: V1Node, closed: boolean): V1Node | undefined => {
  const { [CLOSED]: mark, ...annotations } = node.metadata?.annotations ?? {};
  if (closed) return node.spec?.unschedulable === true ? undefined : { ...node, metadata: { ...node.metadata, annotations: { ...annotations, [CLOSED]: 'true' } }, spec: { ...node.spec, unschedulable: true } };
  if (mark === undefined) return undefined;
  const { unschedulable: _closed, ...spec } = node.spec ?? {};
  return { ...node, metadata: { ...node.metadata, annotations }, spec };
};

const setClosed = async (cluster: Cluster, name: string, closed: boolean): Promise<void> => {
  for (;;) {
    const node = await orUndefined(cluster.core.readNode({ name }));
    const body = node && changed(node, closed);
    if (!body) return;
    try {
      await cluster.core.replaceNode({ name, body });
      return;
    } catch (error) {
      // Its kubelet has written in between.
      if (statusOf(error) !== 409) throw error;
    }
  }
};

/** Closes the nodes of a pool to new pods, or opens those again that were closed by this. Pods that run there stay. */
export const closePool = async (cluster: Cluster, pool: string, closed: boolean): Promise<void> => {
  for (const { metadata } of (await cluster.core.listNode({ labelSelector: `${POOL_LABEL}=${pool}` })).items) await setClosed(cluster, metadata?.name ?? '', closed);
};
