/** Names of everything that a platform or a tenant owns, in one place. Inputs are names that name.ts accepted. */

/** Registry, Leases, terraform state and guard-rail releases live here. */
export const SYSTEM_NAMESPACE = 'ionos-tenants-system';
/** The shared model gateway lives here. */
export const MODELS_NAMESPACE = 'ionos-tenants-models';
/** Label on every object of a tenant; its value is the tenant's name. */
export const TENANT_LABEL = 'ionos-tenants.io/tenant';
/** Label of nodes and pods of a tenant with nodes of its own. */
export const POOL_LABEL = 'ionos-tenants.io/pool';
export const PART_OF_LABEL = 'app.kubernetes.io/part-of';
export const PART_OF = 'ionos-tenants';

export const namespaceOf = (tenant: string): string => `tenant-${tenant}`;
/** The tenant whose namespace has that name. */
export const tenantOfNamespace = (namespace: string): string => namespace.replace(/^tenant-/, '');

/** Labels that every object of a tenant carries. */
export const tenantLabels = (tenant: string): Record<string, string> => ({ [TENANT_LABEL]: tenant, [PART_OF_LABEL]: PART_OF });

export type ChartName = 'tenant' | 'wordpress' | 'openwebui' | 'gateway' | 'model-gateway';

export interface ReleaseName {
  chart: ChartName;
  release: string;
  namespace: string;
}

/** The releases of one tenant. The guard rails live outside the tenant's namespace, so that nobody in it can change them. */
export const releaseNames = (tenant: string): Record<'guardRails' | 'wordpress' | 'openwebui' | 'gateway', ReleaseName> => ({
  guardRails: { chart: 'tenant', release: `tenant-${tenant}`, namespace: SYSTEM_NAMESPACE },
  wordpress: { chart: 'wordpress', release: 'wordpress', namespace: namespaceOf(tenant) },
  openwebui: { chart: 'openwebui', release: 'openwebui', namespace: namespaceOf(tenant) },
  gateway: { chart: 'gateway', release: 'gateway', namespace: namespaceOf(tenant) },
});

export const modelGatewayRelease: ReleaseName = { chart: 'model-gateway', release: 'model-gateway', namespace: MODELS_NAMESPACE };

/** Base URL under which Open WebUI reaches the shared model gateway. */
export const MODEL_GATEWAY_URL = `http://model-gateway.${MODELS_NAMESPACE}.svc.cluster.local:8080/v1`;
/** WordPress's MCP endpoint as Open WebUI, in the same namespace, reaches it. */
export const MCP_URL = 'http://wordpress-mcp:8081/wp-json/tenant/mcp';

/** Secrets in the tenant's namespace, and the shared ones of the model gateway. */
export const SECRET_NAMES = { wordpress: 'wordpress', openwebui: 'openwebui', modelGateway: 'model-gateway', modelGatewayKeys: 'model-gateway-keys' } as const;

/** Claims in the tenant's namespace, by what is on them. */
export const CLAIM_NAMES = { wordpress: 'wordpress-content', database: 'mariadb-data', openwebui: 'openwebui-data', gateway: 'gateway-data' } as const;

/** Managed cluster and data centre of a platform in IONOS Cloud. */
export const clusterName = (platform: string): string => `ionos-tenants-${platform}`;
export const datacenterName = clusterName;
/** The tenant's reserved IP block in IONOS Cloud. */
export const ipBlockName = (platform: string, tenant: string): string => `ionos-tenants-${platform}-${tenant}`;
/**
 * Whether a name in the cloud can be read as another platform's, of which these clusters tell: tenant `b` of platform `main-a` and tenant
 * `a-b` of `main` have blocks of the same name. Such a name proves nothing.
 */
export const readsAsAnothers = (name: string, platform: string, clusters: readonly string[]): boolean =>
  clusters.some((cluster) => cluster !== clusterName(platform) && isOfPlatform(cluster) && name.startsWith(`${cluster}-`));
/** IP block of one node of a pool. The dot, which no name can have, tells it from the block of a tenant `<tenant>-<index>`. */
export const nodeBlockName = (pool: string, index: number | string): string => `${pool}.${index}`;
/** The pool for one of whose nodes a block of this name was reserved; undefined for every other block. */
export const poolOfNodeBlock = (block: string): string | undefined => /^(.+)\.\d+$/.exec(block)?.[1];
/** Node pool that a tenant owns under stronger isolation. */
export const ownInfrastructureName = ipBlockName;
/** Cluster and data centre of a tenant with isolation `cluster`. The dot, which no name can have, tells them from a platform's. */
export const ownClusterName = (platform: string, tenant: string): string => `${clusterName(platform)}.${tenant}`;
/** The tenant whose own cluster or data centre on this platform has that name; undefined for everything else. */
export const ownerOfCluster = (name: string, platform: string): string | undefined => (name.startsWith(`${clusterName(platform)}.`) ? name.slice(clusterName(platform).length + 1) : undefined);
/** Whether a cluster of this name can be a platform's. */
export const isOfPlatform = (cluster: string): boolean => !cluster.includes('.');
/** Value of the pool label on the nodes that tenants of a platform share; no tenant can have this name. */
export const SHARED_POOL = 'shared';
/** Value of the pool label for a tenant with nodes of its own. */
export const nodePoolLabel = (tenant: string): string => tenant;

/** terraform's kubernetes backend refuses suffixes that end in a number, so a word follows the name. */
export const stateSuffix = (tenant: string): string => `${tenant}-state`;
/** The Secret that the backend makes of it, in the default workspace. */
export const stateSecretName = (tenant: string): string => `tfstate-default-${stateSuffix(tenant)}`;
/** The tenant's ConfigMap in the registry. */
export const registryName = (tenant: string): string => `tenant-${tenant}`;
/** The Lease that serialises operations on a tenant. */
export const leaseName = (tenant: string): string => `tenant-${tenant}`;
/** The Lease that serialises changes of the model gateway, which all tenants of a cluster share. */
export const MODEL_GATEWAY_LEASE = 'model-gateway';
