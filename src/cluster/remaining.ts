import type { KubernetesObject, V1PersistentVolume } from '@kubernetes/client-node';
import { orUndefined, statusOf, type Cluster } from './client.js';
import { whyNotReady } from './pods.js';
import type { Remaining } from './until-gone.js';

/** Why an object that was told to go is still there. */
const heldBy = ({ metadata }: KubernetesObject): string => {
  if (metadata?.deletionTimestamp === undefined) return 'not told to go';
  const finalizers = metadata.finalizers ?? [];
  return finalizers.length === 0 ? 'terminating' : `terminating, held by ${finalizers.join(', ')}`;
};

/** Services that still have, or ask for, a load balancer's address. */
export const remainingBalancers = async (cluster: Cluster, namespace: string): Promise<Remaining[]> =>
  (await cluster.core.listNamespacedService({ namespace })).items
    .filter((service) => service.spec?.type === 'LoadBalancer')
    .map((service) => ({ what: `service/${service.metadata?.name}`, why: heldBy(service) }));

export const remainingPods = async (cluster: Cluster, namespace: string): Promise<Remaining[]> =>
  (await cluster.core.listNamespacedPod({ namespace })).items.map((pod) => {
    const finalizers = pod.metadata?.finalizers ?? [];
    return { what: `pod/${pod.metadata?.name}`, why: pod.metadata?.deletionTimestamp === undefined ? whyNotReady(pod) || 'still running' : finalizers.length > 0 ? heldBy(pod) : `terminating${pod.spec?.nodeName === undefined ? '' : ` on ${pod.spec.nodeName}`}` };
  });

/** Those of the volumes that were made for claims in this namespace, bound or released. */
export const volumesOf = (volumes: readonly V1PersistentVolume[], namespace: string): V1PersistentVolume[] => volumes.filter((volume) => volume.spec?.claimRef?.namespace === namespace);

/** A volume that the cluster itself removes once its claim is gone. */
export const goesWithItsClaim = (volume: V1PersistentVolume): boolean => volume.spec?.persistentVolumeReclaimPolicy === 'Delete';

/** Claims of a namespace, and the volumes that go with them. What its reclaim policy keeps is not waited for. */
export const remainingStorage = async (cluster: Cluster, namespace: string): Promise<Remaining[]> => {
  const [claims, volumes] = await Promise.all([cluster.core.listNamespacedPersistentVolumeClaim({ namespace }), cluster.core.listPersistentVolume()]);
  return [
    ...claims.items.map((claim) => ({ what: `persistentvolumeclaim/${claim.metadata?.name}`, why: heldBy(claim) })),
    ...volumesOf(volumes.items, namespace).filter(goesWithItsClaim).map((volume) => ({
      what: `persistentvolume/${volume.metadata?.name}`,
      why: volume.status?.message ?? (volume.metadata?.deletionTimestamp === undefined ? `${volume.status?.phase ?? 'unknown'}, its storage is being removed` : heldBy(volume)),
    })),
  ];
};

/** The namespace, with the cluster's own words about what holds it. */
export const remainingNamespace = async (cluster: Cluster, name: string): Promise<Remaining[]> => {
  const found = await orUndefined(cluster.core.readNamespace({ name }));
  if (!found) return [];
  const said = (found.status?.conditions ?? []).filter(({ status, message }) => status === 'True' && message !== undefined && message !== '').map(({ message }) => message);
  return [{ what: `namespace/${name}`, why: said.length > 0 ? said.join('; ') : heldBy({ metadata: { ...found.metadata, finalizers: found.spec?.finalizers ?? [] } }) }];
};

/** A removal of what may be gone already. */
export const orGone = async (removal: Promise<unknown>): Promise<void> => {
  try {
    await removal;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
};
