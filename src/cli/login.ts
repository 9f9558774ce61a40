import { addAbortSignal } from 'node:stream';
import type { Entry } from '../credentials/keychain.js';
import { STORE_NAMES, type StoreName } from '../credentials/stores.js';
import { isInteractive, type Interview } from '../displays/display.js';
import { usageError } from '../engine/errors.js';
import { readToken } from '../ionos/credentials.js';
import { listModels, MODEL_HUB_URL, refuseWideModelToken } from '../ionos/models.js';
import { readContract } from '../ionos/reads.js';
import { openIonos } from '../operations/open-platform.js';
import { secret } from '../tenant/question-input.js';
import type { Answers, QuestionContext } from '../tenant/question-types.js';
import { counted } from '../tenant/text.js';
import { cancelled } from './converge.js';
import { credentialSources, findCredentials, modelTokenSources, readSecretFile, storesOf } from './credentials.js';
import { loadFigures } from './outside.js';
import { keepToken, readKeeping, shownPath, TOKEN_NAMES } from './keep.js';
import { runCommand, type CommonOptions, type Session } from './session.js';

export interface LoginOptions extends CommonOptions {
  /** The token is the one for models. */
  model?: boolean;
  /** The token comes on the standard input. */
  withToken?: boolean;
  tokenFile?: string;
  store?: string;
  modelsUrl?: string;
  insistOnModelToken?: boolean;
}

/** The sandbox has credentials of its own; the operator's are none of its business. */
export const refuseInSandbox = (session: Session, command: string): void => {
  if (!session.sandbox) return;
  throw usageError({ code: 'sandbox-credentials', what: `${command} has nothing to do in the sandbox`, why: 'it brings credentials of its own, and keeps none', next: [`See them: ${session.command('whoami')}`] });
};

const storeOf = (text: string | undefined): StoreName | undefined => {
  if (text === undefined) return undefined;
  const found = STORE_NAMES.find((name) => name === text);
  if (found) return found;
  throw usageError({ code: 'store-unknown', what: `there is no store ${text}`, why: `the stores are ${STORE_NAMES.join(' and ')}`, next: ['Choose one of them with --store.'] });
};

const fromInput = async (session: Session): Promise<string> => {
  if (process.stdin.isTTY) throw usageError({ code: 'token-from-terminal', what: '--with-token reads a pipe or a file', why: 'typed here, the token would stand on the screen', next: [`Leave it out to be asked: ${session.command('login')}`] });
  let text = '';
  try {
    for await (const chunk of addAbortSignal(session.interrupts.signal, process.stdin)) text += String(chunk);
  } catch (error) {
    session.interrupts.throwIfPressed();
    throw error;
  }
  return text;
};

/** The token of flags, whole and in the form of one. Undefined when it has to be asked for. */
const givenToken = async (session: Session, entry: Entry, options: LoginOptions): Promise<string | undefined> => {
  const text = options.withToken ? await fromInput(session) : options.tokenFile === undefined ? undefined : await readSecretFile(options.tokenFile, '--token-file');
  return text === undefined ? undefined : secret(entry === 'IONOS_TOKEN' ? 'token' : 'modelToken', text, `The ${TOKEN_NAMES[entry]}`);
};

/** What the other side says to a token, in one sentence. Throws InstallerError when it refuses it. */
const validate = async (session: Session, entry: Entry, token: string, options: LoginOptions): Promise<string> => {
  session.redactor.register(token);
  const { expiresAt } = readToken(token) ?? {};
  const until = expiresAt === undefined ? '' : `, until ${expiresAt.slice(0, 10)}`;
  if (entry === 'IONOS_TOKEN') {
    const { owner, contractNumber } = await readContract(openIonos({ ...session, credentials: { kind: 'token', token } }));
    return `The token is good: ${owner === '' ? '' : `${owner}, `}contract ${contractNumber}${until}.`;
  }
  const operator = await findCredentials(session, {});
  if (!options.insistOnModelToken) refuseWideModelToken(token, operator?.credentials.kind === 'token' ? operator.credentials.token : undefined);
  const models = await listModels(options.modelsUrl ?? session.env.IONOS_MODEL_URL ?? MODEL_HUB_URL, token, session.interrupts.signal);
  return `The model token is good: ${counted(models.length, 'model')}${until}.`;
};

/** Where nobody can be asked, flags have to say it all. */
const requireFlags = (session: Session, options: LoginOptions, store: StoreName | undefined): void => {
  const open = [...(options.withToken || options.tokenFile !== undefined ? [] : ['--with-token or --token-file']), ...(store === undefined ? [`--store ${STORE_NAMES.join(' or ')}`] : [])];
  if (isInteractive(session.display) || open.length === 0) return;
  throw usageError({ code: 'answers-missing', what: 'there is no terminal to ask on', why: `still open: ${open.join(', ')}`, next: [`For example: ${session.command('login --with-token --store keychain < token.txt')}`] });
};

interface Checked {
  token: string;
  store: StoreName | undefined;
}

/** Asks a person for what flags leave open: the token, and where it is kept. */
const ask = async (session: Session, entry: Entry, given: string | undefined, store: StoreName | undefined, options: LoginOptions): Promise<Checked> => {
  if (!isInteractive(session.display)) throw new Error('nobody can be asked, and no flag was missed');
  const [tokenId, keepId] = entry === 'IONOS_TOKEN' ? (['token', 'keepToken'] as const) : (['modelToken', 'keepModelToken'] as const);
  const figures = await loadFigures(session);
  let keeping: Awaited<ReturnType<typeof readKeeping>> | undefined;
  let checked = given;
  const interview: Interview = {
    given: { where: 'account', ...(given === undefined ? {} : { [tokenId]: given }), ...(store === undefined ? {} : { [keepId]: store }) },
    only: [tokenId, keepId],
    async learn(answers) {
      const token = answers[tokenId];
      if (token !== undefined && token !== checked) {
        session.bus.emit({ type: 'notice', level: 'info', message: await validate(session, entry, token, options) });
        checked = token;
      }
      if (token !== undefined && store === undefined) keeping ??= await readKeeping(session, true);
      const context: QuestionContext = { ...figures, answers, hasCredentials: false, hasModelToken: false, platforms: [], takenNames: [], keeping };
      return context;
    },
  };
  const answers: Partial<Answers> | undefined = await session.display.ask(interview);
  const token = answers?.[tokenId];
  if (token === undefined) throw cancelled('nothing was stored');
  const kept = answers?.[keepId];
  return { token, store: kept === 'no' ? undefined : kept };
};

/** Another source of the same token that comes before what was kept. */
const warnOfEarlier = async (session: Session, entry: Entry): Promise<void> => {
  const { file } = await storesOf(session);
  for await (const { source } of entry === 'IONOS_TOKEN' ? credentialSources(session, {}) : modelTokenSources(session, {})) {
    if (source !== 'keychain' && source !== file.path) {
      session.bus.emit({ type: 'notice', level: 'warning', message: `${shownPath(source, session.env)} comes first: while it is there, the ${TOKEN_NAMES[entry]} that is kept is not used.` });
    }
    return;
  }
};

/** `login`: checks a token with the API, and keeps it where the operator wants it. */
export const login = (options: LoginOptions): Promise<number> =>
  runCommand({
    operation: 'login',
    options,
    // Two questions: there is nothing to draw.
    frontEnd: options.json ? 'json' : 'plain',
    run: async (session) => {
      refuseInSandbox(session, 'login');
      const entry: Entry = options.model ? 'IONOS_MODEL_TOKEN' : 'IONOS_TOKEN';
      const wanted = storeOf(options.store);
      // Before a token is read that then could not be kept.
      requireFlags(session, options, wanted);
      const given = await givenToken(session, entry, options);
      if (given !== undefined) session.bus.emit({ type: 'notice', level: 'info', message: await validate(session, entry, given, options) });
      const { token, store } = given !== undefined && wanted !== undefined ? { token: given, store: wanted } : await ask(session, entry, given, wanted, options);
      session.interrupts.throwIfPressed();
      if (store === undefined) {
        session.bus.emit({ type: 'notice', level: 'info', message: 'Nothing was stored.' });
        return { changed: false, data: { entry, store: null }, next: [] };
      }
      await keepToken(session, entry, token, store, wanted === 'file');
      await warnOfEarlier(session, entry);
      return { changed: true, data: { entry, store }, next: [session.command('whoami')] };
    },
  });
