import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { openSandbox, type Sandbox, type SandboxState } from './composition.js';
import type { Fault } from './faults/fault.js';
import type { SandboxHome, SandboxProcess } from './home.js';

/** Changes come in bursts; one write a moment after the last is enough. */
const SAVE_AFTER_MS = 200;
/** Nobody has used it for so long: it saves itself and ends. The next use brings it back as it was. */
const IDLE_MS = 8 * 3600 * 1000;
const IDLE_CHECK_MS = 60_000;

const readState = async (home: SandboxHome): Promise<SandboxState | undefined> => {
  try {
    const state = JSON.parse(await readFile(home.stateFile, 'utf8')) as SandboxState;
    return state.version === 1 ? state : undefined;
  } catch {
    return undefined;
  }
};

const writeWhole = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
};

export interface ServedSandbox {
  process: SandboxProcess;
  /** Resolves when it has been told to stop and everything is saved. */
  stopped: Promise<void>;
  stop(): void;
}

/**
 * Serves the user's persistent sandbox from this process. Only one process can: the provider door's socket decides, and the
 * second one gets the error that says so.
 */
export const serveSandbox = async (home: SandboxHome, options: { speed: number; cliVersion: string; endWhenIdle: boolean; faults?: readonly Fault[] }): Promise<ServedSandbox> => {
  let sandbox: Sandbox | undefined;
  let timer: NodeJS.Timeout | undefined;
  let saving: Promise<void> = Promise.resolve();
  const save = (): void => {
    timer = undefined;
    if (!sandbox) return;
    const text = JSON.stringify(sandbox.snapshot());
    saving = saving.then(() => writeWhole(home.stateFile, text));
  };
  const state = await readState(home);
  const previous = await readFile(home.processFile, 'utf8')
    .then((text) => JSON.parse(text) as SandboxProcess)
    .catch(() => undefined);
  const open = (apiPort?: number): Promise<Sandbox> =>
    openSandbox({
      speed: options.speed,
      socket: home.socket,
      ...(apiPort === undefined ? {} : { apiPort }),
      ...(state ? { state } : {}),
      ...(options.faults ? { faults: options.faults } : {}),
      onChange: () => {
        timer ??= setTimeout(save, SAVE_AFTER_MS);
      },
    });
  // The same port as before, where it is free: a kubeconfig or an exported IONOS_API_URL then stays valid.
  const wanted = previous === undefined ? undefined : Number(new URL(previous.apiUrl).port);
  const running = wanted === undefined ? await open() : await open(wanted).catch((error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' && error.syscall === 'listen' ? open() : Promise.reject(error)));
  sandbox = running;
  const about: SandboxProcess = {
    pid: process.pid,
    apiUrl: running.apiUrl,
    reattach: running.reattach,
    speed: options.speed,
    cliVersion: options.cliVersion,
    startedAt: new Date().toISOString(),
  };
  await writeWhole(home.processFile, JSON.stringify(about));
  let stop: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const idle = setInterval(() => {
    void stat(home.processFile)
      .then(({ mtimeMs }) => {
        if (options.endWhenIdle && Date.now() - mtimeMs > IDLE_MS) stop();
      })
      // Somebody removed the folder under us: there is nothing left to serve.
      .catch(stop);
  }, IDLE_CHECK_MS);
  const stopped = asked.then(async () => {
    clearInterval(idle);
    clearTimeout(timer);
    const text = JSON.stringify(running.snapshot());
    await running.close();
    await saving;
    if (await stat(home.folder).catch(() => undefined)) await writeWhole(home.stateFile, text);
    await rm(home.socket, { force: true });
  });
  return { process: about, stopped, stop };
};
