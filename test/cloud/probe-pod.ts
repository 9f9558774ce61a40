import type { V1Pod } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import type { Cluster } from '../../src/cluster/client.js';
import { orGone } from '../../src/cluster/remaining.js';
import { eventually } from './suite.js';

/** The gateway's image (charts/images.yaml): pulled already, and its busybox has nc, nslookup and stat. */
export const IMAGE = 'docker.io/library/caddy:2.11.4-alpine';

export interface ProbePod {
  namespace: string;
  name: string;
  /** For sh. What it prints is the answer, at most 4 KiB. */
  script: string;
  labels?: Record<string, string>;
  /** A claim of this namespace, mounted at /data with this group. */
  volume?: { claim: string; fsGroup: number };
  user?: number;
}

/** Allowed by Pod Security `restricted` and by the tenants' admission policies. */
const podOf = ({ namespace, name, script, labels = {}, volume, user = 10001 }: ProbePod): V1Pod => ({
  metadata: { namespace, name, labels },
  spec: {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: user, seccompProfile: { type: 'RuntimeDefault' }, ...(volume ? { fsGroup: volume.fsGroup } : {}) },
    containers: [
      {
        name: 'probe',
        image: IMAGE,
        // Its output goes where the pod's status shows it, so that no log has to be read.
        command: ['sh', '-c', `(\n${script}\n) >/dev/termination-log 2>&1`],
        resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        ...(volume ? { volumeMounts: [{ name: 'data', mountPath: '/data' }] } : {}),
      },
    ],
    ...(volume ? { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: volume.claim } }] } : {}),
  },
});

/** Runs a script in a pod and returns what it printed; the pod is removed. */
export const runInPod = async (cluster: Cluster, pod: ProbePod, signal: AbortSignal): Promise<string> => {
  const { namespace, name } = pod;
  await orGone(cluster.core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 }));
  await cluster.core.createNamespacedPod({ namespace, body: podOf(pod) });
  try {
    return await eventually(
      async () => {
        const { status } = await cluster.core.readNamespacedPod({ name, namespace });
        const ended = status?.containerStatuses?.[0]?.state?.terminated;
        return ended ? (ended.message ?? '').trim() : undefined;
      },
      { seconds: 300, signal, what: `pod ${namespace}/${name}\n${stringify({ script: pod.script })}` },
    );
  } finally {
    await orGone(cluster.core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0 }));
  }
};
