import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxClock } from '../../src/sandbox/clock.js';
import { SandboxCloud } from '../../src/sandbox/cloud/index.js';
import type { SandboxCloudOptions } from '../../src/sandbox/cloud/index.js';
import { startProviderDoor } from '../../src/sandbox/provider-door/index.js';
import type { ProviderDoorOptions } from '../../src/sandbox/provider-door/index.js';

/** A clock on which time stands still until `release`, so that a test can look at what is under way without racing it. */
export class HeldClock extends SandboxClock {
  #open: () => void = () => {};
  #gate: Promise<void>;

  constructor() {
    super(Infinity);
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** Time passes at once from now on. */
  release(): void {
    this.#open();
  }

  override async delay(_ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.#gate;
    await super.delay(0, signal);
  }
}

/** A clock that only moves by `step`, from the end of one wait to the end of the next, so that a test sees each state on the way. */
export class SteppedClock extends SandboxClock {
  #ms = 0;
  #waiting: { due: number; go: () => void }[] = [];

  constructor() {
    super(Infinity);
  }

  /** Goes on to the end of the wait that is over next, and lets what follows from that happen. */
  async step(): Promise<void> {
    if (this.#waiting.length > 0) this.#ms = Math.min(...this.#waiting.map(({ due }) => due));
    const over = this.#waiting.filter(({ due }) => due <= this.#ms);
    this.#waiting = this.#waiting.filter(({ due }) => due > this.#ms);
    for (const { go } of over) go();
    await super.delay(0);
  }

  override async delay(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve) => {
      const go = (): void => {
        signal?.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.push({ due: this.#ms + ms, go });
      signal?.addEventListener('abort', go);
    });
    signal?.throwIfAborted();
  }
}

export interface TestProvider {
  cloud: SandboxCloud;
  /** What makes terraform use it. */
  env: { TF_REATTACH_PROVIDERS: string };
  close(): Promise<void>;
}

/** A sandbox cloud with its terraform door open, on an immediate clock unless told otherwise. */
export const startTestProvider = async (options: SandboxCloudOptions & ProviderDoorOptions = {}): Promise<TestProvider> => {
  const directory = await mkdtemp(join(tmpdir(), 'door-'));
  const cloud = new SandboxCloud({ clock: SandboxClock.immediate(), ...options });
  const door = await startProviderDoor(cloud, join(directory, 'p.sock'), options);
  return {
    cloud,
    env: { TF_REATTACH_PROVIDERS: door.reattach },
    async close() {
      await door.close();
      cloud.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
