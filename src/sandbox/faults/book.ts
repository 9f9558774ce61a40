import type { Kind } from '../cloud/types.js';
import type { CallKind } from './catalog.js';
import type { Fault } from './fault.js';

const OF_KIND: Record<Kind, CallKind> = { datacenters: 'datacenter', lans: 'lan', ipBlocks: 'ipblock', clusters: 'cluster', nodePools: 'nodepool', groups: 'group', shares: 'share', users: 'user', buckets: 'bucket' };

type Fits = (parameters: Readonly<Record<string, string>>) => boolean;

/**
 * What the sandbox has been told to get wrong. One book for the whole sandbox: the doors, the cloud and the clusters ask it at the one
 * place where each fault bites.
 */
export class FaultBook {
  #faults: Fault[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Map<Fault, NodeJS.Timeout>();

  add(fault: Fault): void {
    const entry = structuredClone(fault);
    this.#faults.push(entry);
    const seconds = Number(entry.parameters['seconds']);
    if (Number.isFinite(seconds)) this.#timers.set(entry, setTimeout(() => this.#remove([entry]), seconds * 1000).unref());
    this.#notify();
  }

  /** Ends the faults of a name, or all. Returns how many. */
  clear(name?: string): number {
    const gone = this.#faults.filter((fault) => name === undefined || fault.name === name);
    this.#remove(gone);
    return gone.length;
  }

  /** Everything that is still to happen, as plain JSON. */
  list(): Fault[] {
    return structuredClone(this.#faults);
  }

  /** The first fault of this name that fits, without using it up. */
  find(name: string, fits: Fits = () => true): Readonly<Fault> | undefined {
    return this.#faults.find((fault) => fault.name === name && fits(fault.parameters));
  }

  /** The first fault of this name that fits, and one time less is left of it. */
  take(name: string, fits: Fits = () => true): Readonly<Fault> | undefined {
    const found = this.#faults.find((fault) => fault.name === name && fits(fault.parameters));
    if (found === undefined || found.left === 'always') return found;
    found.left -= 1;
    if (found.left <= 0) this.#remove([found]);
    return found;
  }

  /** How an operation that the cloud has accepted will end. */
  permit(kind: Kind, operation: 'create' | 'update' | 'delete'): 'ready' | 'failed' {
    return operation !== 'delete' && this.take('failed', this.#about(kind)) ? 'failed' : 'ready';
  }

  /** Resolves when the cloud may go on with an object of this kind; rejects with the signal's reason when aborted. */
  async untilNotStuck(kind: Kind, signal: AbortSignal): Promise<void> {
    while (this.find('stuck-busy', this.#about(kind))) {
      await new Promise<void>((resolve, reject) => {
        const stop = this.onChange(() => {
          signal.removeEventListener('abort', abort);
          stop();
          resolve();
        });
        const abort = (): void => {
          stop();
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', abort, { once: true });
      });
    }
  }

  /** Calls the listener whenever a fault comes or goes. Returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #about(kind: Kind): Fits {
    return (parameters) => parameters['kind'] === 'any' || parameters['kind'] === OF_KIND[kind];
  }

  #remove(gone: readonly Fault[]): void {
    for (const fault of gone) {
      clearTimeout(this.#timers.get(fault));
      this.#timers.delete(fault);
    }
    this.#faults = this.#faults.filter((fault) => !gone.includes(fault));
    if (gone.length > 0) this.#notify();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
