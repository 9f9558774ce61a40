import { deleteObject } from '../kubernetes-door/deletion.js';
import { controllerOf, isControlledBy } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { objectKey, splitKey } from './controller.js';
import type { Controller, ControllerContext } from './controller.js';
import { createPod, isActive, isReady, templateHash } from './pod-template.js';

const HASH = 'controller-revision-hash';

/** Runs one pod on each node. */
export const daemonSetController = (context: ControllerContext): Controller => ({
  name: 'daemonset',
  keys: () => context.store.list('DaemonSet').map(objectKey),
  concerns: (change) => {
    if (change.kind === 'DaemonSet') return [objectKey(change.object)];
    if (change.kind === 'Node') return context.store.list('DaemonSet').map(objectKey);
    const owner = change.kind === 'Pod' ? controllerOf(change.object) : undefined;
    return owner?.kind === 'DaemonSet' ? [`${change.object.metadata.namespace ?? ''}/${owner.name}`] : [];
  },
  reconcile: (key) => {
    const { namespace, name } = splitKey(key);
    const set = context.store.find('DaemonSet', namespace, name);
    if (!set || set.metadata.deletionTimestamp) return;
    const hash = templateHash(set.spec.template);
    const nodes = context.store.list('Node');
    const pods = (): KubeObject[] => context.store.list('Pod', namespace).filter((pod) => isControlledBy(pod, set));
    for (const node of nodes) {
      if (pods().some((pod) => pod.spec?.nodeName === node.metadata.name)) continue;
      createPod(context, set, set.spec.template as Loose, { generateName: `${name}-` }, (pod) => {
        pod.spec.nodeName = node.metadata.name;
        pod.metadata.labels = { ...pod.metadata.labels, [HASH]: hash };
      });
    }
    const active = pods().filter(isActive);
    const outdated = active.find((pod) => pod.metadata.labels?.[HASH] !== hash);
    if (outdated && active.every(isReady)) deleteObject(context.store, 'Pod', namespace, outdated.metadata.name);
    const ready = active.filter(isReady).length;
    context.store.mutate('DaemonSet', namespace, name, (draft) => {
      draft.status = {
        observedGeneration: draft.metadata.generation,
        desiredNumberScheduled: nodes.length,
        currentNumberScheduled: active.length,
        numberMisscheduled: 0,
        numberReady: ready,
        numberAvailable: ready,
        updatedNumberScheduled: active.filter((pod) => pod.metadata.labels?.[HASH] === hash).length,
      };
    });
  },
});
