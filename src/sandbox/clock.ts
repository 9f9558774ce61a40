import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The sandbox's one clock. Every wait inside the sandbox goes through `delay`, so that a single number makes it fast, slow or immediate.
 */
export class SandboxClock {
  /** How many times faster than the believable default; `Infinity` (or 0) means that nothing takes any time. */
  readonly speed: number;

  constructor(speed = 1) {
    if (Number.isNaN(speed) || speed < 0) throw new RangeError(`a clock cannot run at speed ${speed}`);
    this.speed = speed === 0 ? Infinity : speed;
  }

  /** A clock on which nothing takes any time. */
  static immediate(): SandboxClock {
    return new SandboxClock(Infinity);
  }

  /** The present, as ISO 8601. */
  now(): string {
    return new Date().toISOString();
  }

  /**
   * Waits for `ms` milliseconds of sandbox time, which is `ms / speed` of real time.
   * Rejects with the signal's reason when it is aborted first.
   */
  async delay(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const real = ms / this.speed;
    if (!(real > 0)) {
      // Immediate still yields once: callers rely on observing the state before the transition.
      await new Promise<void>((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      return;
    }
    try {
      await sleep(real, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }
}
