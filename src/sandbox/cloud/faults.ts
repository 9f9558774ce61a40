import type { CloudError } from './cloud-error.js';
import type { Kind } from './types.js';

export type Operation = 'create' | 'update' | 'delete';

/** Something that goes wrong on order, in the next `times` such operations (one, unless told). */
export interface Fault {
  kind: Kind;
  operation: Operation;
  /** The answer instead of doing it. Without one, the operation is accepted and ends in a FAILED state (clusters and node pools). */
  error?: CloudError;
  times?: number;
}

/** What the cloud has been told to get wrong. Faults are not part of a snapshot. */
export class Faults {
  #queue: (Fault & { times: number })[] = [];

  add(fault: Fault): void {
    this.#queue.push({ ...fault, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#queue = [];
  }

  /** Throws when an error was ordered for this operation, else says how it will end. */
  permit(kind: Kind, operation: Operation): 'ready' | 'failed' {
    const fault = this.#queue.find((candidate) => candidate.kind === kind && candidate.operation === operation);
    if (fault === undefined) return 'ready';
    fault.times -= 1;
    if (fault.times <= 0) this.#queue = this.#queue.filter((candidate) => candidate !== fault);
    if (fault.error !== undefined) throw fault.error;
    return 'failed';
  }
}
