import { deleteObject } from '../kubernetes-door/deletion.js';
import { controllerOf, controllerReference, copyOf, isControlledBy } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { objectKey, splitKey } from './controller.js';
import type { Controller, ControllerContext } from './controller.js';
import { createPod, hasEnded, isReady, templateHash } from './pod-template.js';

const HASH = 'controller-revision-hash';

const ordinalOf = (set: KubeObject, pod: KubeObject): number => Number(pod.metadata.name.slice(set.metadata.name.length + 1));

class StatefulSetLoop {
  constructor(private readonly context: ControllerContext) {}

  reconcile(namespace: string, name: string): void {
    const { store } = this.context;
    const set = store.find('StatefulSet', namespace, name);
    if (!set || set.metadata.deletionTimestamp) return;
    const revision = `${name}-${templateHash(set.spec.template)}`;
    this.#ensureRevision(set, revision);
    this.#step(set, this.#pods(set), revision);
    this.#report(set, this.#pods(set), revision);
  }

  #pods(set: KubeObject): KubeObject[] {
    return this.context.store
      .list('Pod', set.metadata.namespace)
      .filter((pod) => isControlledBy(pod, set))
      .sort((a, b) => ordinalOf(set, a) - ordinalOf(set, b));
  }

  #ensureRevision(set: KubeObject, name: string): void {
    const { store } = this.context;
    const { namespace } = set.metadata;
    const revisions = store.list('ControllerRevision', namespace).filter((item) => isControlledBy(item, set));
    const newest = Math.max(0, ...revisions.map((item) => Number(item['revision'])));
    const known = revisions.find((item) => item.metadata.name === name);
    if (!known) {
      store.insert({
        kind: 'ControllerRevision',
        metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels: { [HASH]: name }, ownerReferences: [controllerReference(set)] },
        data: { spec: { template: set.spec.template as unknown } },
        revision: newest + 1,
      });
    } else if (Number(known['revision']) !== newest) {
      store.mutate('ControllerRevision', namespace, name, (draft) => {
        draft['revision'] = newest + 1;
      });
    }
    const limit = Number(set.spec.revisionHistoryLimit ?? 10);
    const stale = revisions.filter((item) => item.metadata.name !== name && item.metadata.name !== set.status?.currentRevision).sort((a, b) => Number(a['revision']) - Number(b['revision']));
    for (const item of stale.slice(0, Math.max(0, stale.length - limit))) store.remove('ControllerRevision', namespace, item.metadata.name);
  }

  /** Takes the next steps in the order that the pod management policy demands. A pod that is not ready holds up those behind it, also when its template is the fault: as in the real controller. */
  #step(set: KubeObject, pods: KubeObject[], revision: string): void {
    const { store } = this.context;
    const { namespace } = set.metadata;
    const ordered = set.spec.podManagementPolicy !== 'Parallel';
    const wanted = Number(set.spec.replicas);
    const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
    for (let ordinal = 0; ordinal < wanted; ordinal += 1) {
      const pod = byOrdinal.get(ordinal);
      if (!pod) {
        this.#createPod(set, ordinal, revision);
        if (ordered) return;
      } else if (hasEnded(pod)) {
        deleteObject(store, 'Pod', namespace, pod.metadata.name);
        return;
      } else if (ordered && (pod.metadata.deletionTimestamp !== undefined || !isReady(pod))) return;
    }
    const surplus = pods.filter((pod) => ordinalOf(set, pod) >= wanted).reverse();
    for (const pod of surplus) {
      if (pod.metadata.deletionTimestamp === undefined) this.#deletePod(set, pod);
      if (ordered) return;
    }
    if (set.spec.updateStrategy?.type === 'OnDelete') return;
    const partition = Number(set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
    for (const pod of pods.filter((item) => ordinalOf(set, item) >= partition && ordinalOf(set, item) < wanted).reverse()) {
      if (pod.metadata.labels?.[HASH] !== revision && pod.metadata.deletionTimestamp === undefined) {
        this.#deletePod(set, pod);
        return;
      }
      if (!isReady(pod) || pod.metadata.deletionTimestamp !== undefined) return;
    }
  }

  #deletePod(set: KubeObject, pod: KubeObject): void {
    deleteObject(this.context.store, 'Pod', pod.metadata.namespace, pod.metadata.name);
    this.context.record(set, 'Normal', 'SuccessfulDelete', `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`, 'statefulset-controller');
  }

  #createPod(set: KubeObject, ordinal: number, revision: string): void {
    const name = `${set.metadata.name}-${ordinal}`;
    const claims = ((set.spec.volumeClaimTemplates ?? []) as Loose[]).map((template) => ({ volume: String(template['metadata'].name), claim: `${String(template['metadata'].name)}-${name}`, template }));
    for (const { claim, template } of claims) this.#ensureClaim(set, claim, template);
    createPod(this.context, set, set.spec.template as Loose, { name }, (pod) => {
      pod.metadata.labels = { ...pod.metadata.labels, 'statefulset.kubernetes.io/pod-name': name, 'apps.kubernetes.io/pod-index': String(ordinal), [HASH]: revision };
      pod.spec.hostname = name;
      pod.spec.subdomain = (set.spec.serviceName as string | undefined) ?? '';
      const volumes = ((pod.spec.volumes ?? []) as Loose[]).filter((volume) => !claims.some(({ volume: own }) => own === volume['name']));
      pod.spec.volumes = [...volumes, ...claims.map(({ volume, claim }) => ({ name: volume, persistentVolumeClaim: { claimName: claim } }))];
    });
  }

  #ensureClaim(set: KubeObject, name: string, template: Loose): void {
    const { namespace } = set.metadata;
    if (this.context.store.find('PersistentVolumeClaim', namespace, name)) return;
    const ownedBySet = set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete';
    this.context.api.create('PersistentVolumeClaim', namespace, {
      metadata: {
        ...copyOf(template['metadata'] as Loose),
        name,
        namespace,
        labels: { ...(template['metadata'].labels as Loose | undefined), ...(set.spec.selector?.matchLabels as Loose | undefined) },
        ...(ownedBySet ? { ownerReferences: [controllerReference(set)] } : {}),
      },
      spec: copyOf(template['spec'] as Loose),
    }, { fieldManager: 'kube-controller-manager' });
    this.context.record(set, 'Normal', 'SuccessfulCreate', `create Claim ${name} for StatefulSet ${set.metadata.name} success`, 'statefulset-controller');
  }

  #report(set: KubeObject, pods: KubeObject[], revision: string): void {
    const { namespace, name } = set.metadata;
    const wanted = Number(set.spec.replicas);
    const updated = pods.filter((pod) => pod.metadata.labels?.[HASH] === revision).length;
    const ready = pods.filter(isReady).length;
    this.context.store.mutate('StatefulSet', namespace, name, (draft) => {
      const known = (draft.status?.currentRevision as string | undefined) ?? revision;
      const current = updated === wanted && pods.length === wanted && ready === wanted ? revision : known;
      draft.status = {
        observedGeneration: draft.metadata.generation,
        replicas: pods.length,
        readyReplicas: ready,
        availableReplicas: ready,
        currentReplicas: pods.filter((pod) => pod.metadata.labels?.[HASH] === current).length,
        updatedReplicas: updated,
        currentRevision: current,
        updateRevision: revision,
        collisionCount: 0,
      };
    });
  }
}

/** Runs a StatefulSet's pods in order, each with its claims. */
export const statefulSetController = (context: ControllerContext): Controller => {
  const loop = new StatefulSetLoop(context);
  return {
    name: 'statefulset',
    keys: () => context.store.list('StatefulSet').map(objectKey),
    concerns: (change) => {
      if (change.kind === 'StatefulSet') return [objectKey(change.object)];
      const owner = change.kind === 'Pod' ? controllerOf(change.object) : undefined;
      return owner?.kind === 'StatefulSet' ? [`${change.object.metadata.namespace ?? ''}/${owner.name}`] : [];
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      loop.reconcile(namespace, name);
    },
  };
};
