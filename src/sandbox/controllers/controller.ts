import type { SandboxClock } from '../clock.js';
import type { FaultBook } from '../faults/book.js';
import type { KubeObject } from '../kubernetes-door/objects.js';
import type { ResourceApi } from '../kubernetes-door/resource-api.js';
import type { Change, ObjectStore } from '../kubernetes-door/store.js';

export type Clock = Pick<SandboxClock, 'speed' | 'delay'>;

/** Whether waits take no time at all. Repetition without an end must then stop by itself. */
export const isImmediate = (clock: Clock): boolean => clock.speed === 0 || clock.speed === Infinity;

/** What the real API reserves: an IP address of the cloud for one Service. Errors carry the reason that the Service's event shows. */
export interface AddressConsumer {
  namespace: string;
  service: string;
  clusterId: string;
}

/** The cluster's only view of the cloud: reserved IP blocks. Claiming twice for the same consumer must be harmless. */
export interface AddressPool {
  /** @throws Error with a reason if the address is not in a reserved block or belongs to somebody else */
  claim(ip: string, consumer: AddressConsumer): void;
  release(ip: string, consumer: AddressConsumer): void;
  /** A dynamic address for a Service that names none. Without this method such a Service stays pending. */
  allocate?(consumer: AddressConsumer): string;
}

/** How a pod can be told to fail. */
export type PodFailure = 'ImagePullBackOff' | 'CrashLoopBackOff' | 'OOMKilled' | 'NotReady' | 'Unschedulable';

/** What a controller works with. */
export interface ControllerContext {
  readonly store: ObjectStore;
  readonly api: ResourceApi;
  readonly clock: Clock;
  readonly addressPool: AddressPool;
  readonly clusterId: string;
  /** Writes an Event, or counts up the one that is there. */
  record(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, component: string): void;
  /** Runs `action` after `ms` of the sandbox's time, unless something with this `id` waits already: then false. Ends with the cluster. */
  later(id: string, ms: number, action: () => void): boolean;
  failureOf(pod: KubeObject): PodFailure | undefined;
  readonly faults: FaultBook;
}

/**
 * One control loop. It is level based: `reconcile` looks at the world as it is and takes the next step, so that after a restart
 * looking at every key once continues whatever was in flight.
 */
export interface Controller {
  name: string;
  /** The keys that a change may concern. */
  concerns(change: Change): string[];
  /** Every key there is to look at. */
  keys(): string[];
  reconcile(key: string): void;
}

export const splitKey = (key: string): { namespace: string; name: string } => {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
};

export const objectKey = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
