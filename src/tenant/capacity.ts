import type { PlatformPreset } from './preset.js';
import { describeBytes, describeCores, parseBytes, parseMillicores } from './quantities.js';
import type { TenantUsage } from './sizing.js';
import { counted } from './text.js';

/** One node as the scheduler sees it. */
export interface NodeCapacity {
  name: string;
  /** What pods can ask for in all, after the kubelet's own reserve: millicores, bytes, pods, volumes (undefined: unknown). */
  allocatable: { millicores: number; memory: number; pods: number; volumes?: number | undefined };
  /** What the pods that are there have asked for. */
  requested: { millicores: number; memory: number; pods: number; volumes: number };
}

export type Dimension = 'millicores' | 'memory' | 'pods' | 'volumes' | 'ips';

export interface CapacityOptions {
  /** Nodes that may be gone without a pod staying behind. Default 1; a single node has no headroom. */
  headroomNodes?: number;
  /** Public addresses that the contract can still reserve; undefined: unknown. */
  freeIps?: number | undefined;
}

/** What a platform can hold and holds, per dimension, after the largest nodes are set aside as headroom. */
export interface Capacity {
  nodes: number;
  headroomNodes: number;
  /** undefined: unknown, so it bounds nothing. */
  usable: Record<Dimension, number | undefined>;
  used: Record<Dimension, number>;
  /** Never negative. */
  free: Record<Dimension, number | undefined>;
  /** What the roomiest single node can ever give to pods. */
  largestNode: { millicores: number; memory: number };
  /** What an operator should know about this figure. */
  notes: string[];
}

const sum = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((total, item) => total + of(item), 0);

/** Sum over all nodes but the `spare` largest: whichever nodes fail, this much is left. */
const sumWithout = (values: readonly number[], spare: number): number =>
  sum([...values].sort((a, b) => b - a).slice(spare), (value) => value);

/**
 * How much fits when `headroomNodes` nodes are gone. Every dimension is counted by itself, over whole nodes; that the
 * largest pod fits on one node is checked by {@link fitTenant}. System pods of a lost node still count as used: they are
 * small, and the figure stays on the safe side. Only tenants with isolation `namespace` live in it.
 */
export const capacityOf = (nodes: readonly NodeCapacity[], options: CapacityOptions = {}): Capacity => {
  const wanted = options.headroomNodes ?? 1;
  const headroomNodes = Math.max(0, Math.min(wanted, nodes.length - 1));
  const notes: string[] = [];
  if (headroomNodes < wanted) {
    notes.push(`${counted(nodes.length, 'node')} cannot lose ${counted(wanted, 'node')}: while it is rebuilt or fails, tenants are down`);
  }
  const volumes = nodes.map(({ allocatable }) => allocatable.volumes);
  const volumesKnown = volumes.every((count) => count !== undefined);
  if (!volumesKnown) notes.push('the cluster does not say how many volumes a node can hold, so volumes are not counted');
  const usable: Capacity['usable'] = {
    millicores: sumWithout(nodes.map(({ allocatable }) => allocatable.millicores), headroomNodes),
    memory: sumWithout(nodes.map(({ allocatable }) => allocatable.memory), headroomNodes),
    pods: sumWithout(nodes.map(({ allocatable }) => allocatable.pods), headroomNodes),
    volumes: volumesKnown ? sumWithout(volumes.map((count) => count ?? 0), headroomNodes) : undefined,
    ips: options.freeIps,
  };
  const used: Capacity['used'] = {
    millicores: sum(nodes, ({ requested }) => requested.millicores),
    memory: sum(nodes, ({ requested }) => requested.memory),
    pods: sum(nodes, ({ requested }) => requested.pods),
    volumes: sum(nodes, ({ requested }) => requested.volumes),
    ips: 0,
  };
  const left = (dimension: Dimension): number | undefined => {
    const all = usable[dimension];
    return all === undefined ? undefined : Math.max(0, all - used[dimension]);
  };
  return {
    nodes: nodes.length,
    headroomNodes,
    usable,
    used,
    free: { millicores: left('millicores'), memory: left('memory'), pods: left('pods'), volumes: left('volumes'), ips: left('ips') },
    largestNode: {
      millicores: Math.max(0, ...nodes.map(({ allocatable }) => allocatable.millicores)),
      memory: Math.max(0, ...nodes.map(({ allocatable }) => allocatable.memory)),
    },
    notes,
  };
};

const WORDS: Record<Dimension, { label: string; show: (value: number) => string }> = {
  millicores: { label: 'CPU', show: describeCores },
  memory: { label: 'memory', show: describeBytes },
  pods: { label: 'pods', show: (value) => counted(value, 'pod') },
  volumes: { label: 'volumes', show: (value) => counted(value, 'volume') },
  ips: { label: 'IP addresses', show: (value) => counted(value, 'IP address', 'IP addresses') },
};

const DIMENSIONS = Object.keys(WORDS) as Dimension[];

export type Fit =
  | { fits: true; /** How many more of this size fit, this one included. */ tenants: number; /** What runs out first. */ binding: Dimension }
  | { fits: false; tenants: 0; binding: Dimension; /** One sentence for a person. */ why: string; /** Remedies, most likely first. */ next: string[] };

interface Counted {
  tenants: number;
  binding: Dimension;
}

/** How many tenants of this size still fit, and what runs out first. */
export const tenantsThatFit = (usage: TenantUsage, capacity: Capacity): Counted => {
  const tooLarge = (['millicores', 'memory'] as const).find((dimension) => usage.largestPod[dimension] > capacity.largestNode[dimension]);
  if (tooLarge !== undefined) return { tenants: 0, binding: tooLarge };
  return DIMENSIONS.reduce<Counted>(
    (best, dimension) => {
      const free = capacity.free[dimension];
      if (free === undefined || usage[dimension] === 0) return best;
      const tenants = Math.floor(free / usage[dimension]);
      return tenants < best.tenants ? { tenants, binding: dimension } : best;
    },
    { tenants: Number.POSITIVE_INFINITY, binding: 'millicores' },
  );
};

const remedies = (binding: Dimension): string[] =>
  binding === 'ips'
    ? ['Ask IONOS support for more reservable IP addresses, or delete IP blocks that nobody uses.']
    : ['Take a smaller preset, another platform, or add a node to this one.'];

/** Whether one more tenant of this size fits; if not, why, in words. */
export const fitTenant = (usage: TenantUsage, capacity: Capacity): Fit => {
  const { tenants, binding } = tenantsThatFit(usage, capacity);
  if (tenants > 0) return { fits: true, tenants, binding };
  const { label, show } = WORDS[binding];
  const pod = binding === 'millicores' || binding === 'memory' ? usage.largestPod[binding] : 0;
  if (pod > 0 && (binding === 'millicores' || binding === 'memory') && pod > capacity.largestNode[binding]) {
    return {
      fits: false,
      tenants: 0,
      binding,
      why: `its largest pod needs ${show(pod)} of ${label}, but the largest node has ${show(capacity.largestNode[binding])}`,
      next: ['Take a smaller preset, or a platform with larger nodes.'],
    };
  }
  const free = `${show(capacity.free[binding] ?? 0)} of ${show(capacity.usable[binding] ?? 0)}`;
  const spare =
    capacity.headroomNodes === 0 || binding === 'ips' ? '' : ` when ${counted(capacity.headroomNodes, 'node is', 'nodes are')} kept free for a failure`;
  return {
    fits: false,
    tenants: 0,
    binding,
    why: `it needs ${describeNeed(binding, show(usage[binding]), label)}, and ${free} are free${spare}`,
    next: remedies(binding),
  };
};

const describeNeed = (binding: Dimension, amount: string, label: string): string =>
  binding === 'millicores' || binding === 'memory' ? `${amount} of ${label}` : amount;

/** Nodes of a platform that does not exist yet, with system pods and the model gateway already placed. */
export const plannedNodes = (preset: PlatformPreset, volumesPerNode?: number): NodeCapacity[] => {
  const { nodes, system, modelGateway } = preset;
  return Array.from({ length: nodes.count }, (_, index) => {
    const gateways = Math.floor(modelGateway.replicas / nodes.count) + (index < modelGateway.replicas % nodes.count ? 1 : 0);
    return {
      name: `node-${index + 1}`,
      allocatable: {
        millicores: nodes.cores * 1000,
        memory: parseBytes(nodes.memory) - parseBytes(system.reservedMemory),
        pods: system.podsPerNode,
        ...(volumesPerNode === undefined ? {} : { volumes: volumesPerNode }),
      },
      requested: {
        millicores: parseMillicores(system.cpu) + gateways * parseMillicores(modelGateway.resources.requests.cpu),
        memory: parseBytes(system.memory) + gateways * parseBytes(modelGateway.resources.requests.memory),
        pods: system.pods + gateways,
        volumes: 0,
      },
    };
  });
};
