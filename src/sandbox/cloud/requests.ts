import { notFound } from './cloud-error.js';
import type { Ledger } from './ledger.js';
import type { RequestedKind, RequestRecord } from './types.js';

export type RequestState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED';

/** What was asked of the cloud, through whichever door, and how far it is. */
export class Requests {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  list(): RequestRecord[] {
    return this.#ledger.state.requests;
  }

  get(id: string): RequestRecord {
    const found = this.list().find((record) => record.id === id);
    if (found === undefined) throw notFound();
    return found;
  }

  /** The latest request for a resource: the one of the operation that has just been called. */
  latest(kind: RequestedKind, key: string): RequestRecord {
    const found = this.list().findLast(({ target }) => target.kind === kind && target.key === key);
    if (found === undefined) throw notFound();
    return found;
  }

  /** The cloud works on the oldest open request of a resource; the ones behind it are QUEUED, all others are over. */
  stateOf({ id, target, failure }: RequestRecord): RequestState {
    if (failure !== undefined) return 'FAILED';
    const position = this.#ledger.find(target.kind, target.key)?.pending?.requests?.indexOf(id) ?? -1;
    return position < 0 ? 'DONE' : position === 0 ? 'RUNNING' : 'QUEUED';
  }
}
