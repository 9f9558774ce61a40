import { timestamp } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import type { ObjectStore } from '../kubernetes-door/store.js';
import { setCondition } from './conditions.js';
import type { PodFailure } from './controller.js';
import { missingVariable, missingVolume } from './pod-config.js';
import { configFailure, crash, isUnreachable, pullFailure, restart } from './pod-failures.js';
import { begin, containersOf, ended, note, pulled, refreshConditions, started, statusesOf, warning } from './pod-status.js';
import type { Step } from './pod-status.js';
import { phaseMs } from './pod-timing.js';

export interface StepEnvironment {
  store: ObjectStore;
  failure: PodFailure | undefined;
}

/** The StatefulSet of a tenant's own database. */
export const DATABASE = 'mariadb';

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

/** What a finished container leaves as its last words. The MCP handshake's are what the installer reads. */
const lastWords = (pod: KubeObject): string | undefined =>
  pod.metadata.labels?.['app.kubernetes.io/component'] === 'mcp-handshake' ?
    JSON.stringify({ ok: true, tools: 13, protocol: '2025-11-25', note: 'answered by the sandbox' })
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
