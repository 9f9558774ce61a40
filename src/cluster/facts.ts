import type { V1CSINodeDriver, V1Node } from '@kubernetes/client-node';
import { InstallerError } from '../engine/errors.js';
import { CIDR_PATTERN, isIpv4, isNeverInternet } from '../tenant/cidr.js';
import { POOL_LABEL, SHARED_POOL, TENANT_LABEL } from '../tenant/resource-names.js';
import { statusOf, type Cluster } from './client.js';

export interface ClusterDns {
  namespace: string;
  podLabels: Record<string, string>;
  port: number;
}

/** Where the cluster's DNS pods are: discovered, because policies that assume it cut a tenant off silently. */
export const discoverDns = async (cluster: Cluster): Promise<ClusterDns> => {
  const services = await cluster.core.listNamespacedService({ namespace: 'kube-system' });
  const dns = services.items.find((service) => ['kube-dns', 'coredns'].includes(service.metadata?.name ?? '')) ?? services.items.find((service) => service.metadata?.labels?.['k8s-app'] === 'kube-dns');
  const selector = dns?.spec?.selector;
  if (!dns || !selector) {
    throw new InstallerError({ code: 'no-dns', what: 'the cluster has no DNS service that can be found', why: 'no Service kube-dns or coredns in kube-system', next: ['Check the cluster: kubectl -n kube-system get services'] });
  }
  const target = dns.spec?.ports?.find((port) => port.port === 53)?.targetPort;
  return { namespace: 'kube-system', podLabels: selector, port: typeof target === 'number' ? target : 53 };
};

/** The class that the tenants' volumes use. IONOS offers `ionos-enterprise-ssd`; a trial cluster's default class will do. */
export const chooseStorageClass = async (cluster: Cluster): Promise<string> => {
  const classes = (await cluster.storage.listStorageClass()).items;
  const ssd = classes.find((each) => each.metadata?.name === 'ionos-enterprise-ssd');
  const fallback = classes.find((each) => each.metadata?.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true') ?? classes[0];
  const name = (ssd ?? fallback)?.metadata?.name;
  if (name === undefined) throw new InstallerError({ code: 'no-storage-class', what: 'the cluster has no storage class', next: ['Check the cluster: kubectl get storageclass'] });
  return name;
};

export interface NodeFacts {
  name: string;
  ready: boolean;
  /** Why it is not ready, in the node's own words; empty when it is. */
  unready: string;
  /** Kubernetes quantities, as the node reports them. */
  cpu: string;
  memory: string;
  pods: number;
  addresses: string[];
  /** Address that can be reached from outside; undefined when the node does not tell one. */
  externalAddress?: string;
  labels: Record<string, string>;
  /** Where its pods' addresses are from, as `10.244.1.0/24`; undefined where the cluster's network divides them by itself. */
  podRanges?: string[];
  /** Volumes that the storage driver can still attach in all; undefined when it does not say. */
  volumeSlots?: number;
}

const externalAddressOf = (node: V1Node): Pick<NodeFacts, 'externalAddress'> => {
  const found = (node.status?.addresses ?? []).find((address) => address.type === 'ExternalIP')?.address;
  return found === undefined ? {} : { externalAddress: found };
};

const whyUnready = (node: V1Node): string => {
  const condition = (node.status?.conditions ?? []).find(({ type }) => type === 'Ready');
  if (condition?.status !== 'True') return [condition?.reason ?? 'it reports nothing', condition?.message ?? ''].filter((text) => text !== '').join(': ');
  return node.spec?.unschedulable === true ? 'it is cordoned' : '';
};

/** `2 of 3 nodes are not ready: node-1 (KubeletNotReady: …)`; empty when all are. */
export const unreadyWords = (nodes: readonly NodeFacts[]): string => {
  const unready = nodes.filter(({ ready }) => !ready);
  if (unready.length === 0) return '';
  // The same reason on many nodes is one reason.
  const reasons = [...new Set(unready.map(({ unready: why }) => why))].map((why) => `${unready.filter((node) => node.unready === why).map(({ name }) => name).join(', ')} (${why})`);
  return `${unready.length} of ${nodes.length} nodes ${unready.length === 1 ? 'is' : 'are'} not ready: ${reasons.join('; ')}`;
};

/** The nodes with what they can hold. */
export const readNodes = async (cluster: Cluster): Promise<NodeFacts[]> => {
  const [nodes, drivers] = await Promise.all([cluster.core.listNode(), cluster.storage.listCSINode().catch(() => ({ items: [] }))]);
  return nodes.items.map((node) => {
    const csi = drivers.items.find((each) => each.metadata?.name === node.metadata?.name);
    // A node without a storage driver says null where its type promises a list.
    const slots = (csi?.spec.drivers as V1CSINodeDriver[] | null | undefined)?.map((driver) => driver.allocatable?.count).find((count) => count !== undefined);
    return {
      name: node.metadata?.name ?? '',
      ready: whyUnready(node) === '',
      unready: whyUnready(node),
      cpu: node.status?.allocatable?.cpu ?? '0',
      memory: node.status?.allocatable?.memory ?? '0',
      pods: Number(node.status?.allocatable?.pods ?? 110),
      addresses: (node.status?.addresses ?? []).map((address) => address.address),
      ...externalAddressOf(node),
      labels: node.metadata?.labels ?? {},
      ...(node.spec?.podCIDRs === undefined ? {} : { podRanges: node.spec.podCIDRs }),
      ...(slots === undefined ? {} : { volumeSlots: slots }),
    };
  });
};

/** Whether the platform's nodes carry the label of the shared pool. An adopted cluster has no such label. */
export const hasSharedPool = (nodes: readonly NodeFacts[]): boolean => nodes.some(({ labels }) => labels[POOL_LABEL] === SHARED_POOL);

/** Nodes that are meant for tenants without nodes of their own: never another tenant's. */
export const sharedNodes = (nodes: readonly NodeFacts[]): NodeFacts[] => {
  const label = hasSharedPool(nodes) ? SHARED_POOL : undefined;
  return nodes.filter(({ labels }) => labels[POOL_LABEL] === label);
};

/** Whose own nodes there are, by the label that nodes of one tenant alone carry. */
export const ownersOfNodes = (nodes: readonly NodeFacts[]): string[] => [...new Set(nodes.flatMap(({ labels }) => labels[POOL_LABEL] ?? []))].filter((label) => label !== SHARED_POOL);

/** Tenants some of whose pods may be placed on any node, because they select no pool. */
export const unplacedTenants = async (cluster: Cluster): Promise<string[]> => {
  const { items } = await cluster.core.listPodForAllNamespaces({ labelSelector: TENANT_LABEL });
  const unplaced = items.filter(({ spec, status }) => spec?.nodeSelector?.[POOL_LABEL] === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  return [...new Set(unplaced.map(({ metadata }) => metadata?.labels?.[TENANT_LABEL] ?? ''))].sort();
};

/** How many volumes are attached or about to be: one for each bound claim. */
export const countVolumes = async (cluster: Cluster): Promise<number> => (await cluster.core.listPersistentVolumeClaimForAllNamespaces()).items.length;

/** Where the addresses of Services are from. Clusters before Kubernetes 1.33 do not tell it. */
const serviceRanges = async (cluster: Cluster): Promise<string[]> => {
  const ranges = await cluster.networking.listServiceCIDR().catch((error: unknown) => {
    if (statusOf(error) === 404) return { items: [] };
    throw error;
  });
  return ranges.items.flatMap(({ spec }) => spec?.cidrs ?? []);
};

/**
 * Networks that an opened egress must never reach, on top of the private ranges, which are in the chart: nodes and the API server, each
 * as /32, and the ranges of pods and Services where a cluster has given them others. IPv4 only: the charts open nothing else.
 */
export const protectedNetworks = async (cluster: Cluster, nodes: readonly NodeFacts[]): Promise<string[]> => {
  const [kubernetes, services] = await Promise.all([cluster.core.readNamespacedEndpoints({ name: 'kubernetes', namespace: 'default' }).catch(() => undefined), serviceRanges(cluster)]);
  const api = (kubernetes?.subsets ?? []).flatMap((subset) => (subset.addresses ?? []).map((address) => address.ip));
  const server = new URL(cluster.server).hostname;
  const addresses = [...nodes.flatMap((node) => node.addresses), ...api, server].filter((host) => isIpv4(host) && !host.startsWith('127.'));
  const ranges = [...nodes.flatMap(({ podRanges = [] }) => podRanges), ...services].filter((range) => CIDR_PATTERN.test(range) && !isNeverInternet(range));
  return [...new Set([...addresses.map((address) => `${address}/32`), ...ranges])].sort();
};
