import { setMaxListeners } from 'node:events';

import type { ObjectStore } from '../kubernetes-door/store.js';
import type { Clock, Controller } from './controller.js';

const RETRY_MS = 1000;
const RETRIES = 5;

/** Runs controllers: a queue of keys without duplicates, fed by the store's changes and by timers. */
export class ControllerManager {
  readonly #queue = new Map<string, { controller: Controller; key: string }>();
  readonly #timers = new Set<string>();
  readonly #attempts = new Map<string, number>();
  readonly #idle = new Set<() => void>();
  #controllers: Controller[] = [];
  #stopping = new AbortController();
  #unsubscribe: (() => void) | undefined;
  #draining = false;
  /** What went wrong inside controllers: always a defect of the sandbox. */
  readonly defects: string[] = [];

  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
  ) {}

  get running(): boolean {
    return this.#unsubscribe !== undefined;
  }

  start(controllers: Controller[]): void {
    if (this.running) return;
    this.#controllers = controllers;
    this.#stopping = new AbortController();
    // Every timer listens to it: dozens are no leak.
    setMaxListeners(0, this.#stopping.signal);
    this.#unsubscribe = this.store.subscribe((change) => {
      for (const controller of controllers) for (const key of controller.concerns(change)) this.#enqueue(controller, key);
    });
    this.resync();
  }

  /** Looks at everything once more, for causes that are not in the store. */
  resync(): void {
    if (!this.running) return;
    for (const controller of this.#controllers) for (const key of controller.keys()) this.#enqueue(controller, key);
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#stopping.abort();
    this.#queue.clear();
    this.#timers.clear();
    this.#attempts.clear();
    this.#notifyIdle();
  }

  /** Resolves when there is nothing left to do and nothing is being waited for. */
  async settled(): Promise<void> {
    if (!this.running || this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  later(id: string, ms: number, action: () => void): boolean {
    if (!this.running || this.#timers.has(id)) return false;
    this.#timers.add(id);
    const { signal } = this.#stopping;
    this.clock.delay(ms, signal).then(
      () => {
        if (signal.aborted) return;
        this.#timers.delete(id);
        this.#guard(id, action);
        this.#notifyIdle();
      },
      // Only stopping rejects the wait; the next start arms the timer anew.
      () => undefined,
    );
    return true;
  }

  #enqueue(controller: Controller, key: string): void {
    this.#queue.set(`${controller.name} ${key}`, { controller, key });
    if (this.#draining) return;
    this.#draining = true;
    setImmediate(() => this.#drain());
  }

  #drain(): void {
    const batch = [...this.#queue];
    this.#queue.clear();
    for (const [id, { controller, key }] of batch) {
      if (!this.running) break;
      this.#guard(id, () => controller.reconcile(key), () => this.later(`retry ${id}`, RETRY_MS, () => this.#enqueue(controller, key)));
    }
    this.#draining = false;
    if (this.#queue.size > 0) {
      this.#draining = true;
      setImmediate(() => this.#drain());
    }
    this.#notifyIdle();
  }

  #guard(id: string, action: () => void, retry?: () => void): void {
    try {
      action();
      this.#attempts.delete(id);
    } catch (error) {
      const attempts = (this.#attempts.get(id) ?? 0) + 1;
      this.#attempts.set(id, attempts);
      this.defects.push(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (attempts <= RETRIES) retry?.();
    }
  }

  #isIdle(): boolean {
    return this.#queue.size === 0 && !this.#draining && this.#timers.size === 0;
  }

  #notifyIdle(): void {
    if (this.running && !this.#isIdle()) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }
}
