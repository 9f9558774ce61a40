import { isImmediate } from '../controllers/controller.js';
import type { AddressPool, Clock, ControllerContext, PodFailure } from '../controllers/controller.js';
import { recordEvent } from '../controllers/events.js';
import { allControllers } from '../controllers/index.js';
import { ControllerManager } from '../controllers/manager.js';
import { FaultBook } from '../faults/book.js';
import { podFault } from '../faults/cluster.js';
import { furnish } from './furniture.js';
import { replaceNodes } from './nodes.js';
import type { NodeDescription } from './nodes.js';
import { copyOf } from './objects.js';
import type { KubeObject } from './objects.js';
import { ResourceApi } from './resource-api.js';
import { parseLabelSelector } from './selectors.js';
import { ObjectStore } from './store.js';
import type { StoreSnapshot } from './store.js';

/** Pods that were told to fail, for as long as the entry stands. */
export interface Fault {
  /** Every namespace if absent. */
  namespace?: string;
  /** Label selector in the form of a query; '' fits all. */
  selector: string;
  how: PodFailure;
}

/** Plain JSON: everything that a cluster is. */
export interface ClusterSnapshot {
  format: 1;
  id: string;
  version: string;
  store: StoreSnapshot;
  faults: Fault[];
}

export interface SandboxClusterOptions {
  clock: Clock;
  addressPool: AddressPool;
  /** The cloud's identifier of this cluster. */
  id: string;
  /** Kubernetes version, for example `1.34.4`. */
  version?: string;
  /** What goes wrong; nothing, unless told. */
  faults?: FaultBook;
}

/** Annotation of a pod, or of a ConfigMap with a `selector` in its data, that makes pods fail. */
export const FAIL_ANNOTATION = 'sandbox.ionos-tenants.io/fail';
const DEFAULT_VERSION = '1.34.4';

/** A simulated Kubernetes cluster: its objects, the rules of its API, and the controllers that bring it to life. */
export class SandboxCluster {
  readonly store = new ObjectStore();
  readonly api = new ResourceApi(this.store);
  readonly clock: Clock;
  readonly id: string;
  /** What the whole sandbox has been told to get wrong. */
  readonly faultBook: FaultBook;
  readonly #manager: ControllerManager;
  readonly #context: ControllerContext;
  readonly #listeners = new Set<() => void>();
  #faults: Fault[] = [];
  #version: string;
  #unfollow: (() => void) | undefined;

  constructor(options: SandboxClusterOptions) {
    this.clock = options.clock;
    this.id = options.id;
    this.faultBook = options.faults ?? new FaultBook();
    this.#version = options.version ?? DEFAULT_VERSION;
    this.#manager = new ControllerManager(this.store, options.clock);
    this.#context = {
      store: this.store,
      api: this.api,
      clock: options.clock,
      addressPool: options.addressPool,
      clusterId: options.id,
      record: (...event) => recordEvent(this.store, ...event),
      later: (id, ms, action) => this.#manager.later(id, ms, action),
      failureOf: (pod) => this.#failureOf(pod),
      faults: this.faultBook,
    };
    this.store.subscribe(() => this.#notify());
    furnish(this.store, this.api);
  }

  /** With a leading `v`, as nodes report it. */
  get version(): string {
    return this.#version.startsWith('v') ? this.#version : `v${this.#version}`;
  }

  set version(version: string) {
    this.#version = version;
    this.#notify();
  }

  /** Defects of the simulation itself, for tests to assert that there are none. */
  get defects(): readonly string[] {
    return this.#manager.defects;
  }

  /** Brings the controllers to life. They continue whatever a snapshot caught in flight. */
  start(): void {
    this.#manager.start(allControllers(this.#context));
    this.#unfollow ??= this.faultBook.onChange(() => this.#manager.resync());
  }

  /** Stops every controller and timer. The objects stay, and the door goes on answering. */
  stop(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#manager.stop();
  }

  /** Resolves when nothing is left to do: no key is queued and no timer runs. */
  settled(): Promise<void> {
    return this.#manager.settled();
  }

  /** Makes the worker nodes those that the cloud has. Pods of nodes that are gone are lost and made anew elsewhere. */
  setNodes(nodes: readonly NodeDescription[]): void {
    replaceNodes(this.store, nodes, this.version);
  }

  /**
   * Makes pods that fit the selector fail from now on, or lets them recover (`undefined`).
   * A pod that already runs can crash or become unready; images and places matter to new pods only.
   */
  failPods(target: { namespace?: string; selector?: string }, how: PodFailure | undefined): void {
    const selector = target.selector ?? '';
    this.#faults = this.#faults.filter((fault) => fault.namespace !== target.namespace || fault.selector !== selector);
    if (how) this.#faults.push({ ...(target.namespace === undefined ? {} : { namespace: target.namespace }), selector, how });
    this.#manager.resync();
    this.#notify();
  }

  get faults(): readonly Fault[] {
    return this.#faults;
  }

  /** Everything, as plain JSON. Later changes do not touch it; it shares objects with the store, so do not change it either. */
  snapshot(): ClusterSnapshot {
    return { format: 1, id: this.id, version: this.#version, store: this.store.snapshot(), faults: [...this.#faults] };
  }

  /** Takes over a snapshot. Call it before `start` and before the door opens. @throws Error if the controllers run */
  restore(snapshot: ClusterSnapshot): void {
    if (this.#manager.running) throw new Error('a running cluster cannot be restored: stop it first');
    this.store.restore(copyOf(snapshot.store));
    this.#faults = copyOf(snapshot.faults);
    this.#version = snapshot.version;
    furnish(this.store, this.api);
    this.#notify();
  }

  /** Calls `listener` after every change of anything that a snapshot holds. Returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether this cluster's clock lets no time pass. */
  get immediate(): boolean {
    return isImmediate(this.clock);
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #failureOf(pod: KubeObject): PodFailure | undefined {
    const own = pod.metadata.annotations?.[FAIL_ANNOTATION] as PodFailure | undefined;
    if (own) return own;
    const { namespace } = pod.metadata;
    const fault = this.#faults.find((entry) => (entry.namespace === undefined || entry.namespace === namespace) && parseLabelSelector(entry.selector)(pod));
    if (fault) return fault.how;
    const ordered = podFault(this.faultBook, { namespace, app: pod.metadata.labels?.['app.kubernetes.io/name'] });
    if (ordered) return ordered;
    const rule = this.store
      .list('ConfigMap', namespace)
      .find((config) => config.metadata.annotations?.[FAIL_ANNOTATION] && parseLabelSelector(String(config['data']?.selector ?? ''))(pod));
    return rule?.metadata.annotations?.[FAIL_ANNOTATION] as PodFailure | undefined;
  }
}
