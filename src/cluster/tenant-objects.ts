import type { KubernetesObject, V1APIResource } from '@kubernetes/client-node';
import { statusOf, TENANT_LABEL, type Cluster } from './client.js';

/** A kind that the API server can list. */
export interface ListableKind {
  apiVersion: string;
  kind: string;
  namespaced: boolean;
}

/** An object, as it is typed and where it is. */
export interface FoundObject {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

/** Lists under way at once: the API server serves others too. */
const AT_ONCE = 8;
/** Events tell what happened, and end by themselves. */
const IGNORED = ['Event', 'ComponentStatus'];

const listable = (apiVersion: string, resources: readonly V1APIResource[]): ListableKind[] =>
  resources.filter(({ name, kind, verbs }) => !name.includes('/') && verbs.includes('list') && !IGNORED.includes(kind)).map(({ kind, namespaced }) => ({ apiVersion, kind, namespaced }));

/** Every kind that this API server has, in the version that it prefers; custom resources and aggregated APIs included. */
export const listableKinds = async (cluster: Cluster): Promise<ListableKind[]> => {
  const [core, groups] = await Promise.all([cluster.core.getAPIResources(), cluster.groups.getAPIVersions()]);
  const others = await Promise.all(
    groups.groups.map(async ({ name, preferredVersion, versions }) => {
      const version = preferredVersion ?? versions[0];
      if (!version) return [];
      try {
        return listable(version.groupVersion, (await cluster.custom.getAPIResources({ group: name, version: version.version })).resources);
      } catch (error) {
        // An aggregated API whose server is away has no objects of its own in the cluster.
        if (statusOf(error) === 503 || statusOf(error) === 404) return [];
        throw error;
      }
    }),
  );
  return [...listable('v1', core.resources), ...others.flat()];
};

const foundAs = ({ apiVersion, kind }: ListableKind, object: KubernetesObject): FoundObject => ({ apiVersion, kind, namespace: object.metadata?.namespace ?? '', name: object.metadata?.name ?? '' });

/** `configmap/tenant-acme in ionos-tenants-system`. */
export const objectWords = ({ kind, namespace, name }: FoundObject): string => `${kind.toLowerCase()}/${name}${namespace === '' ? '' : ` in ${namespace}`}`;

/** All objects of all kinds that carry the tenant's label, wherever they are, or lie in its namespace. */
export const objectsOfTenant = async (cluster: Cluster, tenant: string, namespace: string): Promise<FoundObject[]> => {
  const looks = (await listableKinds(cluster)).flatMap((kind) => [
    { kind, where: undefined as string | undefined, labelSelector: `${TENANT_LABEL}=${tenant}` as string | undefined },
    ...(kind.namespaced ? [{ kind, where: namespace, labelSelector: undefined }] : []),
  ]);
  const found = new Map<string, FoundObject>();
  const work = async (): Promise<void> => {
    for (let look = looks.shift(); look; look = looks.shift()) {
      const { kind, where, labelSelector } = look;
      try {
        const list = await cluster.objects.list(kind.apiVersion, kind.kind, where, undefined, undefined, undefined, undefined, labelSelector);
        for (const object of list.items) {
          const one = foundAs(kind, object);
          found.set(objectWords(one), one);
        }
      } catch (error) {
        // Told that it can be listed, and cannot: 404 where the kind has just gone, 405 where an aggregated API promised too much.
        if (statusOf(error) !== 404 && statusOf(error) !== 405) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [...found.values()].sort((a, b) => objectWords(a).localeCompare(objectWords(b)));
};
