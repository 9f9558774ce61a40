import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFault } from '../sandbox/faults/fault.js';
import { openSandbox } from '../sandbox/composition.js';
import { REAL_ACCOUNT_VARIABLES, sandboxEnvironment } from '../sandbox/home.js';
import type { Session } from './session.js';

/** A sandbox inside this process, gone when it ends. */
export interface DemoSandbox {
  /** Points a session at it. */
  enter(session: Session): void;
  /** Operations wait for their tools before they return, so that none of them is left talking to a closed door. */
  close(): Promise<void>;
}

export const openDemoSandbox = async (speed: number, faults: readonly string[] = []): Promise<DemoSandbox> => {
  const folder = await mkdtemp(join(tmpdir(), 'ionos-demo-'));
  const sandbox = await openSandbox({ speed, socket: join(folder, 'provider.sock'), faults: faults.map(parseFault) });
  return {
    enter(session) {
      for (const name of REAL_ACCOUNT_VARIABLES) delete session.env[name];
      Object.assign(session.env, sandboxEnvironment(sandbox));
      session.paths = { ...session.paths, state: join(folder, 'operator') };
      session.sandbox = true;
    },
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
