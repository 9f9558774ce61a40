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
  /** The Cloud API that they are for, where they say so. */
  apiUrl?: string;
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
  return found;
};

const withToken = (token: string, source: string): FoundCredentials => ({ credentials: { kind: 'token', token }, source });

/** All credentials that there are, in the order in which they count: flag, environment, ionosctl's file, keychain, our file. */
export async function* credentialSources(session: Session, options: { tokenFile?: string }): AsyncGenerator<FoundCredentials> {
  const { env } = session;
  if (session.sandbox) {
    if (env.IONOS_TOKEN) yield withToken(env.IONOS_TOKEN, 'sandbox');
    return;
  }
  if (options.tokenFile !== undefined) yield withToken(await readSecretFile(options.tokenFile, '--token-file'), options.tokenFile);
  if (env.IONOS_TOKEN) yield withToken(env.IONOS_TOKEN, 'IONOS_TOKEN');
  if (env.IONOS_USERNAME && env.IONOS_PASSWORD) {
    yield { credentials: { kind: 'password', username: env.IONOS_USERNAME, password: env.IONOS_PASSWORD }, source: 'IONOS_USERNAME and IONOS_PASSWORD' };
  }
  const stores = await storesOf(session);
  const configured = await fromIonosConfig(session, stores);
  if (configured) yield configured;
  for await (const { secret, source } of stores.kept('IONOS_TOKEN')) yield withToken(secret, source);
}

/** The first credentials that there are, unknown to screens and logs from here on. Undefined when there are none, so that a wizard can ask. */
export const findCredentials = async (session: Session, options: { tokenFile?: string }): Promise<FoundCredentials | undefined> => {
  for await (const found of credentialSources(session, options)) {
    for (const secret of secretsIn(found.credentials)) session.redactor.register(secret);
    // Credentials of a configuration belong to the API that it names.
    if (found.apiUrl !== undefined) session.env.IONOS_API_URL ??= found.apiUrl;
    return found;
  }
  return undefined;
};

export const requireCredentials = async (session: Session, options: { tokenFile?: string }): Promise<FoundCredentials> => {
  const found = await findCredentials(session, options);
  if (found) return found;
  const stores = await storesOf(session);
  // A locked one has answered that there is nothing.
  const keychainProblem = stores.keychainProblem ?? (await stores.keychain.probe());
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

/** All model tokens that there are, in the order in which they count: a file, the environment, the keychain, our file. */
export async function* modelTokenSources(session: Session, options: { modelTokenFile?: string }): AsyncGenerator<FoundModelToken> {
  const { env, sandbox } = session;
  if (options.modelTokenFile !== undefined) yield { token: await readSecretFile(options.modelTokenFile, '--model-token-file'), source: options.modelTokenFile };
  if (env.IONOS_MODEL_TOKEN) yield { token: env.IONOS_MODEL_TOKEN, source: sandbox ? 'sandbox' : 'IONOS_MODEL_TOKEN' };
  if (sandbox) return;
  for await (const { secret, source } of (await storesOf(session)).kept('IONOS_MODEL_TOKEN')) yield { token: secret, source };
}

/** The first model token that there is. Undefined when there is none. */
export const findModelTokenSource = async (session: Session, options: { modelTokenFile?: string }): Promise<FoundModelToken | undefined> => {
  for await (const found of modelTokenSources(session, options)) {
    session.redactor.register(found.token);
    return found;
  }
  return undefined;
};

/** The model token. Undefined when there is none. */
export const findModelToken = async (session: Session, options: { modelTokenFile?: string }): Promise<string | undefined> => (await findModelTokenSource(session, options))?.token;
