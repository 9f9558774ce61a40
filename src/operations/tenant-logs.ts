import type { V1Pod } from '@kubernetes/client-node';
import { followLogs } from '../cluster/logs.js';
import { isLeftOver } from '../cluster/pods.js';
import { usageError } from '../engine/errors.js';
import { namespaceOf } from '../tenant/resource-names.js';
import { counted } from '../tenant/text.js';
import type { Cell } from './open-platform.js';

/** What a tenant's logs can be narrowed to, by the name that its pods carry. */
export const LOGGED_APPS = ['wordpress', 'openwebui', 'mariadb', 'gateway'] as const;
export type LoggedApp = (typeof LOGGED_APPS)[number];

export interface TenantLogsInput {
  tenant: string;
  /** All of them without it. */
  app: LoggedApp | undefined;
  follow: boolean;
  previous: boolean;
  /** Lines of each container, from the newest back. */
  tail: number;
  signal: AbortSignal;
  /** `source` is `<pod>/<container>`. */
  onLine: (source: string, line: string) => void;
}

interface LoggedContainer {
  pod: string;
  container: string;
}

const appOf = (pod: V1Pod): string => pod.metadata?.labels?.['app.kubernetes.io/name'] ?? '';

/** Containers that have begun; those that ran before, where that is what is asked for. */
const containersOf = (pod: V1Pod, previous: boolean): LoggedContainer[] =>
  (pod.status?.containerStatuses ?? []).filter((status) => (previous ? status.restartCount > 0 : status.state?.waiting === undefined)).map(({ name }) => ({ pod: pod.metadata?.name ?? '', container: name }));

/** Reads, or follows until `signal`, what a tenant's containers write. Returns how many there were. Throws InstallerError `no-logs` where there are none. */
export const readTenantLogs = async ({ cluster }: Pick<Cell, 'cluster'>, input: TenantLogsInput): Promise<number> => {
  const namespace = namespaceOf(input.tenant);
  // The node of an evicted pod may no longer have its logs, and would refuse them.
  const pods = (await cluster.core.listNamespacedPod({ namespace })).items.filter((pod) => !isLeftOver(pod) && (input.app === undefined || appOf(pod) === input.app));
  const containers = pods.flatMap((pod) => containersOf(pod, input.previous));
  if (containers.length === 0) {
    const what = input.app ?? 'the tenant';
    throw usageError({
      code: 'no-logs',
      what: `there are no logs of ${input.tenant}`,
      why: input.previous ? `none of the containers of ${what} was restarted` : `${what} has ${counted(pods.length, 'pod')}, none of which has begun to write`,
      next: [input.previous ? 'Leave --previous out to see what they write now.' : 'Wait until a pod has started, then look again.'],
    });
  }
  await Promise.all(
    containers.map(({ pod, container }) =>
      followLogs(cluster, { namespace, pod, container, follow: input.follow, previous: input.previous, tailLines: input.tail, signal: input.signal, onLine: (line) => input.onLine(`${pod}/${container}`, line) }),
    ),
  );
  return containers.length;
};
