import { ensureNamespace } from '../../../src/cluster/namespaces.js';
import { runInPod } from '../probe-pod.js';
import { PROBE_NAMESPACE, type Measurement } from '../suite.js';

/**
 * Does anything answer at 169.254.169.254, from a pod that no NetworkPolicy holds back? Assumed: it might, so that every tenant's egress
 * excludes it. If nothing does, that rule only costs nothing; the probe from a tenant's pod proves the rule only if something does.
 */
export const metadataAddress: Measurement = {
  id: 'metadata-address',
  question: 'something answers at 169.254.169.254 for a pod without policies',
  assumed: 'perhaps; always excluded',
  needsReality: true,
  async measure({ cluster, signal }) {
    await ensureNamespace(cluster, PROBE_NAMESPACE);
    const script = 'nc -z -w 5 169.254.169.254 80 && echo "yes, port 80 is open" || echo "no, port 80 does not open"';
    return runInPod(cluster, { namespace: PROBE_NAMESPACE, name: 'metadata-address', script }, signal);
  },
};
