import { discoverDns } from '../../../src/cluster/facts.js';
import type { Measurement } from '../suite.js';

/**
 * Where is the cluster's DNS, and on which port do its pods listen? Assumed: pods of a Service `kube-dns` or `coredns` in kube-system, found
 * before each rollout; a NetworkPolicy that names other labels or another port cuts a tenant off silently.
 */
export const dns: Measurement = {
  id: 'dns',
  question: 'labels and port of the DNS pods',
  assumed: 'k8s-app=kube-dns, 53',
  needsReality: false,
  async measure({ cluster }) {
    const { namespace, podLabels, port } = await discoverDns(cluster);
    const selector = Object.entries(podLabels).map(([key, value]) => `${key}=${value}`).join(',');
    const pods = (await cluster.core.listNamespacedPod({ namespace, labelSelector: selector })).items.length;
    return `${selector}, port ${port}, ${pods} pods`;
  },
};
