import { chooseStorageClass } from '../../../src/cluster/facts.js';
import { ensureNamespace } from '../../../src/cluster/namespaces.js';
import { createOnce } from '../../../src/cluster/client.js';
import { runInPod } from '../probe-pod.js';
import { PROBE_NAMESPACE, type Measurement } from '../suite.js';

/**
 * Does a volume of IONOS get the pod's fsGroup, so that an ordinary user may write to it? Assumed: yes. WordPress (33), MariaDB (999) and
 * Open WebUI (10001) run as ordinary users and have no init container that changes owners.
 */
export const fsGroup: Measurement = {
  id: 'fs-group',
  question: 'fsGroup is applied to a volume, and an ordinary user can write',
  assumed: 'yes',
  needsReality: true,
  async measure({ cluster, signal }) {
    await ensureNamespace(cluster, PROBE_NAMESPACE);
    const namespace = PROBE_NAMESPACE;
    const storageClassName = await chooseStorageClass(cluster);
    await createOnce(cluster.core.createNamespacedPersistentVolumeClaim({ namespace, body: { metadata: { name: 'fs-group' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } } } }));
    return runInPod(cluster, { namespace, name: 'fs-group', user: 10001, volume: { claim: 'fs-group', fsGroup: 4711 }, script: 'echo "group $(stat -c %g /data), mode $(stat -c %a /data), $(touch /data/file && echo written || echo not written)"' }, signal);
  },
};
