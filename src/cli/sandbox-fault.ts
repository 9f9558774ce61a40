import { commandName } from './command-name.js';
import { usageError } from '../engine/errors.js';
import { runningSandbox } from '../sandbox/attach.js';
import { changeFaults } from '../sandbox/control.js';
import { parseFault } from '../sandbox/faults/fault.js';
import { sandboxHome } from '../sandbox/home.js';
import { runCommand, type CommonOptions } from './session.js';

export interface FaultOptions extends CommonOptions {
  list?: boolean;
  /** True: all of them. */
  clear?: true | string;
}

/** `sandbox fault`: what goes wrong in the running sandbox. */
export const sandboxFault = (faults: readonly string[], { fault: more = [], ...options }: FaultOptions): Promise<number> =>
  runCommand({
    operation: 'sandbox-fault',
    options: { ...options, sandbox: false },
    inSandbox: true,
    run: async (session) => {
      const wanted = [...faults, ...more];
      for (const text of wanted) parseFault(text);
      const start = `${commandName(process.argv, process.env)} sandbox`;
      if (wanted.length === 0 && options.clear === undefined && options.list !== true) {
        throw usageError({ code: 'fault-missing', what: 'no fault was named', next: [`Name one, or use --list or --clear; ${start} fault --help shows what there is.`] });
      }
      const running = await runningSandbox(sandboxHome(session.paths.state));
      if (!running) throw usageError({ code: 'sandbox-not-running', what: 'the sandbox does not run', next: [`Any command with --sandbox starts it, ${start} runs it in the foreground.`] });
      const standing = await changeFaults(running, { add: wanted, ...(options.clear === undefined ? {} : { clear: options.clear }) });
      session.bus.emit({ type: 'notice', level: 'info', message: standing.length === 0 ? 'Nothing goes wrong in the sandbox.' : ['Goes wrong in the sandbox:', ...standing].join('\n  ') });
      return { changed: wanted.length > 0 || options.clear !== undefined, data: { faults: standing } };
    },
  });
