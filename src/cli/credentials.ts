import { readFile } from 'node:fs/promises';
import { ExitCode, InstallerError, usageError } from '../engine/errors.js';
import { isTrial } from '../operations/platform-link.js';
import type { Credentials } from '../ionos/credentials.js';
import type { Session } from './session.js';

const readSecretFile = async (path: string, flag: string): Promise<string> => {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw usageError({ code: 'file-unreadable', what: `${path} cannot be read`, why: error instanceof Error ? error.message : String(error), next: [`Give another file with ${flag}.`] });
  }
};

export interface FoundCredentials {
  credentials: Credentials;
  /** Where they came from, for people: `IONOS_TOKEN`. */
  source: string;
}

/** What must not be shown of credentials. A password also goes over the wire together with the user's name, in base64. */
const secretsIn = (credentials: Credentials): string[] =>
  credentials.kind === 'token' ? [credentials.token] : [credentials.password, Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')];

/** Looks for credentials: flag, environment, ionosctl's file, keychain. Undefined when there are none, so that a wizard can ask. */
export const findCredentials = async (session: Session, options: { tokenFile?: string }): Promise<FoundCredentials | undefined> => {
  const { env, redactor } = session;
  const found = async (): Promise<FoundCredentials | undefined> => {
    if (options.tokenFile !== undefined && !session.sandbox) {
      return { credentials: { kind: 'token', token: await readSecretFile(options.tokenFile, '--token-file') }, source: options.tokenFile };
    }
    if (env.IONOS_TOKEN) return { credentials: { kind: 'token', token: env.IONOS_TOKEN }, source: session.sandbox ? 'sandbox' : 'IONOS_TOKEN' };
    if (env.IONOS_USERNAME && env.IONOS_PASSWORD) {
      return { credentials: { kind: 'password', username: env.IONOS_USERNAME, password: env.IONOS_PASSWORD }, source: 'IONOS_USERNAME and IONOS_PASSWORD' };
    }
    const { readStoredCredentials } = await import('../credentials/stores.js');
    return readStoredCredentials(env);
  };
  const result = await found();
  for (const secret of result ? secretsIn(result.credentials) : []) redactor.register(secret);
  return result;
};

export const requireCredentials = async (session: Session, options: { tokenFile?: string }): Promise<FoundCredentials> => {
  const found = await findCredentials(session, options);
  if (found) return found;
  throw new InstallerError({
    code: 'credentials-missing',
    what: 'there are no IONOS Cloud credentials',
    why: 'looked at --token-file, IONOS_TOKEN, IONOS_USERNAME with IONOS_PASSWORD, the configuration of ionosctl, and the keychain',
    next: ['Make a token in the DCD (Management › Token Manager) and set IONOS_TOKEN.', 'No account at hand? Add --sandbox: nothing is created in the cloud, nothing costs.'],
    exitCode: ExitCode.credentials,
  });
};

/**
 * Credentials for work on a platform. An adopted trial cluster needs none, and none are asked of anybody for it. Throws InstallerError
 * `credentials-missing` (exit code 4) otherwise.
 */
export const credentialsFor = async (session: Session, platform: string, options: { tokenFile?: string }): Promise<Credentials | undefined> =>
  (await isTrial(session.paths, platform)) ? undefined : (await requireCredentials(session, options)).credentials;

/** The model token: a file, the environment, the keychain. Undefined when there is none. */
export const findModelToken = async (session: Session, options: { modelTokenFile?: string }): Promise<string | undefined> => {
  const { readStoredModelToken } = await import('../credentials/stores.js');
  const token =
    options.modelTokenFile !== undefined
      ? await readSecretFile(options.modelTokenFile, '--model-token-file')
      : (session.env.IONOS_MODEL_TOKEN ?? (session.sandbox ? undefined : await readStoredModelToken()));
  if (token !== undefined) session.redactor.register(token);
  return token;
};
