import { randomBytes, randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.js';
import { CloudError, notFound } from './cloud-error.js';
import { OWNER } from './catalog.js';
import { Faults } from './faults.js';
import type { CloudChange, CloudState, Kind, Metadata, Pending, Resource } from './types.js';

type Finisher<K extends Kind> = (resource: Resource<K>, then: Pending['then']) => void;

const keyOf = (kind: Kind, key: string): string => `${kind}:${key}`;

/**
 * The books of the cloud: holds the state, moves resources through their transitions on the clock, and tells listeners about every change.
 * It knows no rule; the rules are in the files named after the resources.
 */
export class Ledger {
  state: CloudState;
  readonly clock: SandboxClock;
  readonly faults = new Faults();
  readonly #listeners = new Set<(change: CloudChange) => void>();
  readonly #finishers = new Map<Kind, Finisher<never>>();
  readonly #running = new Map<string, Promise<void>>();
  #shutdown = new AbortController();

  constructor(state: CloudState, clock: SandboxClock) {
    this.state = state;
    this.clock = clock;
  }

  onChange(listener: (change: CloudChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Says what happens to a resource of this kind when one step of a transition is over: set the state, set `pending` again for a further
   * step, or let go of what it held when it is gone. Without one, it becomes AVAILABLE.
   */
  onStep<K extends Kind>(kind: K, finisher: Finisher<K>): void {
    this.#finishers.set(kind, finisher);
  }

  newId(): string {
    return randomUUID();
  }

  metadata<State extends string>(state: State): Metadata<State> {
    const at = this.clock.now();
    const by = { createdBy: OWNER.properties.email, createdByUserId: OWNER.id };
    const modified = { lastModifiedDate: at, lastModifiedBy: by.createdBy, lastModifiedByUserId: by.createdByUserId };
    return { etag: randomBytes(16).toString('hex'), createdDate: at, ...by, ...modified, state };
  }

  list<K extends Kind>(kind: K): Resource<K>[] {
    return Object.values(this.state[kind]) as Resource<K>[];
  }

  find<K extends Kind>(kind: K, key: string): Resource<K> | undefined {
    const records = this.state[kind] as Record<string, Resource<K>>;
    return Object.hasOwn(records, key) ? records[key] : undefined;
  }

  /** The resource, or the API's 404. */
  get<K extends Kind>(kind: K, key: string): Resource<K> {
    const resource = this.find(kind, key);
    if (resource === undefined) throw notFound();
    return resource;
  }

  insert<K extends Kind>(kind: K, key: string, resource: Resource<K>): void {
    (this.state[kind] as Record<string, Resource<K>>)[key] = resource;
    this.#emit({ kind, key, event: 'created' });
  }

  /** Records that a resource was changed: new etag, new date, listeners told. */
  touch(kind: Kind, key: string): void {
    const resource = this.find(kind, key);
    if (resource === undefined) return;
    resource.metadata.etag = randomBytes(16).toString('hex');
    resource.metadata.lastModifiedDate = this.clock.now();
    this.#emit({ kind, key, event: 'changed' });
  }

  /** Removes a resource at once, without a transition. */
  drop(kind: Kind, key: string): void {
    if (this.find(kind, key) === undefined) return;
    delete (this.state[kind] as Record<string, unknown>)[key];
    this.#emit({ kind, key, event: 'deleted' });
  }

  /** Starts a transition, or turns the running one into this one: the cloud queues changes while it is busy. */
  begin(kind: Kind, key: string, pending: Pending): void {
    this.get(kind, key).pending = pending;
    this.touch(kind, key);
    this.#resume(kind, key);
  }

  /**
   * Resolves when the cloud has stopped working on a resource, whatever became of it.
   * Rejects with the signal's reason when aborted; the cloud goes on regardless.
   */
  async settled(kind: Kind, key: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const running = this.#running.get(keyOf(kind, key));
    if (running === undefined) return;
    if (signal === undefined) return running;
    let abort: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
    });
    try {
      await Promise.race([running, aborted]);
    } finally {
      if (abort !== undefined) signal.removeEventListener('abort', abort);
    }
  }

  /** Replaces everything, and goes on with the transitions that were under way. */
  restore(state: CloudState): void {
    this.stop();
    this.#shutdown = new AbortController();
    this.state = structuredClone(state);
    for (const kind of Object.keys(this.state) as (keyof CloudState)[]) {
      if (kind === 'version' || kind === 'contract') continue;
      for (const [key, resource] of Object.entries(this.state[kind])) {
        this.#emit({ kind, key, event: 'changed' });
        if (resource.pending !== undefined) this.#resume(kind, key);
      }
    }
  }

  /** Stops all transitions where they are; the state keeps them for `restore`. */
  stop(): void {
    this.#shutdown.abort(new CloudError(503, '200', 'the sandbox is closing'));
    this.#running.clear();
  }

  #resume(kind: Kind, key: string): void {
    const id = keyOf(kind, key);
    if (this.#running.has(id)) return;
    const run: Promise<void> = this.#run(kind, key, this.#shutdown.signal).finally(() => {
      if (this.#running.get(id) === run) this.#running.delete(id);
    });
    this.#running.set(id, run);
  }

  async #run(kind: Kind, key: string, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const resource = this.find(kind, key);
        const pending = resource?.pending;
        if (resource === undefined || pending === undefined) return;
        await this.clock.delay(pending.ms, signal);
        this.#step(kind, key, resource);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #step(kind: Kind, key: string, resource: Resource): void {
    // Read again: a delete may have taken over while the clock ran.
    const pending = resource.pending;
    if (pending === undefined) return;
    delete resource.pending;
    const finisher = this.#finishers.get(kind) as Finisher<Kind> | undefined;
    if (finisher === undefined) (resource.metadata as { state: string }).state = 'AVAILABLE';
    else finisher(resource, pending.then);
    if (pending.then === 'gone') this.drop(kind, key);
    else this.touch(kind, key);
  }

  #emit(change: CloudChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
