import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { processIsAlive } from '../../../src/engine/living-process.js';
import { cleanEnvironment, runTool } from '../../support/tool.js';
import { boot, startCilium, startKubelet } from './boot.js';
import { clearMachine } from './machine.js';
import type { NodePlace } from './node.js';

/**
 * Cuts the node off and starts it again: every process on it is killed at once, every mount, route and address is gone, and what is on
 * its disks stays. Resolves when kubelet and network have been started; pods take their time. Whoever stops the node ends these too: what
 * runs on it belongs to its group of processes.
 */
export const reboot = async ({ folder }: NodePlace): Promise<void> => {
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  await vi.waitUntil(() => !processIsAlive({ pid }), { timeout: 60_000 });
  // The kernel takes the cable of a network that nobody is in any more away when it has time, and a new one has the same name.
  await runTool('ip', ['link', 'delete', 'node']);
  // The last of its processes may still be on their way out.
  await vi.waitFor(clearMachine, { timeout: 60_000 });
  const booted = await boot({
    folder,
    start(name, file, args) {
      const log = openSync(join(folder, `${name}.log`), 'a');
      spawn(file, args, { cwd: folder, env: cleanEnvironment(), stdio: ['ignore', log, log], detached: true }).unref();
    },
    until: (what, look) =>
      vi.waitFor(
        async () => {
          const found = await look();
          if (found === undefined || found === false) throw new Error(`${what}: not seen`);
          return found;
        },
        { timeout: 120_000, interval: 50 },
      ),
  });
  startKubelet(booted);
  startCilium(booted);
};
