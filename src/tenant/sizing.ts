import { nodePublicIps } from './preset.js';
import type { NodePool, Resources, TenantPreset } from './preset.js';
import { GIB, formatBytes, formatMillicores, parseBytes, parseMillicores } from './quantities.js';
import type { Isolation, TenantSpec } from './spec.js';

/** What the size of a tenant depends on, besides its preset. */
export type SizedBy = Pick<TenantSpec, 'isolation'> & { wordpress: { domain: string | null }; openwebui: { domain: string | null } };

/** CPU in millicores, everything else in bytes. */
export interface Amounts {
  millicores: number;
  memory: number;
  ephemeralStorage: number;
}

/** What one tenant asks of a platform. */
export interface TenantUsage extends Amounts {
  /** Bytes on block volumes (SSD). */
  storage: number;
  /** Block volumes that are attached while it runs. */
  volumes: number;
  /** Reserved public IPv4 addresses of its own, without those of own nodes. */
  ips: number;
  pods: number;
  /** Requests of its largest pod, which has to fit on one node. */
  largestPod: Amounts;
}

const readAmounts = (amounts: Resources['requests']): Amounts => ({
  millicores: parseMillicores(amounts.cpu),
  memory: parseBytes(amounts.memory),
  ephemeralStorage: parseBytes(amounts['ephemeral-storage']),
});

const fold = (list: readonly Amounts[], join: (a: number, b: number) => number): Amounts =>
  list.reduce(
    (sum, item) => ({
      millicores: join(sum.millicores, item.millicores),
      memory: join(sum.memory, item.memory),
      ephemeralStorage: join(sum.ephemeralStorage, item.ephemeralStorage),
    }),
    { millicores: 0, memory: 0, ephemeralStorage: 0 },
  );

/**
 * The container that runs WordPress's schedule beside it, as charts/wordpress sets it. It is the same for every size:
 * one PHP command line at a time, 36 MB measured.
 */
export const CRON_HELPER: Resources = {
  requests: { cpu: '10m', memory: '48Mi', 'ephemeral-storage': '32Mi' },
  limits: { cpu: '250m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
};

/** Requests or limits of every pod: WordPress with its helper, database, Open WebUI, gateway. */
const podsOf = (preset: TenantPreset, kind: 'requests' | 'limits'): Amounts[] =>
  [[preset.wordpress.resources, CRON_HELPER], [preset.database.resources], [preset.openwebui.resources], [preset.gateway.resources]].map((containers) =>
    fold(
      containers.map((resources) => readAmounts(resources[kind])),
      (a, b) => a + b,
    ),
  );

const usesDomains = (spec: SizedBy): boolean => spec.wordpress.domain !== null || spec.openwebui.domain !== null;

/** Sizes of a tenant's volumes in bytes; the gateway has one for certificates, and only with domains. */
export const volumesOf = (preset: TenantPreset, spec: SizedBy): { name: 'wordpress' | 'database' | 'openwebui' | 'gateway'; bytes: number }[] => [
  { name: 'wordpress', bytes: parseBytes(preset.wordpress.storage) },
  { name: 'database', bytes: parseBytes(preset.database.storage) },
  { name: 'openwebui', bytes: parseBytes(preset.openwebui.storage) },
  ...(usesDomains(spec) ? [{ name: 'gateway' as const, bytes: parseBytes(preset.gateway.storage) }] : []),
];

/** What a tenant asks for: sums of requests, volumes, one address. `preset` is the resolved one. */
export const usageOf = (preset: TenantPreset, spec: SizedBy): TenantUsage => {
  const requests = podsOf(preset, 'requests');
  const volumes = volumesOf(preset, spec);
  return {
    ...fold(requests, (a, b) => a + b),
    storage: volumes.reduce((sum, { bytes }) => sum + bytes, 0),
    volumes: volumes.length,
    ips: 1,
    pods: requests.length,
    largestPod: fold(requests, Math.max),
  };
};

/** What the second size takes more than the first; never below zero. */
export const growthOf = (before: TenantUsage, after: TenantUsage): TenantUsage => {
  const more = (key: 'millicores' | 'memory' | 'ephemeralStorage' | 'storage' | 'volumes' | 'ips' | 'pods'): number => Math.max(0, after[key] - before[key]);
  return {
    millicores: more('millicores'),
    memory: more('memory'),
    ephemeralStorage: more('ephemeralStorage'),
    storage: more('storage'),
    volumes: more('volumes'),
    ips: more('ips'),
    pods: more('pods'),
    largestPod: after.largestPod,
  };
};

/** ResourceQuota of a tenant's namespace, as Kubernetes quantities. cpu, memory and ephemeralStorage bound limits. */
export interface TenantQuota {
  cpu: string;
  memory: string;
  ephemeralStorage: string;
  storage: string;
  claims: number;
  pods: number;
}

/**
 * Quota = limits of all pods + one more pod of the largest size + the preset's room for jobs. A drained or replaced pod
 * counts until it is gone, so without the surge a weekly node rebuild could leave a pod refused.
 */
export const quotaOf = (preset: TenantPreset, spec: SizedBy): TenantQuota => {
  const limits = podsOf(preset, 'limits');
  const room = readAmounts(preset.quotaRoom);
  const all = fold([...limits, fold(limits, Math.max), room], (a, b) => a + b);
  const volumes = volumesOf(preset, spec);
  return {
    cpu: formatMillicores(all.millicores),
    memory: formatBytes(all.memory),
    ephemeralStorage: formatBytes(all.ephemeralStorage),
    storage: formatBytes(volumes.reduce((sum, { bytes }) => sum + bytes, 0) + parseBytes(preset.quotaRoom.storage)),
    claims: volumes.length + preset.quotaRoom.claims,
    pods: limits.length + 1 + preset.quotaRoom.pods,
  };
};

/** What is asked of the contract's limits in IONOS Cloud. */
export interface ContractNeed {
  /** Reserved public IPv4 addresses, those of nodes included. */
  ips: number;
  cores: number;
  /** Bytes. */
  memory: number;
  /** Bytes on SSD and on HDD: volumes and node disks. */
  ssd: number;
  hdd: number;
  clusters: number;
}

const nodeDisks = (nodes: NodePool, count: number): { ssd: number; hdd: number } => {
  const bytes = parseBytes(nodes.storage) * count;
  return nodes.storageType === 'SSD' ? { ssd: bytes, hdd: 0 } : { ssd: 0, hdd: bytes };
};

/** What so many nodes take, each with its address. */
const nodesNeed = (nodes: NodePool, count: number): ContractNeed => ({ ips: count, cores: nodes.cores * count, memory: parseBytes(nodes.memory) * count, ...nodeDisks(nodes, count), clusters: 0 });

// One more than the nodes, as their addresses are: during a rebuild the new node exists beside the old one.
const poolNeed = (nodes: NodePool, clusters: number): ContractNeed => ({ ...nodesNeed(nodes, nodePublicIps(nodes)), clusters });

/** What a new platform takes from the contract, with room for one node that is being rebuilt. */
export const platformContractNeed = (nodes: NodePool): ContractNeed => poolNeed(nodes, 1);

/** What nodes of one tenant's own take from the contract, in a cluster that is there. */
export const ownNodesNeed = ({ ownNodes }: Pick<TenantPreset, 'ownNodes'>): ContractNeed => poolNeed(ownNodes, 0);

/** What it takes from the contract to have as many nodes of its own as are wanted, where so many are there. */
export const moreNodesNeed = ({ ownNodes }: Pick<TenantPreset, 'ownNodes'>, present: number): ContractNeed => nodesNeed(ownNodes, Math.max(0, ownNodes.count - present));

/** What a new tenant takes from the contract; with stronger isolation also its own nodes. */
export const tenantContractNeed = (preset: TenantPreset, spec: SizedBy): ContractNeed => {
  const usage = usageOf(preset, spec);
  const own: ContractNeed =
    spec.isolation === 'namespace'
      ? { ips: 0, cores: 0, memory: 0, ssd: 0, hdd: 0, clusters: 0 }
      : poolNeed(preset.ownNodes, ownClusters(spec.isolation));
  return { ...own, ips: own.ips + usage.ips, ssd: own.ssd + usage.storage };
};

/** What several things take together. */
export const sumOfNeeds = (needs: readonly ContractNeed[]): ContractNeed =>
  needs.reduce((sum, need) => Object.fromEntries(Object.entries(need).map(([key, value]) => [key, sum[key as keyof ContractNeed] + value])) as unknown as ContractNeed);

const ownClusters = (isolation: Isolation): number => (isolation === 'cluster' ? 1 : 0);

/** What a contract still has; undefined where the API does not say. Same units as ContractNeed. */
export type ContractRoom = { [K in keyof ContractNeed]: number | undefined };

const CONTRACT_WORDS: Record<keyof ContractNeed, { label: string; show: (value: number) => string }> = {
  ips: { label: 'reserved IP addresses', show: String },
  cores: { label: 'cores', show: String },
  memory: { label: 'GiB of memory', show: (value) => String(Math.round(value / GIB)) },
  ssd: { label: 'GiB of SSD storage', show: (value) => String(Math.round(value / GIB)) },
  hdd: { label: 'GiB of HDD storage', show: (value) => String(Math.round(value / GIB)) },
  clusters: { label: 'Kubernetes clusters', show: String },
};

/** What the contract lacks, as sentences; empty when it has everything. */
export const contractShortfalls = (need: ContractNeed, room: ContractRoom): string[] =>
  (Object.keys(CONTRACT_WORDS) as (keyof ContractNeed)[]).flatMap((key) => {
    const left = room[key];
    const { label, show } = CONTRACT_WORDS[key];
    return left === undefined || need[key] <= left ? [] : [`${show(need[key])} ${label} are needed, the contract has ${show(Math.max(0, left))} left`];
  });
