import type { Cluster } from '../../src/cluster/client.js';

/** Every kind that the sandbox's cluster serves and that a tenant could have something of. */
const KINDS = [
  ['v1', 'Namespace'], ['v1', 'Secret'], ['v1', 'ConfigMap'], ['v1', 'Service'], ['v1', 'ServiceAccount'], ['v1', 'PersistentVolumeClaim'], ['v1', 'PersistentVolume'], ['v1', 'ResourceQuota'], ['v1', 'LimitRange'], ['v1', 'Pod'], ['v1', 'Node'], ['v1', 'Endpoints'],
  ['apps/v1', 'Deployment'], ['apps/v1', 'StatefulSet'], ['apps/v1', 'ReplicaSet'], ['apps/v1', 'DaemonSet'], ['batch/v1', 'Job'], ['batch/v1', 'CronJob'], ['networking.k8s.io/v1', 'NetworkPolicy'], ['policy/v1', 'PodDisruptionBudget'], ['coordination.k8s.io/v1', 'Lease'],
  ['rbac.authorization.k8s.io/v1', 'Role'], ['rbac.authorization.k8s.io/v1', 'RoleBinding'], ['rbac.authorization.k8s.io/v1', 'ClusterRole'], ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'], ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding'], ['discovery.k8s.io/v1', 'EndpointSlice'],
] as const;

/** `Kind namespace/name` of every object in whose name, namespace or labels the tenant's name stands. Looks on its own, not through the product. */
export const objectsNaming = async (cluster: Cluster, tenant: string): Promise<string[]> => {
  const lists = await Promise.all(KINDS.map(async ([apiVersion, kind]) => ({ kind, items: (await cluster.objects.list(apiVersion, kind)).items })));
  return lists
    .flatMap(({ kind, items }) =>
      items
        .filter(({ metadata }) => [metadata?.namespace, metadata?.name, ...Object.values(metadata?.labels ?? {})].some((text) => text?.split(/[^a-z0-9]+/).includes(tenant)))
        .map(({ metadata }) => `${kind} ${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`),
    )
    .sort();
};
