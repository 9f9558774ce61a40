import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import type { NodeCapacity } from '../tenant/capacity.js';
import { parseBytes, parseMillicores } from '../tenant/quantities.js';
import type { Cluster } from './client.js';
import type { NodeFacts } from './facts.js';

const isRunning = (pod: V1Pod): boolean => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

const sumRequests = (pods: readonly V1Pod[], resource: 'cpu' | 'memory', parse: (value: string) => number): number =>
  pods.reduce((sum, pod) => sum + (pod.spec?.containers ?? []).reduce((inner, container) => inner + parse(container.resources?.requests?.[resource] ?? '0'), 0), 0);

/**
 * What the nodes can hold and hold, for sizing. Nodes that are not ready or cordoned count as absent. `without` is a namespace that is not
 * counted, because its place is what is asked for.
 */
export const readCapacity = async (cluster: Cluster, nodes: readonly NodeFacts[], without?: string): Promise<NodeCapacity[]> => {
  const [allPods, allClaims] = await Promise.all([cluster.core.listPodForAllNamespaces(), cluster.core.listPersistentVolumeClaimForAllNamespaces()]);
  const counts = ({ metadata }: KubernetesObject): boolean => without === undefined || metadata?.namespace !== without;
  const [pods, claims] = [allPods.items.filter(counts), allClaims.items.filter(counts)];
  const mounted = (pod: V1Pod): number => (pod.spec?.volumes ?? []).filter((volume) => volume.persistentVolumeClaim !== undefined).length;
  // Claims whose pods are not placed yet will need a slot somewhere: they are counted on the first node.
  const placed = pods.filter((pod) => pod.spec?.nodeName !== undefined).reduce((sum, pod) => sum + mounted(pod), 0);
  const unplaced = Math.max(0, claims.length - placed);
  return nodes
    .filter((node) => node.ready)
    .map((node, index) => {
      const own = pods.filter((pod) => pod.spec?.nodeName === node.name && isRunning(pod));
      return {
        name: node.name,
        allocatable: { millicores: parseMillicores(node.cpu), memory: parseBytes(node.memory), pods: node.pods, volumes: node.volumeSlots },
        requested: {
          millicores: sumRequests(own, 'cpu', parseMillicores),
          memory: sumRequests(own, 'memory', parseBytes),
          pods: own.length,
          volumes: own.reduce((sum, pod) => sum + mounted(pod), 0) + (index === 0 ? unplaced : 0),
        },
      };
    });
};
