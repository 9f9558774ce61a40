import type { V1StorageClass } from '@kubernetes/client-node';
import { parseBytes } from '../tenant/quantities.js';
import { orUndefined, type Cluster } from './client.js';

/** Bytes that each claim of a namespace asks for, by its name. */
export const claimSizes = async (cluster: Cluster, namespace: string): Promise<Map<string, number>> =>
  new Map((await cluster.core.listNamespacedPersistentVolumeClaim({ namespace })).items.map((claim) => [claim.metadata?.name ?? '', parseBytes(claim.spec?.resources?.requests?.storage ?? '0')]));

export const readStorageClass = (cluster: Cluster, name: string): Promise<V1StorageClass | undefined> => orUndefined(cluster.storage.readStorageClass({ name }));
