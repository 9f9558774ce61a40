import type { KubeObject } from './objects.js';
import type { ResourceApi } from './resource-api.js';
import type { ObjectStore } from './store.js';

type Draft = Omit<KubeObject, 'apiVersion'>;

const storageClass = (name: string, type: string, standard: boolean): Draft => ({
  kind: 'StorageClass',
  metadata: { name, annotations: standard ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {} },
  provisioner: 'cloud.ionos.com',
  parameters: { type, fstype: 'ext4' },
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
});

const container = (name: string, requests: Record<string, string>): { name: string; image: string; resources: { requests: Record<string, string> } } => ({
  name,
  image: `registry.sandbox.example/${name}:sandbox`,
  resources: { requests },
});

const system: Draft[] = [
  storageClass('ionos-enterprise-hdd', 'HDD', true),
  storageClass('ionos-enterprise-ssd', 'SSD', false),
  { kind: 'PriorityClass', metadata: { name: 'system-cluster-critical' }, value: 2000000000 },
  { kind: 'PriorityClass', metadata: { name: 'system-node-critical' }, value: 2000001000 },
  { kind: 'Service', metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } }, spec: { clusterIP: '10.233.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] } },
  // The API server of a managed cluster is not on its nodes; policies have to know its address.
  { kind: 'Endpoints', metadata: { name: 'kubernetes', namespace: 'default' }, subsets: [{ addresses: [{ ip: '10.208.0.1' }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }] },
  {
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.208.0.1'], conditions: { ready: true } }],
    ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
  },
  {
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      template: { metadata: { labels: { 'k8s-app': 'kube-dns' } }, spec: { containers: [container('coredns', { cpu: '100m', memory: '128Mi' })] } },
    },
  },
  {
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    spec: {
      clusterIP: '10.233.0.10',
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
    },
  },
  {
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace: 'kube-system', labels: { 'k8s-app': 'calico-node' } },
    spec: {
      selector: { matchLabels: { 'k8s-app': 'calico-node' } },
      template: { metadata: { labels: { 'k8s-app': 'calico-node' } }, spec: { containers: [container('calico-node', { cpu: '250m' })], tolerations: [{ operator: 'Exists' }] } },
    },
  },
];

/** Puts into an empty cluster what every managed IONOS cluster comes with. What is there already stays as it is. */
export const furnish = (store: ObjectStore, api: ResourceApi): void => {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    if (!store.find('Namespace', undefined, name)) api.create('Namespace', undefined, { metadata: { name } });
  }
  for (const object of system) {
    if (!store.find(object.kind, object.metadata.namespace, object.metadata.name)) api.create(object.kind, object.metadata.namespace, object, { fieldManager: 'ionos' });
  }
};
