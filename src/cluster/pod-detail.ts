import type { V1Container, V1ContainerState, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Allotment, ContainerState, ContainerView, PodDetail } from '../engine/fleet-view.js';
import { parseBytes, parseMillicores } from '../tenant/quantities.js';

const iso = (time: Date | string | undefined | null): string | undefined => (time === undefined || time === null ? undefined : new Date(time).toISOString());

const withFacts = (words: string, well: boolean, since: string | undefined, message: string | undefined): ContainerState => ({ words, well, ...(since === undefined ? {} : { since }), ...(message ? { message } : {}) });

/** States that come before running, and are no reason to worry. */
const PASSING = ['ContainerCreating', 'PodInitializing'];

const stateOf = (state: V1ContainerState | undefined): ContainerState | undefined => {
  if (state?.running) return withFacts('running', true, iso(state.running.startedAt), undefined);
  if (state?.terminated) {
    const { exitCode, reason, finishedAt, message } = state.terminated;
    return withFacts(`ended with ${exitCode}${reason === undefined || reason === 'Completed' || reason === 'Error' ? '' : ` (${reason})`}`, exitCode === 0, iso(finishedAt), message);
  }
  if (state?.waiting) return withFacts(`waiting: ${state.waiting.reason ?? 'no reason given'}`, PASSING.includes(state.waiting.reason ?? ''), undefined, state.waiting.message);
  return undefined;
};

const allotment = (container: V1Container, resource: 'cpu' | 'memory', parse: (value: string) => number): Allotment => {
  const read = (value: string | undefined): number | null => (value === undefined ? null : parse(value));
  return { request: read(container.resources?.requests?.[resource]), limit: read(container.resources?.limits?.[resource]) };
};

const containerView = (container: V1Container, status: V1ContainerStatus | undefined, init: boolean): ContainerView => {
  const before = stateOf(status?.lastState);
  return {
    name: container.name,
    init,
    image: container.image ?? '',
    restarts: status?.restartCount ?? 0,
    state: stateOf(status?.state) ?? { words: 'not started', well: true },
    ...(before === undefined ? {} : { before }),
    cpu: allotment(container, 'cpu', parseMillicores),
    memory: allotment(container, 'memory', parseBytes),
  };
};

/** What `kubectl describe` tells of a pod and an operator looks for: its containers, how they are, how they ended before. */
export const podDetail = (pod: V1Pod): PodDetail => {
  const [owner] = pod.metadata?.ownerReferences ?? [];
  const views = (containers: V1Container[] | undefined, statuses: V1ContainerStatus[] | undefined, init: boolean): ContainerView[] =>
    (containers ?? []).map((container) => containerView(container, statuses?.find(({ name }) => name === container.name), init));
  return {
    ip: pod.status?.podIP ?? '',
    owner: owner === undefined ? '' : `${owner.kind}/${owner.name}`,
    containers: [...views(pod.spec?.containers, pod.status?.containerStatuses, false), ...views(pod.spec?.initContainers, pod.status?.initContainerStatuses, true)],
  };
};
