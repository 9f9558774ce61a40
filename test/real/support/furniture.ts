import type { KubernetesObject } from '@kubernetes/client-node';

type Draft = KubernetesObject & Record<string, unknown>;

export interface NodeOptions {
  name: string;
  /** Cores and GiB; a big one by default. */
  cpu?: number;
  memory?: number;
  labels?: Record<string, string>;
  externalIP?: string;
}

/** Volumes that IONOS attaches to one node, as its CSI driver reports. */
const VOLUMES_PER_NODE = 24;

/** A node without a machine: kwok keeps it ready, and its pods run nothing. */
export const nodeObjects = ({ name, cpu = 16, memory = 64, labels = {}, externalIP }: NodeOptions, index: number): Draft[] => {
  const room = { cpu: String(cpu), memory: `${memory}Gi`, pods: '110', 'ephemeral-storage': '200Gi' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', ...labels } },
      spec: { providerID: `kwok://${name}` },
      status: {
        capacity: room,
        allocatable: room,
        addresses: [
          { type: 'InternalIP', address: `10.7.222.${10 + index}` },
          { type: 'ExternalIP', address: externalIP ?? `198.51.100.${1 + index}` },
          { type: 'Hostname', address: name },
        ],
        nodeInfo: { kubeletVersion: 'v1.34.4', kubeProxyVersion: '', osImage: 'kwok', operatingSystem: 'linux', architecture: 'amd64', containerRuntimeVersion: 'kwok', kernelVersion: '', machineID: '', systemUUID: '', bootID: '' },
      },
    },
    { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name }, spec: { drivers: [{ name: 'cloud.ionos.com', nodeID: name, topologyKeys: [], allocatable: { count: VOLUMES_PER_NODE } }] } },
  ];
};

/** Volumes are folders that the controller manager makes: it provisions them by itself, with nobody's driver. */
const storageClass = (name: string, isDefault: boolean): Draft => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name, ...(isDefault ? { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } : {}) },
  provisioner: 'kubernetes.io/host-path',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
});

const DNS = { 'k8s-app': 'kube-dns' };

/** What a managed IONOS cluster comes with, as far as the product looks at it. */
export const furniture = (nodes: readonly NodeOptions[]): Draft[] => [
  ...nodes.flatMap(nodeObjects),
  storageClass('ionos-enterprise-hdd', true),
  storageClass('ionos-enterprise-ssd', false),
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system', labels: DNS },
    spec: {
      replicas: 2,
      selector: { matchLabels: DNS },
      template: { metadata: { labels: DNS }, spec: { containers: [{ name: 'coredns', image: 'registry.example/coredns:test', resources: { requests: { cpu: '100m', memory: '128Mi' } } }] } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels: DNS },
    spec: {
      clusterIP: '10.233.0.10',
      selector: DNS,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
    },
  },
];
