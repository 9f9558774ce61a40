import { deleteObject } from '../kubernetes-door/deletion.js';
import { controllerOf, isControlledBy } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { objectKey, splitKey } from './controller.js';
import type { Controller, ControllerContext } from './controller.js';
import { createPod, isActive, isReady } from './pod-template.js';

/** Those that serve least go first: not scheduled, not ready, youngest. */
const dispensability = (pod: KubeObject): number => (pod.spec?.nodeName ? 0 : 4) + (isReady(pod) ? 0 : 2);

/** Keeps as many pods as a ReplicaSet asks for. */
export const replicaSetController = (context: ControllerContext): Controller => ({
  name: 'replicaset',
  keys: () => context.store.list('ReplicaSet').map(objectKey),
  concerns: (change) => {
    if (change.kind === 'ReplicaSet') return [objectKey(change.object)];
    const owner = change.kind === 'Pod' ? controllerOf(change.object) : undefined;
    return owner?.kind === 'ReplicaSet' ? [`${change.object.metadata.namespace ?? ''}/${owner.name}`] : [];
  },
  reconcile: (key) => {
    const { namespace, name } = splitKey(key);
    const set = context.store.find('ReplicaSet', namespace, name);
    if (!set || set.metadata.deletionTimestamp) return;
    const wanted = Number(set.spec.replicas);
    let pods = context.store.list('Pod', namespace).filter((pod) => isControlledBy(pod, set) && isActive(pod));
    for (let missing = wanted - pods.length; missing > 0; missing -= 1) {
      const created = createPod(context, set, set.spec.template as Loose, { generateName: `${name}-` });
      if (created) pods = [...pods, created];
    }
    if (pods.length > wanted) {
      const doomed = [...pods]
        .sort((a, b) => dispensability(b) - dispensability(a) || Number(b.metadata.creationTimestamp! > a.metadata.creationTimestamp!) - 0.5)
        .slice(0, pods.length - wanted);
      for (const pod of doomed) {
        deleteObject(context.store, 'Pod', namespace, pod.metadata.name);
        context.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, 'replicaset-controller');
      }
      pods = pods.filter((pod) => !doomed.includes(pod));
    }
    const ready = pods.filter(isReady).length;
    context.store.mutate('ReplicaSet', namespace, name, (draft) => {
      draft.status = {
        ...(draft.status as Loose | undefined),
        replicas: pods.length,
        fullyLabeledReplicas: pods.length,
        readyReplicas: ready,
        availableReplicas: ready,
        observedGeneration: draft.metadata.generation,
      };
    });
  },
});
