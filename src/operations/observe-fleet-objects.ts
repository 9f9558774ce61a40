import type { CoreV1Event, V1ConfigMap, V1Lease, V1Node, V1PersistentVolumeClaim, V1Pod, V1ResourceQuota, V1Service } from '@kubernetes/client-node';
import { addressOf, announcedUrls } from '../cluster/endpoint.js';
import { isStuck, podView } from '../cluster/pods.js';
import type { TenantRecord } from '../cluster/registry.js';
import type { ClaimView, EventLine, FleetPod, RunningOperation } from '../engine/fleet-view.js';
import { parseBytes, parseMillicores } from '../tenant/quantities.js';

/** What the fleet keeps of each Kubernetes object: a few hundred bytes instead of the whole, because there may be thousands. */

const isoTime = (time: Date | string | undefined): string | undefined => (time === undefined || time === null ? undefined : new Date(time).toISOString());

export interface PodFacts {
  view: FleetPod;
  /** Image of the first container. */
  image: string;
  /** What counts against the quota: limits, in millicores and bytes. */
  cpu: number;
  memory: number;
  /** What it asks of its node: millicores and bytes. */
  asks: { cpu: number; memory: number };
}

type Container = NonNullable<V1Pod['spec']>['containers'][number];

type Figure = 'limits' | 'requests';

const amount = (container: Container, figure: Figure, resource: 'cpu' | 'memory', parse: (value: string) => number): number => {
  // What is limited and asks for nothing asks for as much as its limit, and the other way round a request is the least that is counted.
  const value = container.resources?.[figure]?.[resource] ?? container.resources?.[figure === 'limits' ? 'requests' : 'limits']?.[resource];
  try {
    return value === undefined ? 0 : parse(value);
  } catch {
    return 0;
  }
};

/** As Kubernetes counts: all containers together, or the largest init container if that is more. A pod that has ended counts nothing. */
const effective = (pod: V1Pod, figure: Figure, resource: 'cpu' | 'memory', parse: (value: string) => number): number => {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return 0;
  const together = (pod.spec?.containers ?? []).reduce((sum, container) => sum + amount(container, figure, resource, parse), 0);
  return Math.max(together, ...(pod.spec?.initContainers ?? []).map((container) => amount(container, figure, resource, parse)));
};

export const podFacts = (pod: V1Pod): PodFacts => {
  return {
    view: {
      ...podView(pod),
      containerNames: (pod.spec?.containers ?? []).map((container) => container.name),
      stuck: isStuck(pod),
      job: (pod.metadata?.ownerReferences ?? []).some((owner) => owner.kind === 'Job'),
    },
    image: pod.spec?.containers[0]?.image ?? '',
    cpu: effective(pod, 'limits', 'cpu', parseMillicores),
    memory: effective(pod, 'limits', 'memory', parseBytes),
    asks: { cpu: effective(pod, 'requests', 'cpu', parseMillicores), memory: effective(pod, 'requests', 'memory', parseBytes) },
  };
};

export interface NodeSize {
  ready: boolean;
  /** What its pods can ask for together: millicores and bytes. */
  cpu: number;
  memory: number;
}

/** A node that is not ready, or cordoned, gives nothing to new pods. */
export const nodeSize = (node: V1Node): NodeSize => ({
  ready: node.spec?.unschedulable !== true && (node.status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True'),
  cpu: parseMillicores(node.status?.allocatable?.cpu ?? '0'),
  memory: parseBytes(node.status?.allocatable?.memory ?? '0'),
});

/** `7.1.4` of `docker.io/library/wordpress:7.1.4-php8.3-apache@sha256:…`; empty when the tag is no version. */
export const versionOfImage = (image: string): string => /:v?(\d+(?:\.\d+)+)[^/]*$/.exec(image.split('@')[0] ?? '')?.[1] ?? '';

export interface LeaseFacts {
  holder: string;
  since: string;
  /** Milliseconds since 1970: after this the holder is taken for dead. */
  expires: number;
}

export const leaseFacts = (lease: V1Lease): LeaseFacts => ({
  holder: lease.spec?.holderIdentity ?? '',
  since: isoTime(lease.spec?.acquireTime) ?? '',
  expires: new Date(lease.spec?.renewTime ?? 0).getTime() + (lease.spec?.leaseDurationSeconds ?? 60) * 1000,
});

/** The operation that holds the Lease, unless its holder has given no sign of life for too long. */
export const operationOf = (lease: LeaseFacts | undefined, now: number): RunningOperation | null => {
  if (!lease || lease.holder === '' || lease.expires < now) return null;
  const [, holder = lease.holder, operation = 'operation'] = /^(.+ pid \d+) (.+)$/.exec(lease.holder) ?? [];
  return { holder, operation, since: lease.since };
};

export interface ServiceFacts {
  address: string | undefined;
  announced: Partial<Record<80 | 8080, string>>;
}

export const serviceFacts = (service: V1Service): ServiceFacts => ({ address: addressOf(service), announced: announcedUrls(service) });

export interface QuotaFacts {
  hard: Record<string, string>;
  /** Absent where no quota controller counts. */
  used: Record<string, string> | undefined;
}

export const quotaFacts = (quota: V1ResourceQuota): QuotaFacts => ({ hard: quota.status?.hard ?? quota.spec?.hard ?? {}, used: quota.status?.used });

export const claimView = (claim: V1PersistentVolumeClaim): ClaimView => ({
  name: claim.metadata?.name ?? '',
  phase: claim.metadata?.deletionTimestamp === undefined ? (claim.status?.phase ?? 'Pending') : 'Terminating',
  size: parseBytes(claim.spec?.resources?.requests?.storage ?? '0'),
  storageClass: claim.spec?.storageClassName ?? '',
});

export const eventLine = (event: CoreV1Event): EventLine => ({
  at: isoTime(event.lastTimestamp ?? event.series?.lastObservedTime ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp) ?? '',
  warning: event.type === 'Warning',
  reason: event.reason ?? '',
  object: `${(event.involvedObject.kind ?? '').toLowerCase()}/${event.involvedObject.name ?? ''}`,
  message: event.message ?? '',
  count: event.count ?? event.series?.count ?? 1,
});

/** Undefined for a ConfigMap that holds no readable record. */
export const recordOf = (map: V1ConfigMap): TenantRecord | undefined => {
  try {
    const record = JSON.parse(map.data?.['record.json'] ?? '') as TenantRecord;
    return typeof record.name === 'string' && Array.isArray(record.history) ? record : undefined;
  } catch {
    return undefined;
  }
};
