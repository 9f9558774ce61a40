import { timestamp } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import type { ObjectStore } from '../kubernetes-door/store.js';
import { setCondition } from './conditions.js';
import type { PodFailure } from './controller.js';
import { missingVariable, missingVolume } from './pod-config.js';
import { MOST_RESTARTS, phaseMs, restartDelayMs } from './pod-timing.js';

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

export interface StepEnvironment {
  store: ObjectStore;
  failure: PodFailure | undefined;
}

const note = (reason: string, message: string): Note => ({ type: 'Normal', reason, message });
const warning = (reason: string, message: string): Note => ({ type: 'Warning', reason, message });

const containersOf = (pod: KubeObject, field: 'containers' | 'initContainers'): Loose[] => (pod.spec?.[field] ?? []) as Loose[];
const statusesOf = (pod: KubeObject, field: 'containerStatuses' | 'initContainerStatuses'): Loose[] => (pod.status?.[field] ?? []) as Loose[];

/** The StatefulSet of a tenant's own database. */
export const DATABASE = 'mariadb';

/** Domains that by definition lead nowhere (RFC 2606): an image from there cannot be pulled, here as anywhere. */
const isUnreachable = (image: string): boolean => /^[^/]+\.invalid(:\d+)?\//.test(image);

const started = (name: string): Note[] => [note('Created', `Created container: ${name}`), note('Started', `Started container ${name}`)];
const pulled = (image: string): Note => note('Pulled', `Successfully pulled image "${image}"`);

const running = (): Loose => ({ running: { startedAt: timestamp() } });
const ended = (status: Loose, exitCode: number, reason: string, message?: string): Loose => ({
  terminated: {
    exitCode,
    reason,
    ...(message === undefined ? {} : { message }),
    startedAt: (status['state']?.running?.startedAt as string | undefined) ?? timestamp(),
    finishedAt: timestamp(),
    containerID: status['containerID'] as string,
  },
});

const begin = (status: Loose, container: Loose, ready: boolean): void => {
  const image = String(container['image']);
  Object.assign(status, { state: running(), started: true, ready, imageID: image, containerID: `sandbox://${String(container['name'])}-${Number(status['restartCount'] ?? 0)}` });
};

const refreshConditions = (pod: KubeObject): void => {
  const waiting = statusesOf(pod, 'containerStatuses').filter((status) => !status['ready']).map((status) => String(status['name']));
  const ok = waiting.length === 0;
  const why = ok ? [] : ['ContainersNotReady', `containers with unready status: [${waiting.join(' ')}]`];
  setCondition(pod.status as Loose, 'ContainersReady', ok, ...why);
  setCondition(pod.status as Loose, 'Ready', ok, ...why);
};

/** The state of a pod that has just been given a node. */
export const acceptPod = (pod: KubeObject, node: KubeObject, podIP: string): void => {
  const inits = containersOf(pod, 'initContainers');
  const fresh = (container: Loose, reason: string): Loose => ({
    name: container['name'] as string,
    image: container['image'] as string,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    lastState: {},
    state: { waiting: { reason } },
  });
  const addresses = (node.status?.addresses ?? []) as Loose[];
  pod.status = {
    ...(pod.status as Loose),
    phase: 'Pending',
    hostIP: (addresses.find((address) => address['type'] === 'InternalIP')?.['address'] ?? '') as string,
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: timestamp(),
    ...(inits.length > 0 ? { initContainerStatuses: inits.map((container) => fresh(container, 'PodInitializing')) } : {}),
    containerStatuses: containersOf(pod, 'containers').map((container) => fresh(container, inits.length > 0 ? 'PodInitializing' : 'ContainerCreating')),
  };
  setCondition(pod.status as Loose, 'PodScheduled', true);
  setCondition(pod.status as Loose, 'PodReadyToStartContainers', true);
  if (inits.length > 0) setCondition(pod.status as Loose, 'Initialized', false, 'ContainersNotInitialized', `containers with incomplete status: [${inits.map((container) => String(container['name'])).join(' ')}]`);
  else setCondition(pod.status as Loose, 'Initialized', true);
  refreshConditions(pod);
};

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
const pullFailure = (container: Loose, status: Loose, afterMs: number): Step | undefined => {
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

/** WordPress' installation needs its database: its last init container does not end before that is ready. */
const waitsForDatabase = (pod: KubeObject, store: ObjectStore): boolean => {
  if (pod.metadata.labels?.['app.kubernetes.io/name'] !== 'wordpress') return false;
  const database = store.find('StatefulSet', pod.metadata.namespace, DATABASE);
  return database !== undefined && Number(database.status?.readyReplicas ?? 0) === 0;
};

const initStep = (pod: KubeObject, environment: StepEnvironment, container: Loose, status: Loose, isLast: boolean): Step | undefined => {
  const [name, image] = [String(container['name']), String(container['image'])];
  const at = (draft: KubeObject): Loose => statusesOf(draft, 'initContainerStatuses').find((candidate) => candidate['name'] === name) ?? {};
  const isSidecar = container['restartPolicy'] === 'Always';
  const finishInit = (draft: KubeObject): void => {
    if (!isLast) return;
    setCondition(draft.status as Loose, 'Initialized', true);
    for (const waiting of statusesOf(draft, 'containerStatuses')) waiting['state'] = { waiting: { reason: 'ContainerCreating' } };
  };
  if (status['state']?.running) {
    if (isLast && waitsForDatabase(pod, environment.store)) return undefined;
    return {
      id: `init ${name} ends`,
      afterMs: phaseMs(pod, 'init-run'),
      apply: (draft) => {
        Object.assign(at(draft), { ready: true, started: false, state: ended(at(draft), 0, 'Completed') });
        finishInit(draft);
      },
    };
  }
  if (isUnreachable(image)) return pullFailure(container, status, phaseMs(pod, 'init-pull'));
  const missing = missingVariable(environment.store, pod, container);
  if (missing) return configFailure(name, status, missing);
  return {
    id: `init ${name} starts`,
    afterMs: phaseMs(pod, 'init-pull'),
    before: [note('Pulling', `Pulling image "${image}"`)],
    apply: (draft) => {
      begin(at(draft), container, isSidecar);
      if (isSidecar) finishInit(draft);
    },
    after: [pulled(image), ...started(name)],
  };
};

const configFailure = (name: string, status: Loose, message: string): Step | undefined =>
  status['state']?.waiting?.message === message ? undefined
  : waitingStep(`${name} misses ${message}`, 0, [name], 'CreateContainerConfigError', message, [warning('Failed', `Error: ${message}`)]);

const startStep = (pod: KubeObject, environment: StepEnvironment): Step | undefined => {
  const containers = containersOf(pod, 'containers');
  const statuses = statusesOf(pod, 'containerStatuses');
  for (const [index, container] of containers.entries()) {
    const status = statuses[index] ?? {};
    if (isUnreachable(String(container['image'])) || environment.failure === 'ImagePullBackOff') return pullFailure(container, status, phaseMs(pod, 'pull'));
    const missing = missingVariable(environment.store, pod, container);
    if (missing) return configFailure(String(container['name']), status, missing);
  }
  return {
    id: 'start',
    afterMs: phaseMs(pod, 'pull'),
    before: containers.map((container) => note('Pulling', `Pulling image "${String(container['image'])}"`)),
    apply: (draft) => {
      statusesOf(draft, 'containerStatuses').forEach((status, index) => begin(status, containers[index] ?? {}, containers[index]?.['readinessProbe'] === undefined && environment.failure === undefined));
      draft.status.phase = 'Running';
      refreshConditions(draft);
    },
    after: containers.flatMap((container) => [pulled(String(container['image'])), ...started(String(container['name']))]),
  };
};

const crash = (pod: KubeObject, oom: boolean): Step => {
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

const restart = (pod: KubeObject, healed: boolean): Step | undefined => {
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

/** What a finished container leaves as its last words. The MCP handshake's are what the installer reads. */
const lastWords = (pod: KubeObject): string | undefined =>
  pod.metadata.labels?.['app.kubernetes.io/component'] === 'mcp-handshake' ?
    JSON.stringify({ ok: true, tools: 14, protocol: '2025-11-25', note: 'answered by the sandbox' })
  : undefined;

const complete = (pod: KubeObject): Step => ({
  id: 'complete',
  afterMs: phaseMs(pod, 'work'),
  apply: (draft) => {
    for (const status of statusesOf(draft, 'containerStatuses')) Object.assign(status, { ready: false, started: false, state: ended(status, 0, 'Completed', lastWords(pod)) });
    draft.status.phase = 'Succeeded';
    refreshConditions(draft);
    setCondition(draft.status as Loose, 'Initialized', true, 'PodCompleted');
    setCondition(draft.status as Loose, 'Ready', false, 'PodCompleted');
    setCondition(draft.status as Loose, 'ContainersReady', false, 'PodCompleted');
  },
});

const becomeReady = (pod: KubeObject): Step => ({
  id: 'ready',
  afterMs: phaseMs(pod, 'readiness'),
  apply: (draft) => {
    for (const status of statusesOf(draft, 'containerStatuses')) status['ready'] = true;
    refreshConditions(draft);
  },
});

const runStep = (pod: KubeObject, { failure }: StepEnvironment): Step | undefined => {
  const statuses = statusesOf(pod, 'containerStatuses');
  const crashes = failure === 'CrashLoopBackOff' || failure === 'OOMKilled';
  if (statuses.some((status) => status['state']?.waiting?.reason === 'CrashLoopBackOff')) return restart(pod, !crashes);
  if (crashes) return crash(pod, failure === 'OOMKilled');
  if (pod.spec?.restartPolicy !== 'Always') return complete(pod);
  const ready = statuses.every((status) => status['ready']);
  if (failure !== 'NotReady') return ready ? undefined : becomeReady(pod);
  if (!ready) return undefined;
  return {
    id: 'unready',
    afterMs: phaseMs(pod, 'readiness'),
    apply: (draft) => {
      for (const status of statusesOf(draft, 'containerStatuses')) status['ready'] = false;
      refreshConditions(draft);
    },
    after: [warning('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503')],
  };
};

/** What happens next to a pod that has a node; undefined when nothing does until something changes. */
export const nextStep = (pod: KubeObject, environment: StepEnvironment): Step | undefined => {
  const phase = pod.status?.phase as string | undefined;
  if (phase === 'Succeeded' || phase === 'Failed') return undefined;
  if (phase === 'Running') return runStep(pod, environment);
  const unmounted = missingVolume(environment.store, pod);
  if (unmounted) return { id: `unmounted ${unmounted}`, afterMs: 0, before: [warning('FailedMount', unmounted)], apply: () => undefined };
  const inits = containersOf(pod, 'initContainers');
  const statuses = statusesOf(pod, 'initContainerStatuses');
  const open = statuses.findIndex((status, index) => !status['state']?.terminated && !(inits[index]?.['restartPolicy'] === 'Always' && status['state']?.running));
  if (open !== -1) return initStep(pod, environment, inits[open] ?? {}, statuses[open] ?? {}, open === inits.length - 1);
  return startStep(pod, environment);
};
