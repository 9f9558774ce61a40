import { createOnce, orUndefined, TENANT_LABEL, type Cluster } from './client.js';

/** Makes a namespace of the product's own, once. The labels ask for Pod Security `restricted`. */
export const ensureNamespace = async (cluster: Cluster, name: string, labels: Record<string, string> = {}): Promise<boolean> => {
  if (await orUndefined(cluster.core.readNamespace({ name }))) return false;
  return createOnce(
    cluster.core.createNamespace({
      body: {
        metadata: {
          name,
          labels: {
            'app.kubernetes.io/part-of': 'ionos-tenants',
            'pod-security.kubernetes.io/enforce': 'restricted',
            ...labels,
          },
        },
      },
    }),
  );
};

export type NamespaceOwner = 'absent' | 'ours' | 'foreign' | 'terminating';

/** Whose a tenant's namespace is. One without our label is never adopted. */
export const namespaceOwner = async (cluster: Cluster, namespace: string, tenant: string): Promise<NamespaceOwner> => {
  const found = await orUndefined(cluster.core.readNamespace({ name: namespace }));
  if (!found) return 'absent';
  if (found.metadata?.deletionTimestamp !== undefined) return 'terminating';
  return found.metadata?.labels?.[TENANT_LABEL] === tenant ? 'ours' : 'foreign';
};
