import { parseQuantity } from '../kubernetes-door/quantity.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { matchesSelector } from '../kubernetes-door/selectors.js';
import type { ObjectStore } from '../kubernetes-door/store.js';
import { hasEnded } from './pod-template.js';

const requestOf = (pod: KubeObject, resource: string): number =>
  ((pod.spec?.containers ?? []) as Loose[]).reduce((sum, container) => sum + parseQuantity(container['resources']?.requests?.[resource]), 0);

export const claimNames = (pod: KubeObject): string[] =>
  ((pod.spec?.volumes ?? []) as Loose[]).flatMap((volume) => (volume['persistentVolumeClaim'] ? [String(volume['persistentVolumeClaim'].claimName)] : []));

const tolerates = (pod: KubeObject, taint: Loose): boolean =>
  ((pod.spec?.tolerations ?? []) as Loose[]).some(
    (toleration) =>
      (toleration['key'] === undefined || toleration['key'] === taint['key']) &&
      (toleration['operator'] === 'Exists' || (toleration['value'] ?? '') === (taint['value'] ?? '')) &&
      (toleration['effect'] === undefined || toleration['effect'] === taint['effect']),
  );

const fitsAffinity = (pod: KubeObject, node: KubeObject): boolean => {
  if (!matchesSelector({ matchLabels: (pod.spec?.nodeSelector ?? {}) as Record<string, string> }, node.metadata.labels)) return false;
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms as Loose[] | undefined;
  return !terms || terms.some((term) => matchesSelector({ matchExpressions: (term['matchExpressions'] ?? []) as [] }, node.metadata.labels));
};

/** Why a node cannot take a pod, in the scheduler's words; undefined if it can. */
const obstacle = (store: ObjectStore, pod: KubeObject, node: KubeObject): string | undefined => {
  if (node.spec?.unschedulable === true) return 'node(s) were unschedulable';
  if (!fitsAffinity(pod, node)) return "node(s) didn't match Pod's node affinity/selector";
  if (((node.spec?.taints ?? []) as Loose[]).some((taint) => taint['effect'] !== 'PreferNoSchedule' && !tolerates(pod, taint))) return 'node(s) had untolerated taint(s)';
  const guests = store.list('Pod').filter((other) => other.spec?.nodeName === node.metadata.name && !hasEnded(other));
  for (const resource of ['cpu', 'memory']) {
    const free = parseQuantity(node.status?.allocatable?.[resource]) - guests.reduce((sum, guest) => sum + requestOf(guest, resource), 0);
    if (requestOf(pod, resource) > free + 1e-9) return `Insufficient ${resource}`;
  }
  const limit = (store.find('CSINode', undefined, node.metadata.name)?.spec?.drivers as Loose[] | undefined)?.[0]?.['allocatable']?.count as number | undefined;
  const volumes = guests.flatMap(claimNames).length + claimNames(pod).length;
  if (limit !== undefined && claimNames(pod).length > 0 && volumes > limit) return 'node(s) exceed max volume count';
  return undefined;
};

/** The node with the fewest pods among those that can take it, or the scheduler's explanation why none can. */
export const chooseNode = (store: ObjectStore, pod: KubeObject): { node: KubeObject } | { why: string } => {
  const nodes = store.list('Node');
  if (nodes.length === 0) return { why: 'no nodes available to schedule pods' };
  const reasons = new Map<string, number>();
  const fitting: KubeObject[] = [];
  for (const node of nodes) {
    const why = obstacle(store, pod, node);
    if (why === undefined) fitting.push(node);
    else reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  const load = (node: KubeObject): number => store.list('Pod').filter((other) => other.spec?.nodeName === node.metadata.name).length;
  const [best] = fitting.map((node) => ({ node, load: load(node) })).sort((a, b) => a.load - b.load);
  if (best) return { node: best.node };
  return { why: `0/${nodes.length} nodes are available: ${[...reasons].map(([why, count]) => `${count} ${why}`).join(', ')}.` };
};
