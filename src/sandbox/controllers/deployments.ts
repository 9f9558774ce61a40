import { deleteObject } from '../kubernetes-door/deletion.js';
import { controllerOf, controllerReference, copyOf, isControlledBy } from '../kubernetes-door/objects.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { conditionOf, setCondition } from './conditions.js';
import { objectKey, splitKey } from './controller.js';
import type { Controller, ControllerContext } from './controller.js';
import { isStuck, templateHash } from './pod-template.js';

const REVISION = 'deployment.kubernetes.io/revision';
const COMPONENT = 'deployment-controller';

const revisionOf = (object: KubeObject): number => Number(object.metadata.annotations?.[REVISION] ?? 0);
const replicasOf = (object: KubeObject): number => Number(object.spec?.replicas ?? 0);
const availableOf = (object: KubeObject): number => Number(object.status?.availableReplicas ?? 0);
const sum = (sets: KubeObject[], of: (set: KubeObject) => number): number => sets.reduce((total, set) => total + of(set), 0);

const resolveShare = (value: unknown, replicas: number, round: (number: number) => number): number =>
  typeof value === 'string' && value.endsWith('%') ? round((Number(value.slice(0, -1)) / 100) * replicas) : Number(value ?? 0);

class DeploymentLoop {
  constructor(private readonly context: ControllerContext) {}

  reconcile(namespace: string, name: string): void {
    const { store } = this.context;
    const deployment = store.find('Deployment', namespace, name);
    if (!deployment || deployment.metadata.deletionTimestamp) return;
    const hash = templateHash(deployment.spec.template);
    const owned = (): KubeObject[] => store.list('ReplicaSet', namespace).filter((set) => isControlledBy(set, deployment) && !set.metadata.deletionTimestamp);
    const isNew = (set: KubeObject): boolean => set.metadata.labels?.['pod-template-hash'] === hash;
    const current = this.#ensureNew(deployment, hash, owned());
    const old = owned().filter((set) => !isNew(set));
    if (deployment.spec.strategy?.type === 'Recreate') this.#recreate(deployment, current, old);
    else this.#roll(deployment, current, old);
    this.#forget(deployment, owned().filter((set) => !isNew(set)));
    this.#report(deployment, owned(), isNew);
  }

  /** The ReplicaSet of the present template; a rollback finds an older one and makes it the newest revision again. */
  #ensureNew(deployment: KubeObject, hash: string, sets: KubeObject[]): KubeObject {
    const { store } = this.context;
    const { name, namespace } = deployment.metadata;
    const known = sets.find((set) => set.metadata.labels?.['pod-template-hash'] === hash);
    const newest = Math.max(0, ...sets.filter((set) => set !== known).map(revisionOf));
    const revision = String(Math.max(known ? revisionOf(known) : 0, newest + 1));
    if (deployment.metadata.annotations?.[REVISION] !== revision) {
      store.mutate('Deployment', namespace, name, (draft) => {
        draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: revision };
      });
    }
    if (known) {
      if (known.metadata.annotations?.[REVISION] === revision) return known;
      return store.mutate('ReplicaSet', namespace, known.metadata.name, (draft) => {
        draft.metadata.annotations = { ...draft.metadata.annotations, [REVISION]: revision };
      }) ?? known;
    }
    const template = copyOf(deployment.spec.template as Loose);
    const labels = { ...(template['metadata']?.labels as Record<string, string>), 'pod-template-hash': hash };
    template['metadata'] = { ...(template['metadata'] as Loose), labels };
    const created = this.context.api.create('ReplicaSet', namespace, {
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        annotations: { [REVISION]: revision },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: 0,
        selector: { ...(deployment.spec.selector as Loose), matchLabels: { ...(deployment.spec.selector?.matchLabels as Loose), 'pod-template-hash': hash } },
        template,
      },
    }, { fieldManager: 'kube-controller-manager' });
    return created;
  }

  #scale(deployment: KubeObject, set: KubeObject, replicas: number): KubeObject {
    const before = replicasOf(set);
    if (before === replicas) return set;
    const direction = replicas > before ? 'up' : 'down';
    this.context.record(deployment, 'Normal', 'ScalingReplicaSet', `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`, COMPONENT);
    return this.context.store.mutate('ReplicaSet', set.metadata.namespace, set.metadata.name, (draft) => {
      draft.spec.replicas = replicas;
    }) ?? set;
  }

  #recreate(deployment: KubeObject, current: KubeObject, old: KubeObject[]): void {
    for (const set of old) this.#scale(deployment, set, 0);
    const stillThere = this.context.store.list('Pod', deployment.metadata.namespace).some((pod) => old.some((set) => isControlledBy(pod, set)));
    if (!stillThere) this.#scale(deployment, current, replicasOf(deployment));
  }

  #roll(deployment: KubeObject, current: KubeObject, old: KubeObject[]): void {
    const wanted = replicasOf(deployment);
    const limits = (deployment.spec.strategy?.rollingUpdate ?? {}) as Loose;
    const surge = resolveShare(limits['maxSurge'], wanted, Math.ceil);
    const slack = resolveShare(limits['maxUnavailable'], wanted, Math.floor);
    const leastAvailable = wanted - (surge === 0 && slack === 0 ? 1 : slack);
    const total = sum([current, ...old], replicasOf);
    const target = replicasOf(current) > wanted ? wanted : Math.min(wanted, replicasOf(current) + Math.max(0, wanted + surge - total));
    const fresh = this.#scale(deployment, current, target);
    // What the new pods still owe counts as missing, so that a status that lags behind cannot remove too many old ones.
    let removable = sum([fresh, ...old], replicasOf) - leastAvailable - (replicasOf(fresh) - availableOf(fresh));
    let sets = old;
    const shrink = (most: (set: KubeObject) => number): void => {
      sets = sets.map((set) => {
        const down = Math.max(0, Math.min(replicasOf(set), removable, most(set)));
        removable -= down;
        return this.#scale(deployment, set, replicasOf(set) - down);
      });
    };
    // Old pods that serve nobody go first.
    shrink((set) => replicasOf(set) - availableOf(set));
    let spare = sum([fresh, ...sets], availableOf) - leastAvailable;
    shrink((set) => {
      const down = Math.max(0, Math.min(spare, availableOf(set), replicasOf(set), removable));
      spare -= down;
      return down;
    });
  }

  #forget(deployment: KubeObject, old: KubeObject[]): void {
    const empty = old.filter((set) => replicasOf(set) === 0 && Number(set.status?.replicas ?? 0) === 0).sort((a, b) => revisionOf(a) - revisionOf(b));
    const limit = Number(deployment.spec.revisionHistoryLimit ?? 10);
    for (const set of empty.slice(0, Math.max(0, empty.length - limit))) deleteObject(this.context.store, 'ReplicaSet', set.metadata.namespace, set.metadata.name);
  }

  #report(deployment: KubeObject, sets: KubeObject[], isNew: (set: KubeObject) => boolean): void {
    const { namespace, name } = deployment.metadata;
    const wanted = replicasOf(deployment);
    const current = sets.find(isNew);
    const count = (field: string, among = sets): number => sum(among, (set) => Number(set.status?.[field] ?? 0));
    const replicas = count('replicas');
    const updated = current ? count('replicas', [current]) : 0;
    const available = count('availableReplicas');
    const complete = updated === wanted && replicas === wanted && available === wanted;
    const slack = Math.max(resolveShare(deployment.spec.strategy?.rollingUpdate?.maxUnavailable, wanted, Math.floor), 0);
    const enough = available >= wanted - slack;
    const stuck = !complete && current !== undefined && this.context.store.list('Pod', namespace).some((pod) => isControlledBy(pod, current) && isStuck(pod));
    const generation = deployment.metadata.generation;
    this.context.store.mutate('Deployment', namespace, name, (draft) => {
      const status: Loose = {
        observedGeneration: generation,
        ...(replicas > 0 ? { replicas } : {}),
        ...(updated > 0 ? { updatedReplicas: updated } : {}),
        ...(count('readyReplicas') > 0 ? { readyReplicas: count('readyReplicas') } : {}),
        ...(available > 0 ? { availableReplicas: available } : {}),
        ...(wanted > available ? { unavailableReplicas: wanted - available } : {}),
        ...(draft.status?.conditions ? { conditions: draft.status.conditions as unknown } : {}),
      };
      setCondition(status, 'Available', enough, enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.');
      const failed = conditionOf(draft, 'Progressing')?.['reason'] === 'ProgressDeadlineExceeded' && draft.status?.observedGeneration === generation;
      if (complete) setCondition(status, 'Progressing', true, 'NewReplicaSetAvailable', `ReplicaSet "${current?.metadata.name ?? ''}" has successfully progressed.`);
      else if (!failed || !stuck) setCondition(status, 'Progressing', true, 'ReplicaSetUpdated', `ReplicaSet "${current?.metadata.name ?? ''}" is progressing.`);
      draft.status = status;
    });
    if (stuck) this.#armDeadline(deployment, current);
  }

  /** Only a rollout that cannot succeed by itself runs into the deadline: with a clock without delays every other would, too. */
  #armDeadline(deployment: KubeObject, current: KubeObject): void {
    const { namespace, name, uid = '', generation = 0 } = deployment.metadata;
    const seconds = Number(deployment.spec.progressDeadlineSeconds ?? 600);
    if (conditionOf(deployment, 'Progressing')?.['reason'] === 'ProgressDeadlineExceeded') return;
    this.context.later(`deadline ${uid} ${generation}`, seconds * 1000, () => {
      const live = this.context.store.find('Deployment', namespace, name);
      const pods = this.context.store.list('Pod', namespace).filter((pod) => isControlledBy(pod, current));
      if (live?.metadata.uid !== uid || live.metadata.generation !== generation || !pods.some(isStuck)) return;
      this.context.store.mutate('Deployment', namespace, name, (draft) => {
        setCondition(draft.status as Loose, 'Progressing', false, 'ProgressDeadlineExceeded', `ReplicaSet "${current.metadata.name}" has timed out progressing.`);
      });
    });
  }
}

/** Rolls a Deployment's template out through ReplicaSets. */
export const deploymentController = (context: ControllerContext): Controller => {
  const loop = new DeploymentLoop(context);
  const ownerKey = (object: KubeObject): string[] => {
    const owner = controllerOf(object);
    return owner?.kind === 'Deployment' ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : [];
  };
  return {
    name: 'deployment',
    keys: () => context.store.list('Deployment').map(objectKey),
    concerns: (change) => {
      if (change.kind === 'Deployment') return [objectKey(change.object)];
      if (change.kind === 'ReplicaSet') return ownerKey(change.object);
      if (change.kind !== 'Pod') return [];
      const set = controllerOf(change.object);
      const found = set?.kind === 'ReplicaSet' ? context.store.find('ReplicaSet', change.object.metadata.namespace, set.name) : undefined;
      return found ? ownerKey(found) : [];
    },
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      loop.reconcile(namespace, name);
    },
  };
};
