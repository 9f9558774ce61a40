import { basePathOf } from '../ionos/client.js';
import { readToken } from '../ionos/credentials.js';
import { MODEL_HUB_URL } from '../ionos/models.js';
import { readContract, readUserEmail } from '../ionos/reads.js';
import { ENTRIES, type Entry } from '../credentials/keychain.js';
import { InstallerError } from '../engine/errors.js';
import type { CredentialView, IdentityView } from '../engine/identity.js';
import { contractUse } from '../operations/contract-room.js';
import { openIonos } from '../operations/open-platform.js';
import type { Credentials } from '../ionos/credentials.js';
import { credentialSources, findCredentials, findModelTokenSource, modelTokenSources, requireCredentials, storesOf } from './credentials.js';
import { runCommand, type CommonOptions, type Session } from './session.js';

export interface WhoamiOptions extends CommonOptions {
  tokenFile?: string;
  modelTokenFile?: string;
}

const viewOf = (credentials: Credentials, source: string): CredentialView => {
  if (credentials.kind === 'password') return { kind: 'password', source, username: credentials.username };
  const { expiresAt, contractNumber } = readToken(credentials.token) ?? {};
  return { kind: 'token', source, ...(expiresAt === undefined ? {} : { expiresAt }), ...(contractNumber === undefined ? {} : { contractNumber }) };
};

/** A look that finds something refused says so, and the others go on. */
const looked = async (problems: Set<string>, look: () => Promise<void>): Promise<void> => {
  try {
    await look();
  } catch (error) {
    if (!(error instanceof InstallerError)) throw error;
    problems.add([`${error.what}: ${error.why}`, ...error.next.slice(0, 1)].join('. '));
  }
};

/** The first is used; what comes after it is only there as well. */
const sourcesOf = async (sources: AsyncGenerator<{ source: string }>, all: string[]): Promise<void> => {
  for await (const { source } of sources) all.push(source);
};

/** What we keep, by entry and place. */
const readKept = async (session: Session, problems: Set<string>): Promise<IdentityView['kept']> => {
  if (session.sandbox) return null;
  const stores = await storesOf(session);
  const holds: Record<'keychain' | 'file', Entry[]> = { keychain: [], file: [] };
  for (const entry of ENTRIES) {
    await looked(problems, async () => {
      for await (const { store } of stores.kept(entry)) holds[store].push(entry);
    });
  }
  const problem = stores.keychainProblem ?? (holds.keychain.length > 0 ? undefined : await stores.keychain.probe());
  return { keychain: { name: stores.keychain.name, holds: holds.keychain, ...(problem ? { problem: problem.reason } : {}) }, file: { path: stores.file.path, holds: holds.file } };
};

/** Everything that this machine knows by itself. */
const lookAround = async (session: Session, options: WhoamiOptions): Promise<IdentityView> => {
  const problems = new Set<string>();
  const [sources, modelSources]: [string[], string[]] = [[], []];
  let credentials: CredentialView | null = null;
  let modelToken: CredentialView | null = null;
  await looked(problems, async () => {
    const found = await findCredentials(session, options);
    if (found) credentials = viewOf(found.credentials, found.source);
    await sourcesOf(credentialSources(session, options), sources);
  });
  await looked(problems, async () => {
    const found = await findModelTokenSource(session, options);
    if (found) modelToken = viewOf({ kind: 'token', token: found.token }, found.source);
    await sourcesOf(modelTokenSources(session, options), modelSources);
  });
  const kept = await readKept(session, problems);
  const { env } = session;
  return {
    credentials,
    modelToken,
    unused: [...sources.slice(1).map((source) => ({ what: 'credentials' as const, source })), ...modelSources.slice(1).map((source) => ({ what: 'model token' as const, source }))],
    kept,
    problems: [...problems],
    api: {
      url: basePathOf(env.IONOS_API_URL),
      overridden: basePathOf(env.IONOS_API_URL) !== basePathOf(undefined),
      ...(env.IONOS_CONTRACT_NUMBER ? { contractNumber: Number(env.IONOS_CONTRACT_NUMBER) } : {}),
      modelsUrl: env.IONOS_MODEL_URL ?? MODEL_HUB_URL,
    },
    account: null,
    limits: [],
  };
};

/** What the account tells. Throws InstallerError: exit code 4 when the API refuses the credentials, 1 when it is not reached. */
const askAccount = async (session: Session, credentials: Credentials): Promise<Pick<IdentityView, 'account' | 'limits'>> => {
  const api = openIonos({ ...session, credentials });
  const contract = await readContract(api);
  const userId = credentials.kind === 'token' ? readToken(credentials.token)?.userId : undefined;
  const user = credentials.kind === 'password' ? credentials.username : userId === undefined ? undefined : await readUserEmail(api, userId);
  return { account: { owner: contract.owner, contractNumber: contract.contractNumber, ...(user === undefined ? {} : { user }) }, limits: contractUse(contract) };
};

/** `whoami`: which credentials are used, where they came from and how long they last, and what the account says to them. */
export const whoami = (options: WhoamiOptions): Promise<number> =>
  runCommand({
    operation: 'whoami',
    onlyLooks: true,
    options,
    frontEnd: options.json ? 'json' : 'plain',
    run: async (session) => {
      let view = await lookAround(session, options);
      try {
        const { credentials } = await requireCredentials(session, options);
        view = { ...view, ...(await askAccount(session, credentials)) };
      } finally {
        session.bus.emit({ type: 'identity', view });
      }
      return { changed: false, data: view, next: [] };
    },
  });
