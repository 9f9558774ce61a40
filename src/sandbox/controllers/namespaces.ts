import { deleteObject } from '../kubernetes-door/deletion.js';
import { kindInfo } from '../kubernetes-door/kinds.js';
import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import { setCondition } from './conditions.js';
import type { Controller, ControllerContext } from './controller.js';

/** How often each name occurs, by the alphabet. */
const tally = (names: readonly string[], words: (name: string, count: number) => string): string =>
  [...new Set(names)].sort().map((name) => words(name, names.filter((each) => each === name).length)).join(', ');

/** What a namespace says about why it is still there, in the words of the real controller. */
const tellRemaining = (status: Loose, remaining: readonly KubeObject[]): void => {
  const kinds = remaining.map(({ kind }) => kindInfo(kind)).map(({ plural, group }) => `${plural}.${group}`);
  const finalizers = remaining.flatMap(({ metadata }) => metadata.finalizers ?? []);
  setCondition(status, 'NamespaceContentRemaining', true, 'SomeResourcesRemain', `Some resources are remaining: ${tally(kinds, (kind, count) => `${kind} has ${count} resource instances`)}`);
  if (finalizers.length === 0) setCondition(status, 'NamespaceFinalizersRemaining', false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished');
  else setCondition(status, 'NamespaceFinalizersRemaining', true, 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${tally(finalizers, (finalizer, count) => `${finalizer} in ${count} resource instances`)}`);
};

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
    const remaining = store.listNamespace(name);
    if (remaining.length > 0) {
      store.mutate('Namespace', undefined, name, (draft) => tellRemaining(draft.status as Loose, remaining));
      return;
    }
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
