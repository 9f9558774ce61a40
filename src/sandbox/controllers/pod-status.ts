import { timestamp } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { setCondition } from './conditions.js';

/** An event that the kubelet writes about a pod. */
export interface Note {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** The next thing that happens to a pod on its node. */
export interface Step {
  /** Tells this step from every other one of the pod. */
  id: string;
  /** Milliseconds at speed 1 until it happens. */
  afterMs: number;
  /** Written when the waiting begins. */
  before?: Note[];
  apply(pod: KubeObject): void;
  /** Written when it has happened. */
  after?: Note[];
}

export const note = (reason: string, message: string): Note => ({ type: 'Normal', reason, message });
export const warning = (reason: string, message: string): Note => ({ type: 'Warning', reason, message });

export const containersOf = (pod: KubeObject, field: 'containers' | 'initContainers'): Loose[] => (pod.spec?.[field] ?? []) as Loose[];
export const statusesOf = (pod: KubeObject, field: 'containerStatuses' | 'initContainerStatuses'): Loose[] => (pod.status?.[field] ?? []) as Loose[];

export const started = (name: string): Note[] => [note('Created', `Created container: ${name}`), note('Started', `Started container ${name}`)];
export const pulled = (image: string): Note => note('Pulled', `Successfully pulled image "${image}"`);

export const running = (): Loose => ({ running: { startedAt: timestamp() } });
export const ended = (status: Loose, exitCode: number, reason: string, message?: string): Loose => ({
  terminated: {
    exitCode,
    reason,
    ...(message === undefined ? {} : { message }),
    startedAt: (status['state']?.running?.startedAt as string | undefined) ?? timestamp(),
    finishedAt: timestamp(),
    containerID: status['containerID'] as string,
  },
});

export const begin = (status: Loose, container: Loose, ready: boolean): void => {
  const image = String(container['image']);
  Object.assign(status, { state: running(), started: true, ready, imageID: image, containerID: `sandbox://${String(container['name'])}-${Number(status['restartCount'] ?? 0)}` });
};

export const refreshConditions = (pod: KubeObject): void => {
  const waiting = statusesOf(pod, 'containerStatuses').filter((status) => !status['ready']).map((status) => String(status['name']));
  const ok = waiting.length === 0;
  const why = ok ? [] : ['ContainersNotReady', `containers with unready status: [${waiting.join(' ')}]`];
  setCondition(pod.status as Loose, 'ContainersReady', ok, ...why);
  setCondition(pod.status as Loose, 'Ready', ok, ...why);
};
