import { randomBytes, randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.js';
import { CloudError, notFound, refused } from './cloud-error.js';
import { OWNER } from './catalog.js';
import { FaultBook } from '../faults/book.js';
import { failRequests, isRequested, openRequest } from './request-log.js';
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
  readonly faults: FaultBook;
  readonly #listeners = new Set<(change: CloudChange) => void>();
  readonly #finishers = new Map<Kind, Finisher<never>>();
  readonly #running = new Map<string, Promise<void>>();
  /** Inserted, but the transition that makes it has not begun yet. */
  readonly #fresh = new Set<string>();
  #shutdown = new AbortController();

  constructor(state: CloudState, clock: SandboxClock, faults: FaultBook = new FaultBook()) {
    this.state = state;
    this.clock = clock;
    this.faults = faults;
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

  /** The resource, to be changed or to have something put into it; throws a 404, or a 422 when it is on its way out. */
  open<K extends Kind>(kind: K, key: string): Resource<K> {
    const resource = this.get(kind, key);
    if (resource.pending?.then === 'gone') {
      throw refused(`Operation cannot be executed: ${resource.type} ${resource.id} is being deleted. Current state: ${resource.metadata.state}`);
    }
    return resource;
  }

  insert<K extends Kind>(kind: K, key: string, resource: Resource<K>): void {
    this.#fresh.add(keyOf(kind, key));
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

  /**
   * Starts a transition, or turns the running one into this one: the cloud queues changes while it is busy. What can be
   * followed is remembered as a request, which is over when the transition is.
   */
  begin(kind: Kind, key: string, pending: Pending): void {
    const resource = this.get(kind, key);
    const made = this.#fresh.delete(keyOf(kind, key));
    const method = made ? 'POST' : pending.then === 'gone' ? 'DELETE' : 'PATCH';
    const requests = [...(resource.pending?.requests ?? [])];
    if (isRequested(kind)) {
      const id = this.newId();
      openRequest(this.state, { id, createdDate: this.clock.now(), method, target: { kind, id: resource.id, key } });
      requests.push(id);
    }
    resource.pending = { ...pending, requests };
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
    this.#fresh.clear();
    // A sandbox that was saved by an older version remembers no requests.
    this.state = { ...structuredClone(state), requests: structuredClone(state.requests ?? []) };
    for (const kind of Object.keys(this.state) as (keyof CloudState)[]) {
      if (kind === 'version' || kind === 'contract' || kind === 'requests') continue;
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
        await this.faults.untilNotStuck(kind, signal);
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
    if (pending.then === 'failed') failRequests(this.state, pending.requests ?? []);
    const finisher = this.#finishers.get(kind) as Finisher<Kind> | undefined;
    if (finisher === undefined) (resource.metadata as { state: string }).state = 'AVAILABLE';
    else finisher(resource, pending.then);
    if (pending.then === 'failed' && finisher === undefined) return this.drop(kind, key);
    this.#carryOn(resource, pending);
    if (pending.then === 'gone') this.drop(kind, key);
    else this.touch(kind, key);
  }

  /** A transition of several steps serves the same requests to its end. */
  #carryOn(resource: Resource, before: Pending): void {
    if (resource.pending !== undefined && before.requests !== undefined) resource.pending.requests = before.requests;
  }

  #emit(change: CloudChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
