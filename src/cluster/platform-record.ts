import type { V1ConfigMap } from '@kubernetes/client-node';
import type { AddressSource } from '../tenant/address-source.js';
import { createOnce, orUndefined, SYSTEM_NAMESPACE, type Cluster } from './client.js';

/** What an adopted cluster says of itself as a platform, for every operator. Never a secret. */
export interface PlatformRecord {
  name: string;
  addresses: AddressSource;
  /** IONOS location of the tenants' addresses; only with `ip-block`. */
  location?: string;
  /** Id of the managed cluster in IONOS Cloud, when it is one. */
  clusterId?: string;
  adoptedAt: string;
  /** `<user>@<host>`. */
  adoptedBy: string;
}

const NAME = 'platform';

const toConfigMap = (record: PlatformRecord): V1ConfigMap => ({
  metadata: {
    name: NAME,
    namespace: SYSTEM_NAMESPACE,
    labels: { 'app.kubernetes.io/part-of': 'ionos-tenants', 'app.kubernetes.io/managed-by': 'ionos-tenants', 'ionos-tenants.io/registry': 'platform' },
  },
  data: { 'record.json': JSON.stringify(record, null, 1) },
});

/** Undefined for a cluster that was never adopted. */
export const readPlatformRecord = async (cluster: Cluster): Promise<PlatformRecord | undefined> => {
  const map = await orUndefined(cluster.core.readNamespacedConfigMap({ name: NAME, namespace: SYSTEM_NAMESPACE }));
  return map && (JSON.parse(map.data?.['record.json'] ?? '{}') as PlatformRecord);
};

/** Writes the record, over an earlier one. */
export const writePlatformRecord = async (cluster: Cluster, record: PlatformRecord): Promise<void> => {
  const body = toConfigMap(record);
  if (await createOnce(cluster.core.createNamespacedConfigMap({ namespace: SYSTEM_NAMESPACE, body }))) return;
  await cluster.core.replaceNamespacedConfigMap({ name: NAME, namespace: SYSTEM_NAMESPACE, body });
};
