import { MODEL_HUB_URL } from '../ionos/models.js';
import { usageError } from '../engine/errors.js';
import { renderTenantFile } from '../tenant/tenant-file.js';
import { createTenant } from '../operations/create-tenant.js';
import { readAnswers, readPlatform, type AnswerOptions } from './answers.js';
import { findModelToken, requireCredentials } from './credentials.js';
import { runCommand, type CommonOptions, type Session } from './session.js';

export interface CreateOptions extends CommonOptions, AnswerOptions {
  modelsUrl?: string;
  modelTokenFile?: string;
  tokenFile?: string;
  yes?: boolean;
  dryRun?: boolean;
  /** Seconds. */
  timeout?: number;
}

const nextCommands = (session: Session, name: string): string[] => {
  const flag = session.sandbox ? ' --sandbox' : '';
  return [`${session.commandName} status ${name}${flag}`, `${session.commandName} list${flag}`];
};

/** `create [name]`: from answers to two answering URLs. */
export const create = (name: string | undefined, options: CreateOptions): Promise<number> =>
  runCommand({
    operation: 'create',
    options,
    ...(name === undefined ? {} : { about: { tenant: name } }),
    run: async (session) => {
      const draft = await readAnswers(name, options);
      const platform = readPlatform(options);
      const { credentials } = await requireCredentials(session, options);
      const modelToken = await findModelToken(session, options);
      const outcome = await createTenant(
        { ...session, credentials },
        {
          draft,
          platform,
          modelToken,
          modelsUrl: options.modelsUrl ?? session.env.IONOS_MODEL_URL ?? MODEL_HUB_URL,
          dryRun: options.dryRun === true,
          timeoutMs: (options.timeout ?? 900) * 1000,
          approve: async () => {
            if (options.yes) return true;
            throw usageError({ code: 'not-approved', what: 'the plan needs an explicit yes', why: 'there is no terminal to ask on', next: ['Look at the plan above, then add --yes.'] });
          },
        },
      );
      if (outcome.dryRun) {
        session.bus.emit({ type: 'file', purpose: 'tenant', path: `${outcome.tenant.name}.yaml`, content: renderTenantFile(outcome.tenant) });
        return { changed: false, data: { dryRun: true }, next: [`${session.commandName} create ${outcome.tenant.name}${session.sandbox ? ' --sandbox' : ''}`] };
      }
      return { changed: outcome.changed, tenant: outcome.result, next: nextCommands(session, outcome.tenant.name) };
    },
  });
