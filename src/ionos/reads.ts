import { parse } from 'yaml';
import { InstallerError } from '../engine/errors.js';
import { explainApiError, type IonosApi } from './client.js';

/** Limits and present use of a contract. RAM in MB, storage in MB, as the API has them. */
export interface ContractLimits {
  contractNumber: number;
  owner: string;
  limits: Record<string, number>;
}

/** The contract that a call is about, for accounts that have several. */
export const withContract = (api: IonosApi): { xContractNumber?: number } => (api.contractNumber === undefined ? {} : { xContractNumber: api.contractNumber });

/** Who are we, and what may the contract still hold. The first call of every operation: it also checks the credentials. */
export const readContract = async (api: IonosApi): Promise<ContractLimits> => {
  try {
    const { data } = await api.contracts.contractsGet({ depth: 1, ...withContract(api) });
    const items = (data as { items?: { properties?: Record<string, unknown> }[] }).items ?? [{ properties: (data as { properties?: Record<string, unknown> }).properties ?? {} }];
    const properties = items[0]?.properties ?? {};
    return {
      contractNumber: Number(properties.contractNumber ?? 0),
      owner: String(properties.owner ?? ''),
      limits: (properties.resourceLimits ?? {}) as Record<string, number>,
    };
  } catch (error) {
    throw explainApiError(error, 'reading the contract');
  }
};

/** Address of a user. Undefined when these credentials may not look: only administrators may. */
export const readUserEmail = async (api: IonosApi, userId: string): Promise<string | undefined> => {
  try {
    const { data } = await api.users.umUsersFindById({ userId, depth: 0, ...withContract(api) });
    return data.properties?.email;
  } catch (error) {
    const explained = explainApiError(error, 'reading the user');
    if (explained instanceof InstallerError) return undefined;
    throw explained;
  }
};

export interface ClusterSummary {
  id: string;
  name: string;
  state: string;
  k8sVersion: string;
  location?: string;
}

/** All reserved IP blocks of the contract. */
export const listIpBlocks = async (api: IonosApi): Promise<{ id: string; name: string; ips: string[] }[]> => {
  try {
    const { data } = await api.ipBlocks.ipblocksGet({ depth: 1, ...withContract(api) });
    return (data.items ?? []).map(({ id = '', properties }) => ({ id, name: properties?.name ?? '', ips: properties?.ips ?? [] }));
  } catch (error) {
    throw explainApiError(error, 'listing the IP blocks');
  }
};

/** All managed clusters of the contract. */
export const listClusters = async (api: IonosApi): Promise<ClusterSummary[]> => {
  try {
    const { data } = await api.kubernetes.k8sGet({ depth: 1, ...withContract(api) });
    return (data.items ?? []).map((item) => ({
      id: item.id ?? '',
      name: item.properties?.name ?? '',
      state: (item.metadata as { state?: string } | undefined)?.state ?? '',
      k8sVersion: item.properties?.k8sVersion ?? '',
      ...((item.properties as { location?: string } | undefined)?.location === undefined ? {} : { location: (item.properties as { location?: string }).location as string }),
    }));
  } catch (error) {
    throw explainApiError(error, 'listing the Kubernetes clusters');
  }
};

/** The cluster's admin kubeconfig, YAML. A secret: register it with the redactor, keep it in a 0600 file, remove it after the run. */
export const readKubeconfig = async (api: IonosApi, clusterId: string): Promise<string> => {
  try {
    const { data } = await api.kubernetes.k8sKubeconfigGet({ k8sClusterId: clusterId, ...withContract(api) }, { responseType: 'text', transformResponse: [(body: unknown) => body] });
    return String(data);
  } catch (error) {
    throw explainApiError(error, 'fetching the kubeconfig');
  }
};

/** Tokens and keys inside a kubeconfig. */
export const secretsOf = (kubeconfig: string): string[] => {
  const config = parse(kubeconfig) as { users?: { user?: Record<string, unknown> }[] };
  return (config.users ?? []).flatMap(({ user }) => [user?.token, user?.['client-key-data'], user?.password].filter((value): value is string => typeof value === 'string'));
};

/** Addresses of the API servers that a kubeconfig leads to. */
export const serversOf = (kubeconfig: string): string[] =>
  ((parse(kubeconfig) as { clusters?: { cluster?: { server?: string } }[] }).clusters ?? []).flatMap(({ cluster }) => (cluster?.server === undefined ? [] : [cluster.server]));

export interface NodePoolSummary {
  id: string;
  name: string;
  state: string;
  /** Kubernetes release that its nodes run. */
  k8sVersion: string;
  nodeCount: number;
  serverType: string;
  coresCount: number;
  /** MB. */
  ramSize: number;
  /** GB. */
  storageSize: number;
  storageType: string;
  datacenterId: string;
  /** Reserved addresses that its nodes take, one of them spare. */
  publicIps: string[];
  /** Labels that its nodes get. */
  labels: Record<string, string>;
}

export const listNodePools = async (api: IonosApi, clusterId: string): Promise<NodePoolSummary[]> => {
  try {
    const { data } = await api.kubernetes.k8sNodepoolsGet({ k8sClusterId: clusterId, depth: 1, ...withContract(api) });
    return (data.items ?? []).map((item) => ({
      id: item.id ?? '',
      name: item.properties?.name ?? '',
      state: (item.metadata as { state?: string } | undefined)?.state ?? '',
      k8sVersion: item.properties?.k8sVersion ?? '',
      nodeCount: item.properties?.nodeCount ?? 0,
      // Pools from before there was a choice do not say: that is what they are.
      serverType: item.properties?.serverType ?? 'DedicatedCore',
      coresCount: item.properties?.coresCount ?? 0,
      ramSize: item.properties?.ramSize ?? 0,
      storageSize: item.properties?.storageSize ?? 0,
      storageType: item.properties?.storageType ?? '',
      datacenterId: item.properties?.datacenterId ?? '',
      publicIps: item.properties?.publicIps ?? [],
      labels: item.properties?.labels ?? {},
    }));
  } catch (error) {
    throw explainApiError(error, 'listing the node pools');
  }
};

/** Addresses that node pools of the contract keep for their nodes, the spare ones included, which nothing uses yet. */
export const addressesOfNodes = async (api: IonosApi): Promise<Set<string>> => {
  const pools = await Promise.all((await listClusters(api)).map(({ id }) => listNodePools(api, id)));
  return new Set(pools.flat().flatMap(({ publicIps }) => publicIps));
};

/** The default Kubernetes version that IONOS offers today. */
export const defaultKubernetesVersion = async (api: IonosApi): Promise<string> => {
  try {
    const { data } = await api.kubernetes.k8sVersionsDefaultGet();
    return String(data).replaceAll('"', '').trim();
  } catch (error) {
    throw explainApiError(error, 'reading the default Kubernetes version');
  }
};

export const listKubernetesVersions = async (api: IonosApi): Promise<string[]> => {
  try {
    const { data } = await api.kubernetes.k8sVersionsGet();
    return data;
  } catch (error) {
    throw explainApiError(error, 'reading the Kubernetes versions');
  }
};

export const listLocations = async (api: IonosApi): Promise<string[]> => {
  try {
    const { data } = await api.locations.locationsGet({ depth: 0 });
    return (data.items ?? []).map((item) => item.id ?? '').filter((id) => id !== '');
  } catch (error) {
    throw explainApiError(error, 'listing the locations');
  }
};

/** Location of a data centre, for example `de/fra`: a tenant's address must be in the same one. */
export const datacenterLocation = async (api: IonosApi, datacenterId: string): Promise<string> => {
  try {
    const { data } = await api.datacenters.datacentersFindById({ datacenterId, depth: 0, ...withContract(api) });
    return data.properties?.location ?? '';
  } catch (error) {
    throw explainApiError(error, 'reading the data centre');
  }
};
