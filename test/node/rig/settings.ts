import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { CGROUP } from './machine.js';

/** Who has which address. The outside and the node are two ends of one cable; the other addresses of the outside play the internet. */
export const ADDRESSES = {
  node: '10.7.222.10',
  gateway: '10.7.222.1',
  api: '198.18.0.1',
  models: '198.18.0.53',
  /** The network of the tenants' own addresses. */
  tenants: '198.18.1.0/24',
  pods: '10.244.0.0/16',
  services: '10.233.0.0/18',
  dns: '10.233.0.10',
} as const;

export const NODE = 'node-1';
const PKI = '/etc/kubernetes/pki';

/** kubelet's, without what only an owner of the whole machine may do. */
const kubelet = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${CGROUP}`,
  failSwapOn: false,
  // Makes errors harmless that come from scores and limits which the machine does not let anybody lower.
  featureGates: { KubeletInUserNamespace: true },
  containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: `${PKI}/ca.crt` } },
  authorization: { mode: 'Webhook' },
  tlsCertFile: `${PKI}/kubelet.crt`,
  tlsPrivateKeyFile: `${PKI}/kubelet.key`,
  clusterDNS: [ADDRESSES.dns],
  clusterDomain: 'cluster.local',
  resolvConf: '/etc/resolv.conf',
  // The disk is the machine's, and nobody could pull an image again.
  evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'nodefs.inodesFree': '1%', 'imagefs.available': '1%' },
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  serializeImagePulls: false,
};

const kubeProxy = {
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig: '/etc/kubernetes/kube-proxy' },
  mode: 'iptables',
  clusterCIDR: ADDRESSES.pods,
  hostnameOverride: NODE,
  bindAddress: ADDRESSES.node,
  // Connections are counted for the whole machine.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  iptables: { minSyncPeriod: '100ms' },
};

const containerd = `version = 2
oom_score = 0
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "local.test/pause:1"
  disable_apparmor = true
  # Nobody may lower a score here.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
`;

/** Cilium without what is not used: no proxy, no replacement of kube-proxy, routes as they are. The agent makes identities, so it needs no operator. */
const cilium: Record<string, string> = {
  'cluster-name': 'default',
  'datapath-mode': 'veth',
  'routing-mode': 'native',
  'ipv4-native-routing-cidr': ADDRESSES.pods,
  'enable-ipv4': 'true',
  'enable-ipv6': 'false',
  'enable-ipv4-masquerade': 'true',
  'enable-bpf-masquerade': 'false',
  ipam: 'kubernetes',
  'kube-proxy-replacement': 'false',
  'identity-allocation-mode': 'crd',
  'identity-management-mode': 'agent',
  'enable-policy': 'default',
  'enable-k8s-networkpolicy': 'true',
  'enable-l7-proxy': 'false',
  'external-envoy-proxy': 'false',
  'enable-hubble': 'false',
  'enable-health-checking': 'false',
  'enable-endpoint-health-checking': 'false',
  'enable-lb-ipam': 'false',
  'enable-policy-secrets-sync': 'false',
  'preallocate-bpf-maps': 'false',
  'bpf-root': '/sys/fs/bpf',
  'cgroup-root': '/run/cilium/cgroupv2',
  procfs: '/proc',
  // containerd misses the moment at which the agent puts its own file in place.
  'custom-cni-conf': 'true',
};

const cni = { cniVersion: '1.0.0', name: 'cilium', plugins: [{ type: 'cilium-cni', 'enable-debug': false, 'log-file': '/run/cilium/cilium-cni.log' }] };

/** Writes the settings of everything on the node below this folder. Certificates and kubeconfigs are given by path. */
export const writeSettings = async (folder: string, more: Readonly<Record<string, string>>): Promise<void> => {
  const files: Record<string, string> = {
    '/etc/kubernetes/kubelet.yaml': stringify(kubelet),
    '/etc/kubernetes/kube-proxy.yaml': stringify(kubeProxy),
    '/etc/containerd/config.toml': containerd,
    '/etc/cni/net.d/05-cilium.conflist': JSON.stringify(cni),
    '/etc/hostname': `${NODE}\n`,
    '/etc/hosts': `127.0.0.1 localhost\n${ADDRESSES.node} ${NODE}\n`,
    ...Object.fromEntries(Object.entries(cilium).map(([key, value]) => [`/etc/cilium/${key}`, value])),
    ...more,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: 0o600 });
  }
};
