import { deleteObject } from '../kubernetes-door/deletion.js';
import type { KubeObject } from '../kubernetes-door/objects.js';
import type { Controller, ControllerContext } from './controller.js';

/** A namespace's contents vanish before it does; a living one has its service account and the cluster's certificate. */
export const namespaceController = (context: ControllerContext): Controller => {
  const { store } = context;
  const furnish = (namespace: string): void => {
    if (!store.find('ServiceAccount', namespace, 'default')) store.insert({ kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
    if (!store.find('ConfigMap', namespace, 'kube-root-ca.crt')) {
      store.insert({ kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace }, data: { 'ca.crt': 'The sandbox speaks plain HTTP: there is no certificate.\n' } });
    }
  };
  const empty = (namespace: KubeObject): void => {
    const { name } = namespace.metadata;
    for (const object of store.listNamespace(name)) {
      if (object.metadata.deletionTimestamp === undefined) deleteObject(store, object.kind, name, object.metadata.name);
    }
    if (store.listNamespace(name).length > 0) return;
    store.mutate('Namespace', undefined, name, (draft) => {
      draft.spec.finalizers = (draft.spec.finalizers as string[]).filter((entry) => entry !== 'kubernetes');
    });
  };
  return {
    name: 'namespace',
    keys: () => store.list('Namespace').map((namespace) => namespace.metadata.name),
    concerns: (change) => {
      if (change.kind === 'Namespace') return change.type === 'DELETED' ? [] : [change.object.metadata.name];
      const { namespace } = change.object.metadata;
      if (namespace === undefined) return [];
      const terminating = store.find('Namespace', undefined, namespace)?.metadata.deletionTimestamp !== undefined;
      const furniture = change.type === 'DELETED' && (change.kind === 'ServiceAccount' || change.kind === 'ConfigMap');
      return terminating || furniture ? [namespace] : [];
    },
    reconcile: (name) => {
      const namespace = store.find('Namespace', undefined, name);
      if (!namespace) return;
      if (namespace.metadata.deletionTimestamp) empty(namespace);
      else furnish(name);
    },
  };
};
