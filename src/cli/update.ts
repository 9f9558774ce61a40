import { readAnswers, readPlatform } from './answers.js';
import { converge, type ConvergeOptions } from './converge.js';
import { credentialsFor, findModelToken } from './credentials.js';
import { runCommand } from './session.js';

/** `update <name>`: brings a tenant to its settings, changed by file and flags, and to the charts of this version. */
export const update = (name: string, options: ConvergeOptions): Promise<number> =>
  runCommand({
    operation: 'update',
    options,
    about: { tenant: name, ...(options.preset === undefined ? {} : { preset: options.preset }), ...(options.isolation === undefined ? {} : { isolation: options.isolation }) },
    run: async (session) => {
      const draft = await readAnswers(name, options);
      const platform = readPlatform(options);
      const credentials = await credentialsFor(session, platform.name, options);
      return converge(session, 'update', { draft, platform, credentials, modelToken: await findModelToken(session, options) }, options);
    },
  });
