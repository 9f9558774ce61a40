import { pathsFrom } from '../engine/paths.js';
import { resetSandbox } from '../sandbox/attach.js';
import { parseFault } from '../sandbox/faults/fault.js';
import { sandboxHome } from '../sandbox/home.js';
import { serveSandbox } from '../sandbox/serve.js';
import { sandboxNotice } from './sandbox-notice.js';
import { runCommand, type CommonOptions } from './session.js';

/** `IONOS_TENANTS_SANDBOX_SPEED`: how much faster than the default; 0 means that nothing takes any time. */
const speedFrom = (text: string | undefined): number => {
  const speed = Number(text ?? 1);
  return Number.isFinite(speed) && speed >= 0 ? speed : 1;
};

/** The background process behind `--sandbox`. Nobody looks at it; its output is the sandbox's log file. */
export const sandboxServe = async (): Promise<number> => {
  const home = sandboxHome(pathsFrom(process.env).state);
  const served = await serveSandbox(home, { speed: speedFrom(process.env.IONOS_TENANTS_SANDBOX_SPEED), cliVersion: __CLI_VERSION__, endWhenIdle: true });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, served.stop);
  await served.stopped;
  return 0;
};

/** `sandbox`: in the foreground, with what a shell needs to use terraform, helm and kubectl on it. */
export const sandboxRun = (options: CommonOptions & { speed?: number }): Promise<number> =>
  runCommand({
    operation: 'sandbox',
    options: { ...options, sandbox: false, plain: true },
    inSandbox: true,
    run: async (session) => {
      const served = await serveSandbox(sandboxHome(session.paths.state), { speed: options.speed ?? 1, cliVersion: session.cliVersion, endWhenIdle: false, faults: (options.fault ?? []).map(parseFault) });
      session.bus.emit({ type: 'notice', level: 'info', message: sandboxNotice(served.process) });
      session.interrupts.signal.addEventListener('abort', served.stop, { once: true });
      await served.stopped;
      return { changed: false };
    },
  });

export const sandboxReset = (options: CommonOptions): Promise<number> =>
  runCommand({
    operation: 'sandbox-reset',
    options: { ...options, sandbox: false },
    run: async (session) => {
      const changed = await resetSandbox(sandboxHome(session.paths.state));
      session.bus.emit({ type: 'notice', level: 'info', message: changed ? 'The sandbox is empty.' : 'The sandbox was empty already.' });
      return { changed };
    },
  });
