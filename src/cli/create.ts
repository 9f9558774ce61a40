import type { ConvergeOptions } from './converge.js';
import { runCommand } from './session.js';

/** `create [name]`: from answers to two answering URLs. */
export const create = (name: string | undefined, options: ConvergeOptions): Promise<number> =>
  runCommand({
    operation: 'create',
    options,
    about: {
      ...(name === undefined ? {} : { tenant: name }),
      ...(options.preset === undefined ? {} : { preset: options.preset }),
      ...(options.isolation === undefined ? {} : { isolation: options.isolation }),
    },
    // Loaded once something is on the screen: questions, their checks and the tenant file are most of what there is to load.
    run: async (session) => (await import('./onboard.js')).onboard(session, name, options),
  });
