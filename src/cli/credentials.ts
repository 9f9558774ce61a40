import { readFile } from 'node:fs/promises';
import type { Stores } from '../credentials/stores.js';
import { ExitCode, InstallerError, usageError } from '../engine/errors.js';
import { isTrial } from '../operations/platform-link.js';
import type { Credentials } from '../ionos/credentials.js';
import type { Session } from './session.js';

/** Reads a token from a file that a flag names. Throws InstallerError `file-unreadable` (exit code 2). */
export const readSecretFile = async (path: string, flag: string): Promise<string> => {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw usageError({ code: 'file-unreadable', what: `${path} cannot be read`, why: error instanceof Error ? error.message : String(error), next: [`Give another file with ${flag}.`] });
  }
};

export interface FoundCredentials {
  credentials: Credentials;
  /** Where they came from, for people: `IONOS_TOKEN`, `keychain`, a path. */
  source: string;
}

/** What must not be shown of credentials. A password also goes over the wire together with the user's name, in base64. */
const secretsIn = (credentials: Credentials): string[] =>
  credentials.kind === 'token' ? [credentials.token] : [credentials.password, Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')];

const opened = new WeakMap<Session['env'], Stores>();

/** What keeps credentials on this machine, once for a run. A command on the sandbox must not look: there is nothing of its in there. */
export const storesOf = async (session: Session): Promise<Stores> => {
  const known = opened.get(session.env);
  if (known) return known;
  const { openStores } = await import('../credentials/stores.js');
  const stores = openStores(session.env, session.paths);
  opened.set(session.env, stores);
  return stores;
};

const told = new WeakSet<Stores>();

/** ionosctl's configuration. A file that is there and of no use is told once. */
const fromIonosConfig = async (session: Session, stores: Stores): Promise<FoundCredentials | undefined> => {
  const { found, problems } = await stores.ionosConfig();
  if (!told.has(stores)) for (const problem of problems) session.bus.emit({ type: 'notice', level: 'warning', message: `${problem}.` });
  told.add(stores);
  if (!found) return undefined;
  // Its credentials belong to the API that it names.
  if (found.apiUrl !== undefined) session.env.IONOS_API_URL ??= found.apiUrl;
  return found;
};

/** Looks for credentials: flag, environment, ionosctl's file, keychain, our file. Undefined when there are none, so that a wizard can ask. */
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
    const stores = await storesOf(session);
    const configured = await fromIonosConfig(session, stores);
    if (configured) return configured;
    const kept = await stores.find('IONOS_TOKEN');
    return kept && { credentials: { kind: 'token', token: kept.secret }, source: kept.source };
  };
  const result = await found();
  for (const secret of result ? secretsIn(result.credentials) : []) redactor.register(secret);
  return result;
};

export const requireCredentials = async (session: Session, options: { tokenFile?: string }): Promise<FoundCredentials> => {
  const found = await findCredentials(session, options);
  if (found) return found;
  const { keychainProblem } = await storesOf(session);
  throw new InstallerError({
    code: 'credentials-missing',
    what: 'there are no IONOS Cloud credentials',
    why: `looked at --token-file, IONOS_TOKEN, IONOS_USERNAME with IONOS_PASSWORD, the configuration of ionosctl, the keychain${keychainProblem ? ` (${keychainProblem.reason})` : ''}, and the file that login writes`,
    next: [`Make a token in the DCD (Management › Token Manager), then: ${session.command('login')}, or set IONOS_TOKEN.`, 'No account at hand? Add --sandbox: nothing is created in the cloud, nothing costs.'],
    exitCode: ExitCode.credentials,
  });
};

/**
 * Credentials for work on a platform. An adopted trial cluster needs none, and none are asked of anybody for it. Throws InstallerError
 * `credentials-missing` (exit code 4) otherwise.
 */
export const credentialsFor = async (session: Session, platform: string, options: { tokenFile?: string }): Promise<Credentials | undefined> =>
  (await isTrial(session.paths, platform)) ? undefined : (await requireCredentials(session, options)).credentials;

export interface FoundModelToken {
  token: string;
  /** As for credentials. */
  source: string;
}

/** The model token and where it came from: a file, the environment, the keychain, our file. Undefined when there is none. */
export const findModelTokenSource = async (session: Session, options: { modelTokenFile?: string }): Promise<FoundModelToken | undefined> => {
  const found = async (): Promise<FoundModelToken | undefined> => {
    if (options.modelTokenFile !== undefined) return { token: await readSecretFile(options.modelTokenFile, '--model-token-file'), source: options.modelTokenFile };
    if (session.env.IONOS_MODEL_TOKEN !== undefined) return { token: session.env.IONOS_MODEL_TOKEN, source: session.sandbox ? 'sandbox' : 'IONOS_MODEL_TOKEN' };
    if (session.sandbox) return undefined;
    const kept = await (await storesOf(session)).find('IONOS_MODEL_TOKEN');
    return kept && { token: kept.secret, source: kept.source };
  };
  const result = await found();
  if (result) session.redactor.register(result.token);
  return result;
};

/** The model token. Undefined when there is none. */
export const findModelToken = async (session: Session, options: { modelTokenFile?: string }): Promise<string | undefined> => (await findModelTokenSource(session, options))?.token;
