import { InstallerError } from '../engine/errors.js';
import type { TerraformMessage } from './messages.js';

/** How long the cloud has been at work on each object of an apply; aborts `signal` when it is too long for one. */
export class ObjectWaits {
  private readonly stop = new AbortController();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  readonly signal = this.stop.signal;
  /** Set when the signal was aborted. */
  failure: InstallerError | undefined;

  constructor(private readonly limitMs: number) {}

  see({ type, hook }: TerraformMessage): void {
    const address = hook?.resource?.addr;
    if (address === undefined || hook?.action === 'read') return;
    if (type === 'apply_start' && Number.isFinite(this.limitMs)) this.timers.set(address, setTimeout(() => this.giveUp(address), this.limitMs));
    if (type === 'apply_complete' || type === 'apply_errored') clearTimeout(this.timers.get(address));
  }

  end(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private giveUp(address: string): void {
    this.failure ??= new InstallerError({
      code: 'cloud-busy',
      what: `IONOS Cloud has not finished ${address} after ${Math.round(this.limitMs / 1000)} s`,
      why: 'it still works on it (BUSY or DEPLOYING); terraform was asked to stop waiting, and remembers the object',
      next: ['Run the same command again: it continues with the same object. --cloud-timeout sets how long it waits.', 'If it stays like that, see https://status.ionos.cloud, or ask IONOS support and name the object.'],
    });
    this.stop.abort(this.failure);
  }
}
