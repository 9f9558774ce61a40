import type { KubeObject, Loose } from '../kubernetes-door/objects.js';
import type { ObjectStore } from '../kubernetes-door/store.js';

const problemOf = (store: ObjectStore, kind: 'Secret' | 'ConfigMap', namespace: string, reference: Loose, key?: string): string | undefined => {
  if (reference['optional'] === true) return undefined;
  const name = String(reference['secretName'] ?? reference['name'] ?? '');
  const found = store.find(kind, namespace, name);
  if (!found) return `${kind.toLowerCase()} "${name}" not found`;
  const data = { ...(found['data'] as Loose | undefined), ...(found['binaryData'] as Loose | undefined) };
  return key === undefined || Object.hasOwn(data, key) ? undefined : `couldn't find key ${key} in ${kind} ${namespace}/${name}`;
};

/** The first volume that cannot be mounted because its Secret or ConfigMap is missing, in the kubelet's words. */
export const missingVolume = (store: ObjectStore, pod: KubeObject): string | undefined => {
  const namespace = pod.metadata.namespace ?? '';
  for (const volume of (pod.spec?.volumes ?? []) as Loose[]) {
    const sources: Loose[] = [volume, ...((volume['projected']?.sources ?? []) as Loose[])];
    for (const source of sources) {
      for (const [kind, field] of [['Secret', 'secret'], ['ConfigMap', 'configMap']] as const) {
        const reference = source[field] as Loose | undefined;
        if (!reference) continue;
        const keys = ((reference['items'] ?? []) as Loose[]).map((item) => String(item['key']));
        for (const key of keys.length > 0 ? keys : [undefined]) {
          const problem = problemOf(store, kind, namespace, reference, key);
          if (problem) return `MountVolume.SetUp failed for volume "${String(volume['name'])}" : ${problem.replace(/^couldn't find key .*/, `references non-existent ${kind.toLowerCase()} key: ${key ?? ''}`)}`;
        }
      }
    }
  }
  return undefined;
};

/** The first environment variable of a container that cannot be set, in the kubelet's words. */
export const missingVariable = (store: ObjectStore, pod: KubeObject, container: Loose): string | undefined => {
  const namespace = pod.metadata.namespace ?? '';
  for (const source of (container['envFrom'] ?? []) as Loose[]) {
    const problem =
      (source['secretRef'] && problemOf(store, 'Secret', namespace, source['secretRef'] as Loose)) ||
      (source['configMapRef'] && problemOf(store, 'ConfigMap', namespace, source['configMapRef'] as Loose));
    if (problem) return problem as string;
  }
  for (const { valueFrom } of (container['env'] ?? []) as { valueFrom?: Loose }[]) {
    const [secret, config] = [valueFrom?.['secretKeyRef'] as Loose | undefined, valueFrom?.['configMapKeyRef'] as Loose | undefined];
    const problem =
      (secret && problemOf(store, 'Secret', namespace, secret, String(secret['key']))) ||
      (config && problemOf(store, 'ConfigMap', namespace, config, String(config['key'])));
    if (problem) return problem;
  }
  return undefined;
};
