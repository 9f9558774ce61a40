import { claimFault } from '../faults/cluster.js';
import { allocatePodAddress } from '../kubernetes-door/allocation.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import type { Change } from '../kubernetes-door/store.js';
import { setCondition } from './conditions.js';
import { objectKey, splitKey } from './controller.js';
import type { Controller, ControllerContext } from './controller.js';
import { hasEnded } from './pod-template.js';
import { acceptPod, DATABASE, nextStep } from './pod-steps.js';
import type { Note } from './pod-status.js';
import { phaseMs, STOP_MS } from './pod-timing.js';
import { chooseNode, claimNames } from './scheduling.js';

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** Scheduler and kubelet in one: finds a node for each pod, then takes it through its phases. */
class PodLoop {
  constructor(private readonly context: ControllerContext) {}

  reconcile(namespace: string, name: string): void {
    const pod = this.context.store.find('Pod', namespace, name);
    if (!pod) return;
    if (pod.metadata.deletionTimestamp) return this.#stop(pod);
    if (pod.spec.nodeName && !this.context.store.find('Node', undefined, pod.spec.nodeName as string)) {
      // Its node is gone, and nobody is left to report an orderly end.
      return this.context.store.remove('Pod', namespace, name);
    }
    if (!pod.spec.nodeName) this.#schedule(pod);
    else if (!pod.status?.startTime) this.#accept(pod);
    else this.#advance(pod);
  }

  #live(pod: KubeObject): KubeObject | undefined {
    const live = this.context.store.find('Pod', pod.metadata.namespace, pod.metadata.name);
    return live?.metadata.uid === pod.metadata.uid ? live : undefined;
  }

  #record(pod: KubeObject, notes: Note[] | undefined): void {
    for (const { type, reason, message } of notes ?? []) this.context.record(pod, type, reason, message, 'kubelet');
  }

  #schedule(pod: KubeObject): void {
    const { store } = this.context;
    if (this.context.failureOf(pod) === 'Unschedulable') {
      return this.#refuse(pod, `0/${store.list('Node').length} nodes are available: ${store.list('Node').length} Insufficient memory.`);
    }
    const missing = claimNames(pod).find((claim) => !store.find('PersistentVolumeClaim', pod.metadata.namespace, claim));
    if (missing) return this.#refuse(pod, `persistentvolumeclaim "${missing}" not found`);
    const choice = chooseNode(store, pod);
    if ('why' in choice) return this.#refuse(pod, choice.why);
    if (!this.#claimsBound(pod, choice.node)) return;
    const node = choice.node.metadata.name;
    const bound = store.mutate('Pod', pod.metadata.namespace, pod.metadata.name, (draft) => {
      draft.spec.nodeName = node;
      setCondition(draft.status as Loose, 'PodScheduled', true);
    });
    this.context.record(bound ?? pod, 'Normal', 'Scheduled', `Successfully assigned ${objectKey(pod)} to ${node}`, 'default-scheduler');
  }

  #accept(pod: KubeObject): void {
    const { store } = this.context;
    this.context.later(`${pod.metadata.uid ?? ''} accept`, phaseMs(pod, claimNames(pod).length > 0 ? 'volumes' : 'schedule'), () => {
      const live = this.#live(pod);
      const node = store.find('Node', undefined, pod.spec.nodeName as string);
      if (!live || live.metadata.deletionTimestamp || !node) return;
      const podIP = allocatePodAddress(store);
      store.mutate('Pod', pod.metadata.namespace, pod.metadata.name, (draft) => acceptPod(draft, node, podIP));
      for (const claim of claimNames(pod)) {
        const volume = store.find('PersistentVolumeClaim', pod.metadata.namespace, claim)?.spec?.volumeName as string | undefined;
        if (volume) this.context.record(pod, 'Normal', 'SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${volume}"`, 'attachdetach-controller');
      }
    });
  }

  /** Tells unbound claims which node waits for them. */
  #claimsBound(pod: KubeObject, node: KubeObject): boolean {
    const { store } = this.context;
    const unbound = claimNames(pod).flatMap((name) => {
      const claim = store.find('PersistentVolumeClaim', pod.metadata.namespace, name);
      return claim && claim.status?.phase !== 'Bound' ? [claim] : [];
    });
    for (const claim of unbound) {
      if (claim.metadata.annotations?.[SELECTED_NODE]) continue;
      store.mutate('PersistentVolumeClaim', pod.metadata.namespace, claim.metadata.name, (draft) => {
        draft.metadata.annotations = { ...draft.metadata.annotations, [SELECTED_NODE]: node.metadata.name };
      });
    }
    const hopeless = unbound.filter((claim) => !store.find('StorageClass', undefined, String(claim.spec.storageClassName)));
    if (unbound.some((claim) => claimFault(this.context.faults, claim.metadata) !== undefined)) this.#refuse(pod, 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded');
    if (hopeless.length > 0) this.#refuse(pod, `0/${store.list('Node').length} nodes are available: pod has unbound immediate PersistentVolumeClaims.`);
    return unbound.length === 0;
  }

  #refuse(pod: KubeObject, why: string): void {
    this.context.store.mutate('Pod', pod.metadata.namespace, pod.metadata.name, (draft) => {
      setCondition(draft.status as Loose, 'PodScheduled', false, 'Unschedulable', why);
    });
    this.context.record(pod, 'Warning', 'FailedScheduling', why, 'default-scheduler');
  }

  #advance(pod: KubeObject): void {
    const environment = (of: KubeObject): Parameters<typeof nextStep>[1] => ({
      store: this.context.store,
      failure: this.context.failureOf(of),
    });
    const step = nextStep(pod, environment(pod));
    if (!step) return;
    const id = `${pod.metadata.uid ?? ''} ${step.id}`;
    const begins = this.context.later(id, step.afterMs, () => {
      const live = this.#live(pod);
      if (!live || live.metadata.deletionTimestamp) return;
      // The world may have changed meanwhile: only what is still the next step happens.
      const due = nextStep(live, environment(live));
      if (due?.id !== step.id) return this.reconcile(pod.metadata.namespace ?? '', pod.metadata.name);
      const changed = this.context.store.mutate('Pod', pod.metadata.namespace, pod.metadata.name, due.apply);
      if (changed) this.#record(changed, due.after);
    });
    if (begins) this.#record(pod, step.before);
  }

  #stop(pod: KubeObject): void {
    if ((pod.metadata.deletionGracePeriodSeconds ?? 0) === 0) return;
    const begins = this.context.later(`${pod.metadata.uid ?? ''} stop`, Math.min(STOP_MS, (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000), () => {
      if (!this.#live(pod)) return;
      this.context.store.mutate('Pod', pod.metadata.namespace, pod.metadata.name, (draft) => {
        draft.metadata.deletionGracePeriodSeconds = 0;
      });
    });
    if (begins) this.#record(pod, ((pod.spec.containers ?? []) as Loose[]).map((container) => ({ type: 'Normal', reason: 'Killing', message: `Stopping container ${String(container['name'])}` })));
  }
}

/** Runs pods. */
export const podController = (context: ControllerContext): Controller => {
  const loop = new PodLoop(context);
  const { store } = context;
  const unsettled = (change: Change, fits: (pod: KubeObject) => boolean): string[] =>
    store.list('Pod', change.kind === 'Node' ? undefined : change.object.metadata.namespace).filter((pod) => !hasEnded(pod) && fits(pod)).map(objectKey);
  return {
    name: 'pod',
    keys: () => store.list('Pod').map(objectKey),
    concerns: (change) => {
      switch (change.kind) {
        case 'Pod':
          // A pod that goes makes room for one that found none.
          return change.type === 'DELETED' ?
              store.list('Pod').filter((pod) => !pod.spec?.nodeName && !hasEnded(pod)).map(objectKey)
            : [objectKey(change.object)];
        case 'PersistentVolumeClaim':
          return unsettled(change, (pod) => !pod.spec?.nodeName && claimNames(pod).includes(change.object.metadata.name));
        case 'StatefulSet':
          return change.object.metadata.name === DATABASE ? unsettled(change, (pod) => pod.status?.phase === 'Pending') : [];
        case 'Secret':
          return unsettled(change, (pod) => pod.status?.phase === 'Pending');
        case 'ConfigMap':
          return unsettled(change, () => true);
        case 'Node':
          return unsettled(change, (pod) => !pod.spec?.nodeName || (change.type === 'DELETED' && pod.spec.nodeName === change.object.metadata.name));
        default:
          return [];
      }
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      loop.reconcile(namespace, name);
    },
  };
};
