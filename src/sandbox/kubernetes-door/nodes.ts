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

const statusOf = (node: NodeDescription, index: number, version: string): Loose => {
  const common = { pods: '110', 'ephemeral-storage': '95Gi' };
  const condition = (type: string, status: string, reason: string): Loose => ({ type, status, reason, message: '', lastHeartbeatTime: timestamp(), lastTransitionTime: timestamp() });
  return {
    capacity: { ...capacityOf(node), ...common },
    allocatable: { ...allocatableOf(node), ...common },
    addresses: [
      { type: 'InternalIP', address: `10.7.222.${10 + index}` },
      ...(node.externalIP ? [{ type: 'ExternalIP', address: node.externalIP }] : []),
      { type: 'Hostname', address: node.name },
    ],
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
      condition('Ready', 'True', 'KubeletReady'),
    ],
    nodeInfo: { kubeletVersion: version, kubeProxyVersion: version, osImage: 'IONOS Cloud sandbox', operatingSystem: 'linux', architecture: 'amd64', containerRuntimeVersion: 'sandbox', kernelVersion: 'sandbox', machineID: '', systemUUID: '', bootID: '' },
  };
};

/** Makes the cluster's nodes those that are described: new ones join ready, missing ones leave at once, with their pods. */
export const replaceNodes = (store: ObjectStore, nodes: readonly NodeDescription[], version: string): void => {
  const wanted = new Set(nodes.map((node) => node.name));
  for (const node of store.list('Node').filter((known) => !wanted.has(known.metadata.name))) {
    store.remove('Node', undefined, node.metadata.name);
    store.remove('CSINode', undefined, node.metadata.name);
  }
  nodes.forEach((node, index) => {
    const labels = {
      'kubernetes.io/hostname': node.name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      ...(node.pool ? { 'cloud.ionos.com/nodepool-name': node.pool } : {}),
      ...node.labels,
    };
    const known = store.find('Node', undefined, node.name);
    if (known) {
      store.mutate('Node', undefined, node.name, (draft: KubeObject) => {
        draft.metadata.labels = { ...draft.metadata.labels, ...labels };
        draft.status = { ...(draft.status as Loose), capacity: { ...(draft.status.capacity as Loose), ...capacityOf(node) }, allocatable: { ...(draft.status.allocatable as Loose), ...allocatableOf(node) } };
      });
      return;
    }
    store.insert({ kind: 'Node', metadata: { name: node.name, labels }, spec: { providerID: `ionos://${node.name}` }, status: statusOf(node, index, version) });
    store.insert({ kind: 'CSINode', metadata: { name: node.name }, spec: { drivers: [{ name: 'cloud.ionos.com', nodeID: node.name, allocatable: { count: VOLUMES_PER_NODE } }] } });
  });
};
