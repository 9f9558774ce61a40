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
