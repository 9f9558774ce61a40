import { SYSTEM_NAMESPACE, TENANT_LABEL, type Cluster } from '../../cluster/client.js';
import { listTenants } from '../../cluster/registry.js';
import { listReleases } from '../../cluster/releases.js';
import type { IonosApi } from '../../ionos/client.js';
import { listNamed } from '../../ionos/named.js';
import { addressesOfNodes, listClusters, listIpBlocks, listNodePools } from '../../ionos/reads.js';
import { clusterName, ipBlockName, namespaceOf, ownerOfCluster, ownInfrastructureName, POOL_LABEL, poolOfNodeBlock, readsAsAnothers, releaseNames, SHARED_POOL, stateSuffix } from '../../tenant/resource-names.js';
import type { OpenPlatform } from '../open-platform.js';

/** Something that carries our name and belongs to no tenant that is registered. */
export interface Orphan {
  what: string;
  /** Why it is taken for one. */
  why: string;
  /** The command that removes it for good. Nothing here runs it. */
  remove: string;
}

const orphansInCluster = async (cluster: Cluster, tenants: ReadonlySet<string>): Promise<Orphan[]> => {
  const [namespaces, volumes, releases, states] = await Promise.all([
    cluster.core.listNamespace(),
    cluster.core.listPersistentVolume(),
    listReleases(cluster, SYSTEM_NAMESPACE),
    cluster.core.listNamespacedSecret({ namespace: SYSTEM_NAMESPACE, labelSelector: 'tfstate=true' }),
  ]);
  const spaces = new Set([...tenants].map(namespaceOf));
  const guardRails = new Set([...tenants].map((tenant) => releaseNames(tenant).guardRails.release));
  const suffixes = new Set([...tenants].map(stateSuffix));
  const why = (tenant: string): string => `no tenant ${tenant} is registered`;
  return [
    ...namespaces.items.flatMap(({ metadata }): Orphan[] => {
      const tenant = metadata?.labels?.[TENANT_LABEL];
      return tenant === undefined || tenants.has(tenant) ? [] : [{ what: `namespace/${metadata?.name}`, why: why(tenant), remove: `kubectl delete namespace ${metadata?.name}` }];
    }),
    ...volumes.items.flatMap(({ metadata, spec }): Orphan[] => {
      const space = spec?.claimRef?.namespace ?? '';
      return space.startsWith('tenant-') && !spaces.has(space) ? [{ what: `persistentvolume/${metadata?.name}`, why: `made for ${space}/${spec?.claimRef?.name}; ${why(space.slice('tenant-'.length))}`, remove: `kubectl delete persistentvolume ${metadata?.name}` }] : [];
    }),
    ...releases
      .filter(({ release }) => release.startsWith('tenant-') && !guardRails.has(release))
      .map(({ release }) => ({ what: `release ${SYSTEM_NAMESPACE}/${release}`, why: why(release.slice('tenant-'.length)), remove: `helm uninstall ${release} --namespace ${SYSTEM_NAMESPACE}` })),
    ...states.items.flatMap(({ metadata }): Orphan[] => {
      const suffix = metadata?.labels?.tfstateSecretSuffix ?? '';
      return suffix === '' || suffixes.has(suffix) ? [] : [{ what: `secret/${metadata?.name} in ${SYSTEM_NAMESPACE}`, why: `terraform's state of a tenant that is not registered`, remove: `kubectl --namespace ${SYSTEM_NAMESPACE} delete secret ${metadata?.name}` }];
    }),
  ];
};

/** Addresses of tenants, and of nodes of theirs. Those of nodes come before the pool that keeps them: until then only the name tells whose they are. */
const orphansInCloud = async (api: IonosApi, platform: string, tenants: ReadonlySet<string>): Promise<Orphan[]> => {
  const [blocks, kept, clusters] = await Promise.all([listIpBlocks(api), addressesOfNodes(api), listClusters(api)]);
  const names = clusters.map(({ name }) => name);
  const own = new Set([...tenants].map((tenant) => ipBlockName(platform, tenant)));
  return blocks
    .filter(({ name, ips }) => name.startsWith(`${clusterName(platform)}-`) && !own.has(poolOfNodeBlock(name) ?? name) && !readsAsAnothers(name, platform, names) && !ips.some((ip) => kept.has(ip)))
    .map(({ id, name, ips }) => ({ what: `IP block ${name} (${ips.join(', ')})`, why: 'no tenant of its name is registered', remove: `ionosctl ipblock delete --ipblock-id ${id}` }));
};

const OWN_TYPES = new Set(['ionoscloud_datacenter', 'ionoscloud_k8s_cluster']);

/** Clusters and data centres that were made for one tenant alone, which is not registered. */
const orphanedClusters = async (api: IonosApi, platform: string, tenants: ReadonlySet<string>): Promise<Orphan[]> =>
  (await listNamed(api, OWN_TYPES, clusterName(platform))).flatMap(({ type, name, importId }): Orphan[] => {
    const tenant = ownerOfCluster(name, platform);
    if (tenant === undefined || tenants.has(tenant)) return [];
    const why = `no tenant ${tenant} is registered`;
    return [
      type === 'ionoscloud_datacenter'
        ? { what: `data centre ${name}`, why, remove: `ionosctl datacenter delete --datacenter-id ${importId}` }
        : { what: `cluster ${name}`, why, remove: `ionosctl k8s cluster delete --cluster-id ${importId}` },
    ];
  });

/** Node pools whose nodes are set apart for a tenant that is not registered. */
const orphanedPools = async (api: IonosApi, { name, cluster, managed }: OpenPlatform, tenants: ReadonlySet<string>): Promise<Orphan[]> => {
  if (!managed) return [];
  const [nodes, pools] = await Promise.all([cluster.core.listNode(), listNodePools(api, managed.id)]);
  const labels = new Set(nodes.items.map(({ metadata }) => metadata?.labels?.[POOL_LABEL]).filter((label): label is string => label !== undefined && label !== SHARED_POOL && !tenants.has(label)));
  return pools
    .filter((pool) => [...labels].some((tenant) => pool.name === ownInfrastructureName(name, tenant)))
    .map(({ id, name: pool }) => ({ what: `node pool ${pool}`, why: 'its nodes are set apart for a tenant that is not registered', remove: `ionosctl k8s nodepool delete --cluster-id ${managed.id} --nodepool-id ${id}` }));
};

/** Everything on a platform and, where there is an account, in it, that is named for a tenant and belongs to none. Only looks. */
export const findOrphans = async (platform: OpenPlatform, api: IonosApi | undefined): Promise<Orphan[]> => {
  const tenants = new Set((await listTenants(platform.cluster)).filter(({ phase }) => phase !== 'deleted').map(({ name }) => name));
  const found = await Promise.all([orphansInCluster(platform.cluster, tenants), ...(api ? [orphansInCloud(api, platform.name, tenants), orphanedPools(api, platform, tenants), orphanedClusters(api, platform.name, tenants)] : [])]);
  return found.flat();
};
