import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from './client.js';
import { readNodes, unreadyWords } from './facts.js';
import { podView } from './pods.js';

/** Why something does not come up: the cause with its own words, and what to do about it. */
export interface Cause {
  why: string;
  next: string[];
}

/** Pods whose cause is looked up; the others have the same one as a rule. */
const MOST_PODS = 3;
const MOST_LETTERS = 300;

const short = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_LETTERS);

/** The newest warning about an object, as `Reason: message`. */
export const lastWarning = async (cluster: Cluster, namespace: string, kind: string, name: string): Promise<string | undefined> => {
  const { items } = await cluster.core.listNamespacedEvent({ namespace, fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name}` });
  const at = (event: (typeof items)[number]): number => new Date(event.lastTimestamp ?? event.eventTime ?? 0).getTime();
  const newest = items.filter((event) => event.type === 'Warning').sort((a, b) => at(a) - at(b)).at(-1);
  return newest && short(`${newest.reason ?? 'Warning'}: ${newest.message ?? ''}`);
};

const statusesOf = (pod: V1Pod): V1ContainerStatus[] => [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
const waitingFor = (pod: V1Pod, ...reasons: string[]): V1ContainerStatus | undefined => statusesOf(pod).find(({ state }) => reasons.includes(state?.waiting?.reason ?? ''));

const imageCause = (pod: V1Pod): Cause | undefined => {
  const status = waitingFor(pod, 'ImagePullBackOff', 'ErrImagePull', 'InvalidImageName');
  if (!status) return undefined;
  return {
    why: `${status.state?.waiting?.reason ?? ''}: image cannot be pulled: ${status.image} (${short(status.state?.waiting?.message ?? 'no reason given')})`,
    next: [`Check that the image exists and that the nodes reach its registry: ${status.image}`],
  };
};

const crashCause = async (cluster: Cluster, pod: V1Pod): Promise<Cause | undefined> => {
  const status = waitingFor(pod, 'CrashLoopBackOff');
  if (!status) return undefined;
  const [name, namespace] = [pod.metadata?.name ?? '', pod.metadata?.namespace ?? ''];
  const ended = status.lastState?.terminated;
  const log = await cluster.core.readNamespacedPodLog({ name, namespace, container: status.name, previous: true, tailLines: 1 }).catch(() => '');
  const line = short(log.trim().split('\n').at(-1) ?? '');
  return {
    why: `crash loop (CrashLoopBackOff) of container ${status.name}, exit code ${ended?.exitCode ?? 'unknown'}${ended?.reason === undefined ? '' : ` (${ended.reason})`}${line === '' ? '' : `, its last line: ${line}`}`,
    next: [`Read its log: kubectl -n ${namespace} logs ${name} -c ${status.name} --previous`],
  };
};

const claimCause = async (cluster: Cluster, pod: V1Pod): Promise<Cause | undefined> => {
  const namespace = pod.metadata?.namespace ?? '';
  for (const name of (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => (claim ? [claim.claimName] : []))) {
    const claim = await cluster.core.readNamespacedPersistentVolumeClaim({ name, namespace });
    if (claim.status?.phase === 'Bound') continue;
    const warning = await lastWarning(cluster, namespace, 'PersistentVolumeClaim', name);
    // A claim that nothing is wrong with waits for its pod to find a node.
    if (warning === undefined) continue;
    return {
      why: `claim ${name} gets no volume: ${warning}`,
      next: [`Look closer: kubectl -n ${namespace} describe pvc ${name}`, "Check the contract's storage limits, and the volumes of the nodes in the DCD."],
    };
  }
  return undefined;
};

const placeCause = async (cluster: Cluster, pod: V1Pod): Promise<Cause | undefined> => {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  const unready = unreadyWords(await readNodes(cluster));
  return { why: `${scheduled.message ?? 'it finds no node'}${unready === '' ? '' : `; ${unready}`}`, next: [unready === '' ? 'Look at the nodes: kubectl describe nodes' : 'Look at the nodes: kubectl describe nodes, and at their node pool in the DCD.'] };
};

const causeOf = async (cluster: Cluster, pod: V1Pod): Promise<Cause> => {
  const found = imageCause(pod) ?? (await crashCause(cluster, pod)) ?? (await claimCause(cluster, pod)) ?? (await placeCause(cluster, pod));
  if (found) return found;
  const warning = await lastWarning(cluster, pod.metadata?.namespace ?? '', 'Pod', pod.metadata?.name ?? '');
  return { why: [podView(pod).reason, ...(warning === undefined ? [] : [warning])].join('; '), next: [] };
};

/** Why these pods do not come up. Never throws: where the cluster cannot be asked, what the pods themselves say has to do. */
export const explainPods = async (cluster: Cluster, pods: readonly V1Pod[]): Promise<Cause> => {
  const named = await Promise.all(
    pods.slice(0, MOST_PODS).map(async (pod) => {
      const cause = await causeOf(cluster, pod).catch((): Cause => ({ why: podView(pod).reason, next: [] }));
      return { ...cause, why: `${pod.metadata?.name ?? ''}: ${cause.why}` };
    }),
  );
  const others = pods.length - named.length;
  return { why: [...named.map(({ why }) => why), ...(others > 0 ? [`and ${others} more`] : [])].join('; '), next: [...new Set(named.flatMap(({ next }) => next))] };
};
