import type { V1Job, V1Toleration } from '@kubernetes/client-node';
import { createOnce, orUndefined, statusOf, type Cluster } from '../cluster/client.js';
import { follow } from '../cluster/watch.js';
import { InstallerError } from '../engine/errors.js';
import { MCP_URL, namespaceOf, SECRET_NAMES, tenantLabels } from '../tenant/resource-names.js';

const NAME = 'mcp-handshake';
/** The Job's own limit; ours is a little longer, so that its verdict is seen. */
const DEADLINE_SECONDS = 180;

export interface Handshake {
  ok: boolean;
  tools?: number;
  protocol?: string;
  error?: string;
  /** Where the answer does not come from the real software, it says so. */
  note?: string;
}

/** Where Open WebUI itself runs: the same image on the same nodes, so that the Job's answer is worth as much. */
export interface HandshakePlace {
  image: string;
  nodeSelector?: Record<string, string> | undefined;
  tolerations?: V1Toleration[] | undefined;
}

/**
 * The Job that does what Open WebUI does: initialize and tools/list against this tenant's WordPress, from the tenant's own namespace.
 * It has no service-account token and is bounded in time and tries.
 */
const handshakeJob = (tenant: string, place: HandshakePlace): V1Job => {
  const labels = { ...tenantLabels(tenant), 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/component': NAME };
  return {
    metadata: { name: NAME, labels },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: DEADLINE_SECONDS,
      ttlSecondsAfterFinished: 600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          ...(place.nodeSelector === undefined ? {} : { nodeSelector: place.nodeSelector }),
          ...(place.tolerations === undefined ? {} : { tolerations: place.tolerations }),
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'handshake',
              image: place.image,
              command: ['python3', '/handshake/mcp_handshake.py'],
              env: [
                { name: 'WP_MCP_URL', value: MCP_URL },
                { name: 'WP_MCP_TOKEN', valueFrom: { secretKeyRef: { name: SECRET_NAMES.openwebui, key: 'mcp-token' } } },
              ],
              resources: { requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' }, limits: { cpu: '250m', memory: '128Mi', 'ephemeral-storage': '64Mi' } },
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              volumeMounts: [{ name: 'script', mountPath: '/handshake', readOnly: true }],
            },
          ],
          volumes: [{ name: 'script', configMap: { name: 'openwebui-handshake' } }],
        },
      },
    },
  };
};

const isFinished = (job: V1Job | undefined): boolean => (job?.status?.conditions ?? []).some((condition) => ['Complete', 'Failed'].includes(condition.type) && condition.status === 'True');

/** The answer that the Job's last pod left in its status. */
const readAnswer = async (cluster: Cluster, namespace: string): Promise<Handshake | undefined> => {
  const pods = await cluster.core.listNamespacedPod({ namespace, labelSelector: `app.kubernetes.io/name=${NAME}` });
  const messages = pods.items
    .map((pod) => pod.status?.containerStatuses?.[0]?.state?.terminated)
    .sort((a, b) => Number(new Date(a?.finishedAt ?? 0)) - Number(new Date(b?.finishedAt ?? 0)))
    .map((terminated) => terminated?.message)
    .filter((message) => message !== undefined);
  try {
    return JSON.parse(messages.at(-1) ?? '') as Handshake;
  } catch {
    return undefined;
  }
};

/** What the Job's pods wrote. It is there to be looked at: nothing depends on it. */
const readLog = async (cluster: Cluster, namespace: string, onLine: (line: string) => void): Promise<void> => {
  try {
    const pods = await cluster.core.listNamespacedPod({ namespace, labelSelector: `app.kubernetes.io/name=${NAME}` });
    for (const { metadata } of pods.items) {
      const text = await cluster.core.readNamespacedPodLog({ name: metadata?.name ?? '', namespace, tailLines: 20 });
      text.split('\n').forEach(onLine);
    }
  } catch {
    // A pod that is gone has no log.
  }
};

const removeJob = async (cluster: Cluster, namespace: string, signal: AbortSignal): Promise<void> => {
  try {
    await cluster.batch.deleteNamespacedJob({ name: NAME, namespace, propagationPolicy: 'Background' });
  } catch (error) {
    if (statusOf(error) === 404) return;
    throw error;
  }
  await untilJob(cluster, namespace, (job) => job === undefined, signal);
};

const untilJob = async (cluster: Cluster, namespace: string, wanted: (job: V1Job | undefined) => boolean, signal: AbortSignal): Promise<void> => {
  const stop = new AbortController();
  await follow<V1Job>(cluster, {
    path: `/apis/batch/v1/namespaces/${namespace}/jobs`,
    query: { fieldSelector: `metadata.name=${NAME}` },
    list: () => cluster.batch.listNamespacedJob({ namespace, fieldSelector: `metadata.name=${NAME}` }),
    signal: AbortSignal.any([signal, stop.signal]),
    onChange: (change) => {
      const job = change.type === 'snapshot' ? change.objects[0] : change.type === 'set' ? change.object : undefined;
      if (wanted(job)) stop.abort();
    },
  });
};

/** Runs the handshake and returns its answer. Throws InstallerError when WordPress and Open WebUI do not understand each other. */
export const shakeHands = async (cluster: Cluster, tenant: string, place: HandshakePlace, signal: AbortSignal, onLine: (line: string) => void): Promise<Handshake> => {
  const namespace = namespaceOf(tenant);
  const bounded = AbortSignal.any([signal, AbortSignal.timeout((DEADLINE_SECONDS + 60) * 1000)]);
  const present = await orUndefined(cluster.batch.readNamespacedJob({ name: NAME, namespace }));
  if (present) await removeJob(cluster, namespace, bounded);
  await createOnce(cluster.batch.createNamespacedJob({ namespace, body: handshakeJob(tenant, place) }));
  await untilJob(cluster, namespace, isFinished, bounded);
  if (signal.aborted) throw signal.reason;
  await readLog(cluster, namespace, onLine);
  const answer = await readAnswer(cluster, namespace);
  if (answer?.ok) {
    await cluster.batch.deleteNamespacedJob({ name: NAME, namespace, propagationPolicy: 'Background' }).catch(() => undefined);
    return answer;
  }
  throw new InstallerError({
    code: 'mcp-handshake',
    what: 'Open WebUI cannot use WordPress over MCP',
    why: answer?.error ?? (bounded.aborted ? 'the handshake did not finish in time' : 'the handshake left no answer'),
    next: [`Look closer: kubectl -n ${namespace} describe job ${NAME}`, 'Mend the cause, then run the same command again.'],
  });
};
