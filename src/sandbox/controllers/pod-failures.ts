import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { begin, containersOf, ended, note, refreshConditions, started, statusesOf, warning } from './pod-status.js';
import type { Note, Step } from './pod-status.js';
import { MOST_RESTARTS, phaseMs, restartDelayMs } from './pod-timing.js';

/** Domains that by definition lead nowhere (RFC 2606): an image from there cannot be pulled, here as anywhere. */
export const isUnreachable = (image: string): boolean => /^[^/]+\.invalid(:\d+)?\//.test(image);

const waitingStep = (id: string, afterMs: number, names: readonly string[], reason: string, message: string, after: Note[]): Step => ({
  id,
  afterMs,
  apply: (pod) => {
    for (const status of [...statusesOf(pod, 'initContainerStatuses'), ...statusesOf(pod, 'containerStatuses')]) {
      if (names.includes(String(status['name']))) status['state'] = { waiting: { reason, message } };
    }
  },
  after,
});

/** First the pull fails, then the kubelet backs off. Nothing follows until the cause is gone. */
export const pullFailure = (container: Loose, status: Loose, afterMs: number): Step | undefined => {
  const [name, image] = [String(container['name']), String(container['image'])];
  const why = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": not found`;
  const backOff = `Back-off pulling image "${image}"`;
  switch (status['state']?.waiting?.reason) {
    case 'ImagePullBackOff':
      return undefined;
    case 'ErrImagePull':
      return waitingStep(`${name} back-off`, 1000, [name], 'ImagePullBackOff', backOff, [note('BackOff', backOff), warning('Failed', 'Error: ImagePullBackOff')]);
    default:
      return { ...waitingStep(`${name} pull fails`, afterMs, [name], 'ErrImagePull', why, [warning('Failed', why), warning('Failed', 'Error: ErrImagePull')]), before: [note('Pulling', `Pulling image "${image}"`)] };
  }
};

export const configFailure = (name: string, status: Loose, message: string): Step | undefined =>
  status['state']?.waiting?.message === message ? undefined
  : waitingStep(`${name} misses ${message}`, 0, [name], 'CreateContainerConfigError', message, [warning('Failed', `Error: ${message}`)]);

export const crash = (pod: KubeObject, oom: boolean): Step => {
  const names = containersOf(pod, 'containers').map((container) => String(container['name']));
  const dies = pod.spec?.restartPolicy === 'Never';
  return {
    id: `crash ${Number(statusesOf(pod, 'containerStatuses')[0]?.['restartCount'] ?? 0)}`,
    afterMs: phaseMs(pod, 'work'),
    apply: (draft) => {
      for (const status of statusesOf(draft, 'containerStatuses')) {
        const final = ended(status, oom ? 137 : 1, oom ? 'OOMKilled' : 'Error', 'the sandbox was told to let this container fail');
        if (dies) Object.assign(status, { ready: false, started: false, state: final });
        else {
          const restarts = Number(status['restartCount'] ?? 0);
          const message = `back-off ${restartDelayMs(restarts + 1) / 1000}s restarting failed container=${String(status['name'])} pod=${pod.metadata.name}`;
          Object.assign(status, { ready: false, started: false, lastState: final, state: { waiting: { reason: 'CrashLoopBackOff', message } } });
        }
      }
      if (dies) draft.status.phase = 'Failed';
      refreshConditions(draft);
    },
    after: dies ? [] : names.map((name) => warning('BackOff', `Back-off restarting failed container ${name} in pod ${pod.metadata.name}`)),
  };
};

export const restart = (pod: KubeObject, healed: boolean): Step | undefined => {
  const restarts = Number(statusesOf(pod, 'containerStatuses')[0]?.['restartCount'] ?? 0);
  // A Job counts restarts itself and gives up after its own limit.
  const most = pod.spec?.restartPolicy === 'OnFailure' ? MOST_RESTARTS * 4 : MOST_RESTARTS;
  if (!healed && restarts >= most) return undefined;
  const containers = containersOf(pod, 'containers');
  return {
    id: `restart ${restarts}${healed ? ' healed' : ''}`,
    afterMs: healed ? phaseMs(pod, 'pull') : restartDelayMs(restarts + 1),
    apply: (draft) => {
      statusesOf(draft, 'containerStatuses').forEach((status, index) => {
        status['restartCount'] = Number(status['restartCount'] ?? 0) + 1;
        begin(status, containers[index] ?? {}, false);
      });
      refreshConditions(draft);
    },
    after: containers.flatMap((container) => started(String(container['name']))),
  };
};
