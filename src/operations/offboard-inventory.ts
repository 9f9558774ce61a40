import type { V1PersistentVolume, V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { orUndefined, SYSTEM_NAMESPACE, type Cluster } from '../cluster/client.js';
import { listReleases } from '../cluster/releases.js';
import { goesWithItsClaim, volumesOf } from '../cluster/remaining.js';
import { usageError } from '../engine/errors.js';
import type { Removal } from '../engine/removal.js';
import { parseBytes } from '../tenant/quantities.js';
import { MODELS_NAMESPACE, namespaceOf, releaseNames, SECRET_NAMES, stateSuffix } from '../tenant/resource-names.js';

/** terraform's Secrets of a tenant's state: one, or several where it is large. */
export const stateSecrets = async (cluster: Cluster, tenant: string): Promise<string[]> =>
  (await cluster.core.listNamespacedSecret({ namespace: SYSTEM_NAMESPACE, labelSelector: `tfstate=true,tfstateSecretSuffix=${stateSuffix(tenant)}` })).items.map(({ metadata }) => metadata?.name ?? '');

export const hasModelKey = async (cluster: Cluster, tenant: string): Promise<boolean> =>
  (await orUndefined(cluster.core.readNamespacedSecret({ name: SECRET_NAMES.modelGatewayKeys, namespace: MODELS_NAMESPACE })))?.data?.[tenant] !== undefined;

export interface ClusterInventory extends Omit<Removal, 'cloud'> {
  /** Claims whose volume stays, because its reclaim policy says so. */
  keptClaims: string[];
}

/** A claim may name a volume, but only the volume says whose it is. One that is another claim's must not be touched. */
const refuseForeignVolumes = (claims: readonly V1PersistentVolumeClaim[], volumes: readonly V1PersistentVolume[]): void => {
  for (const claim of claims) {
    const volume = volumes.find(({ metadata }) => metadata?.name === claim.spec?.volumeName);
    const owner = volume?.spec?.claimRef;
    if (!volume || owner?.uid === undefined || owner.uid === claim.metadata?.uid) continue;
    throw usageError({
      code: 'volume-foreign',
      what: `the claim ${claim.metadata?.name} names a volume that is not its own`,
      why: `volume ${volume.metadata?.name} belongs to claim ${owner.namespace}/${owner.name}`,
      next: [`Find out who made the claim: kubectl -n ${claim.metadata?.namespace} describe pvc ${claim.metadata?.name}`, 'Nothing was changed.'],
    });
  }
};

/** What the tenant has in the cluster of its workloads now; undefined is one that is gone. Only looks. */
export const inventoryOf = async (cluster: Cluster | undefined, tenant: string, namespaceIsThere: boolean): Promise<ClusterInventory> => {
  if (!cluster) return { namespaces: [], releases: [], volumes: [], modelKey: false, keptClaims: [] };
  const namespace = namespaceOf(tenant);
  const guardRails = releaseNames(tenant).guardRails.release;
  const [own, shared, claims, all, modelKey] = await Promise.all([
    listReleases(cluster, namespace),
    listReleases(cluster, SYSTEM_NAMESPACE),
    cluster.core.listNamespacedPersistentVolumeClaim({ namespace }),
    cluster.core.listPersistentVolume(),
    hasModelKey(cluster, tenant),
  ]);
  refuseForeignVolumes(claims.items, all.items);
  const volumes = volumesOf(all.items, namespace);
  const releases = [...own, ...shared.filter(({ release }) => release === guardRails)].map((each) => `${each.namespace}/${each.release}`);
  const bound = claims.items.map((claim) => {
    const claimed = claim.status?.capacity?.storage ?? claim.spec?.resources?.requests?.storage ?? '0';
    return { claim: claim.metadata?.name ?? '', bytes: parseBytes(claimed), volume: claim.spec?.volumeName ?? '' };
  });
  // Volumes that outlived their claims, in an interrupted removal or by their reclaim policy.
  const released = volumes
    .filter((volume) => !bound.some(({ claim }) => claim === volume.spec?.claimRef?.name))
    .map((volume) => ({ claim: volume.spec?.claimRef?.name ?? '', bytes: parseBytes(volume.spec?.capacity?.storage ?? '0'), volume: volume.metadata?.name ?? '' }));
  return {
    namespaces: namespaceIsThere ? [namespace] : [],
    releases: releases.sort(),
    volumes: [...bound, ...released],
    modelKey,
    keptClaims: volumes.filter((volume) => !goesWithItsClaim(volume)).map((volume) => volume.spec?.claimRef?.name ?? ''),
  };
};
