export { FAIL_ANNOTATION, SandboxCluster } from './cluster.js';
export type { ClusterSnapshot, Fault, SandboxClusterOptions } from './cluster.js';
export { startKubernetesDoor } from './door.js';
export type { KubernetesDoor } from './door.js';
export { kubeconfigFor } from './kubeconfig.js';
export type { NodeDescription } from './nodes.js';
export type { AddressConsumer, AddressPool, PodFailure } from '../controllers/controller.js';
