import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { CGROUP } from '../rig/machine.js';
import { NODE } from '../rig/settings.js';
import type { TheNode } from './the-node.js';
import type { Creation } from './two-tenants.js';

/** Seconds that each part of `create` or `delete` took, as its events say; parts of the applications by their release. */
export const partsOf = ({ seconds, events }: Pick<Creation, 'seconds' | 'events'>): Record<string, string> => {
  const done = events.flatMap((event) => (event.type === 'task' && event.state === 'done' && event.elapsedMs !== undefined ? [[event.task.replace(/^(on|off)board\//, ''), event.elapsedMs] as const] : []));
  const parts = done.filter(([task]) => !task.includes('/') || /^applications\/[^/]+$/.test(task));
  return Object.fromEntries([...parts.map(([task, ms]) => [task, `${(ms / 1000).toFixed(1)} s`]), ['all', `${seconds.toFixed(1)} s`]]);
};

/** Memory of each pod of a namespace that is its own (anonymous, as its group of processes counts it), by the application. */
export const memoryOf = async (node: TheNode, namespace: string): Promise<Record<string, string>> => {
  const { items } = (await node.call('GET', `/api/v1/namespaces/${namespace}/pods`)).body as { items: V1Pod[] };
  const running = items.filter(({ status }) => status?.phase === 'Running');
  const entries = await Promise.all(
    running.map(async ({ metadata }) => {
      const { stdout } = await node.onNode(['sh', '-c', `cat "$(find /sys/fs/cgroup/memory/${CGROUP} -type d -name "pod$1")"/memory.stat`, 'sh', metadata?.uid ?? '']);
      return [metadata?.labels?.['app.kubernetes.io/name'] ?? metadata?.name ?? '', `${Math.round(Number(/^total_rss (\d+)$/m.exec(stdout)?.[1]) / 1e6)} MB`] as const;
    }),
  );
  return Object.fromEntries(entries);
};

/** Size of each image on the node, as the kubelet tells it. */
export const imagesOf = async (node: TheNode): Promise<Record<string, string>> => {
  const { status } = (await node.call('GET', `/api/v1/nodes/${NODE}`)).body as V1Node;
  return Object.fromEntries((status?.images ?? []).map(({ names, sizeBytes }) => [names?.at(-1) ?? '', `${Math.round((sizeBytes ?? 0) / 1e6)} MB`]));
};
