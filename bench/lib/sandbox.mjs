// A sandbox in a process of its own, on a state folder of its own.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { main } from './program.mjs';

const START_MS = 30_000;

/** The environment of a run that may only see this sandbox, with its temporary files beside it. */
export const environment = (state, speed) => {
  const env = { ...process.env, IONOS_TENANTS_STATE_DIR: state, IONOS_TENANTS_SANDBOX_SPEED: String(speed), IONOS_TENANTS_NO_KEYCHAIN: '1', TMPDIR: join(state, 'tmp') };
  for (const name of Object.keys(env)) if (/^(IONOS_(?!TENANTS)|TF_|KUBE|HELM_)/.test(name)) delete env[name];
  return env;
};

/** Serves the sandbox in `state` and waits until its doors are open. */
export const startSandbox = async (state, speed) => {
  await mkdir(join(state, 'tmp'), { recursive: true });
  const file = join(state, 'sandbox/process.json');
  const env = environment(state, speed);
  const child = spawn(process.execPath, [main, 'sandbox', 'serve'], { stdio: 'ignore', env });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const deadline = Date.now() + START_MS;
  for (;;) {
    const about = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
    if (about?.pid === child.pid) {
      return {
        env,
        /** What an operator without ionos-tenants would export. */
        exports: { IONOS_API_URL: about.apiUrl, IONOS_TOKEN: 'sandbox-token', TF_REATTACH_PROVIDERS: about.reattach },
        apiUrl: about.apiUrl,
        async stop() {
          child.kill('SIGTERM');
          await ended;
        },
      };
    }
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('the sandbox did not start');
    await sleep(20);
  }
};

export const remove = (folder) => rm(folder, { recursive: true, force: true });
