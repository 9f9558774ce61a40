import { timestamp } from './objects.js';
import type { KubeObject, Loose } from './objects.js';
import type { ObjectStore } from './store.js';

/** A worker node as the cloud describes it. */
export interface NodeDescription {
  name: string;
  externalIP?: string;
  /** Cores: a number, or a Kubernetes quantity. */
  cpu: number | string;
  /** GiB as a number, or a Kubernetes quantity such as `16Gi`. */
  memory: number | string;
  /** Labels of its node pool. */
  labels?: Record<string, string>;
  /** Name of its node pool; the label cloud.ionos.com/nodepool-name. */
  pool?: string;
  /** False: it reports NotReady and takes no pods. */
  ready?: boolean;
  /** Kubernetes version of its kubelet; that of the cluster if absent. */
  version?: string;
}

/** Volumes that one node can hold, as its CSINode reports. */
const VOLUMES_PER_NODE = 24;
/** What system pods and the kubelet keep of each node: about 1.1 GiB was seen on IONOS. */
const RESERVED_MIB = 1126;
const MIB_PER_GIB = 1024;

const capacityOf = (node: NodeDescription): { cpu: string; memory: string } => ({
  cpu: String(node.cpu),
  memory: typeof node.memory === 'number' ? `${node.memory * MIB_PER_GIB}Mi` : node.memory,
});

const allocatableOf = (node: NodeDescription): { cpu: string; memory: string } => {
  const memory = capacityOf(node).memory;
  const gib = /^([0-9.]+)Gi$/.exec(memory);
  const mib = /^([0-9.]+)Mi$/.exec(memory);
  const total = gib ? Number(gib[1]) * MIB_PER_GIB : mib ? Number(mib[1]) : undefined;
  return { cpu: String(node.cpu), memory: total === undefined ? memory : `${Math.max(0, Math.round(total - RESERVED_MIB))}Mi` };
};

const addressesOf = (node: NodeDescription, internal: string): Loose[] => [
  { type: 'InternalIP', address: internal },
  ...(node.externalIP ? [{ type: 'ExternalIP', address: node.externalIP }] : []),
  { type: 'Hostname', address: node.name },
];

const internalOf = (node: KubeObject | undefined): string | undefined =>
  ((node?.status?.addresses ?? []) as Loose[]).find((address) => address['type'] === 'InternalIP')?.['address'] as string | undefined;

/** The address that a node has in the pool's network, or the first that no other node has. */
const internalAddress = (store: ObjectStore, name: string): string => {
  const known = internalOf(store.find('Node', undefined, name));
  if (known !== undefined) return known;
  const used = new Set(store.list('Node').map(internalOf));
  for (let host = 10; ; host += 1) {
    const address = `10.7.${222 + Math.floor(host / 250)}.${host % 250}`;
    if (!used.has(address)) return address;
  }
};

const infoOf = (version: string): Loose => ({
  kubeletVersion: version,
  kubeProxyVersion: version,
  osImage: 'IONOS Cloud sandbox',
  operatingSystem: 'linux',
  architecture: 'amd64',
  containerRuntimeVersion: 'sandbox',
  kernelVersion: 'sandbox',
  machineID: '',
  systemUUID: '',
  bootID: '',
});

/** Ready or not, with the taint that keeps pods away. */
const setReady = (node: KubeObject, ready: boolean): void => {
  const condition = ((node.status?.conditions ?? []) as Loose[]).find((each) => each['type'] === 'Ready');
  const status = ready ? 'True' : 'False';
  if (!condition || condition['status'] === status) return;
  Object.assign(condition, { status, lastTransitionTime: timestamp(), ...(ready ? { reason: 'KubeletReady', message: '' } : { reason: 'KubeletNotReady', message: 'container runtime network not ready: cni plugin not initialized' }) });
  const others = ((node.spec?.taints ?? []) as Loose[]).filter((taint) => taint['key'] !== NOT_READY);
  node.spec = { ...(node.spec as Loose), taints: ready ? others : [...others, { key: NOT_READY, effect: 'NoSchedule' }] };
};

const NOT_READY = 'node.kubernetes.io/not-ready';

const freshConditions = (): Loose[] => {
  const condition = (type: string, status: string, reason: string): Loose => ({ type, status, reason, message: '', lastHeartbeatTime: timestamp(), lastTransitionTime: timestamp() });
  return [
    condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
    condition('Ready', 'True', 'KubeletReady'),
  ];
};

const COMMON_CAPACITY = { pods: '110', 'ephemeral-storage': '95Gi' };

/** Makes the cluster's nodes those that are described: new ones join ready, missing ones leave at once, with their pods. */
export const replaceNodes = (store: ObjectStore, nodes: readonly NodeDescription[], clusterVersion: string): void => {
  const wanted = new Set(nodes.map((node) => node.name));
  for (const node of store.list('Node').filter((known) => !wanted.has(known.metadata.name))) {
    store.remove('Node', undefined, node.metadata.name);
    store.remove('CSINode', undefined, node.metadata.name);
  }
  for (const node of nodes) {
    const version = node.version ?? clusterVersion;
    const labels = {
      'kubernetes.io/hostname': node.name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      ...(node.pool ? { 'cloud.ionos.com/nodepool-name': node.pool } : {}),
      ...node.labels,
    };
    const status: Loose = {
      capacity: { ...capacityOf(node), ...COMMON_CAPACITY },
      allocatable: { ...allocatableOf(node), ...COMMON_CAPACITY },
      addresses: addressesOf(node, internalAddress(store, node.name)),
      nodeInfo: infoOf(version.startsWith('v') ? version : `v${version}`),
    };
    const known = store.mutate('Node', undefined, node.name, (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, ...labels };
      draft.status = { ...(draft.status as Loose), ...status };
      setReady(draft, node.ready !== false);
    });
    if (known) continue;
    store.insert({ kind: 'Node', metadata: { name: node.name, labels }, spec: { providerID: `ionos://${node.name}` }, status: { ...status, conditions: freshConditions() } });
    if (node.ready === false) store.mutate('Node', undefined, node.name, (draft) => setReady(draft, false));
    store.insert({ kind: 'CSINode', metadata: { name: node.name }, spec: { drivers: [{ name: 'cloud.ionos.com', nodeID: node.name, allocatable: { count: VOLUMES_PER_NODE } }] } });
  }
};
