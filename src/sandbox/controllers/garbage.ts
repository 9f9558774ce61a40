import { deleteObject } from '../kubernetes-door/deletion.js';
import { kinds } from '../kubernetes-door/kinds.js';
import type { KubeObject, OwnerReference } from '../kubernetes-door/objects.js';
import type { Controller, ControllerContext } from './controller.js';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';
const clusterWide = new Set(kinds.filter((info) => !info.namespaced).map((info) => info.kind));

const idOf = (object: KubeObject): string => JSON.stringify([object.kind, object.metadata.namespace ?? '', object.metadata.name]);

/** Deletes what lost its owners, and holds owners that wait for their dependents (foreground) or leave them behind (orphan). */
export const garbageCollector = (context: ControllerContext): Controller => {
  const { store } = context;
  const ownerOf = (object: KubeObject, reference: OwnerReference): KubeObject | undefined => {
    const found = store.find(reference.kind, clusterWide.has(reference.kind) ? undefined : object.metadata.namespace, reference.name);
    return found?.metadata.uid === reference.uid ? found : undefined;
  };
  const dependentsOf = (owner: KubeObject): KubeObject[] =>
    store.all().filter((object) => object.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid));
  const dropFinalizer = (object: KubeObject, finalizer: string): void => {
    store.mutate(object.kind, object.metadata.namespace, object.metadata.name, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((entry) => entry !== finalizer);
    });
  };
  const finishOwner = (owner: KubeObject): void => {
    const finalizers = owner.metadata.finalizers ?? [];
    if (finalizers.includes(ORPHAN)) {
      for (const object of dependentsOf(owner)) {
        store.mutate(object.kind, object.metadata.namespace, object.metadata.name, (draft) => {
          draft.metadata.ownerReferences = (draft.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== owner.metadata.uid);
        });
      }
      dropFinalizer(owner, ORPHAN);
    } else if (finalizers.includes(FOREGROUND)) {
      const dependents = dependentsOf(owner);
      for (const object of dependents.filter((candidate) => !candidate.metadata.deletionTimestamp)) {
        deleteObject(store, object.kind, object.metadata.namespace, object.metadata.name, { propagationPolicy: 'Foreground' });
      }
      const blocking = dependentsOf(owner).some((object) => object.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid && reference.blockOwnerDeletion));
      if (!blocking) dropFinalizer(owner, FOREGROUND);
    }
  };
  return {
    name: 'garbage-collector',
    keys: () => store.all().filter((object) => (object.metadata.ownerReferences ?? []).length > 0 || object.metadata.deletionTimestamp).map(idOf),
    concerns: (change) => {
      const { object } = change;
      if (change.type === 'DELETED') {
        const owners = (object.metadata.ownerReferences ?? []).flatMap((reference) => ownerOf(object, reference) ?? []);
        return [...dependentsOf(object), ...owners.filter((owner) => owner.metadata.finalizers?.includes(FOREGROUND))].map(idOf);
      }
      const waits = object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.some((entry) => entry === FOREGROUND || entry === ORPHAN);
      return waits || (change.type === 'ADDED' && object.metadata.ownerReferences) ? [idOf(object)] : [];
    },
    reconcile: (id) => {
      const [kind, namespace, name] = JSON.parse(id) as [string, string, string];
      const object = store.find(kind, namespace || undefined, name);
      if (!object) return;
      if (object.metadata.deletionTimestamp) return finishOwner(object);
      const references = object.metadata.ownerReferences ?? [];
      const live = references.filter((reference) => ownerOf(object, reference) !== undefined);
      if (live.length === references.length) return;
      if (live.length === 0) {
        deleteObject(store, kind, object.metadata.namespace, name, { propagationPolicy: 'Background' });
        return;
      }
      store.mutate(kind, object.metadata.namespace, name, (draft) => {
        draft.metadata.ownerReferences = live;
      });
    },
  };
};
