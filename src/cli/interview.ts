import type { Interview } from '../displays/display.js';
import { ExitCode, InstallerError } from '../engine/errors.js';
import type { Credentials } from '../ionos/credentials.js';
import { MODEL_HUB_URL, listModels } from '../ionos/models.js';
import type { RunContext } from '../operations/context.js';
import { answersOfDraft } from '../tenant/answer-drafts.js';
import { PLATFORM_DEFAULTS } from '../tenant/platform-spec.js';
import type { AccountFacts, Answers, Keeping, QuestionContext, QuestionId } from '../tenant/question-types.js';
import { counted } from '../tenant/text.js';
import { findCredentials, findModelTokenSource, type FoundCredentials, type FoundModelToken } from './credentials.js';
import { readKeeping, shownPath } from './keep.js';
import { adoptedPlatform, EMPTY_CELL, loadFigures, NO_ACCOUNT, readAccount, readCell, remembering, type Account, type Cell } from './outside.js';
import type { Session } from './session.js';

export interface InterviewOptions {
  tokenFile?: string;
  modelTokenFile?: string;
  modelsUrl?: string;
}

/** What the interview ends with besides its answers. */
export interface Interviewing {
  interview: Interview;
  /** Credentials for these answers: what was typed, else what was found. */
  credentials(answers: Partial<Answers>): Promise<Credentials | undefined>;
  modelToken(answers: Partial<Answers>): Promise<string | undefined>;
  /** Whose account the last answers lead to, and where its credentials came from. */
  account(): AccountFacts | undefined;
}

/** Lets the wizard learn from the outside: which account, which platforms, which names are taken, which models there are. */
export const createInterview = (session: Session, options: InterviewOptions, given: Partial<Answers>, onlyMissing: boolean): Interviewing => {
  const outside = { env: session.env, paths: session.paths, sandbox: session.sandbox };
  let inside: typeof outside | undefined;
  let figures: Awaited<ReturnType<typeof loadFigures>> | undefined;
  /** Found credentials that the account refused: from then on there are none. */
  let refused = false;
  let keeping: Promise<Keeping> | undefined;
  /** Of the last answers. */
  let whose: AccountFacts | undefined;
  /** The model service of the platform that the last answers named: a token for it is tried nowhere else. */
  let platformsModels: string | undefined;
  const account = remembering<Account>();
  const cell = remembering<Cell>();
  const models = remembering<string[]>();

  /** Points the session at what was chosen, and back again when the choice was taken back. */
  const reach = async (where: Answers['where'] | undefined): Promise<void> => {
    if (outside.sandbox) return;
    if (where === 'sandbox' && !inside) {
      inside = { env: { ...outside.env }, paths: outside.paths, sandbox: true };
      await (await import('./use-sandbox.js')).useSandbox(inside).catch((error: unknown) => {
        inside = undefined;
        throw error;
      });
    }
    Object.assign(session, where === 'sandbox' ? inside : outside);
  };

  const credentials = async (answers: Partial<Answers>): Promise<FoundCredentials | undefined> => {
    if (answers.token === undefined || session.sandbox) return refused && !session.sandbox ? undefined : findCredentials(session, options);
    session.redactor.register(answers.token);
    return { credentials: { kind: 'token', token: answers.token }, source: 'typed' };
  };

  const modelToken = async (answers: Partial<Answers>): Promise<FoundModelToken | undefined> => {
    if (answers.modelToken === undefined) return findModelTokenSource(session, options);
    session.redactor.register(answers.modelToken);
    return { token: answers.modelToken, source: 'typed' };
  };

  const readOrRefuse = async (context: RunContext, key: string, typed: boolean): Promise<Account | undefined> => {
    try {
      return await account(key, () => readAccount(context));
    } catch (error) {
      if (typed || session.sandbox || !(error instanceof InstallerError) || error.exitCode !== ExitCode.credentials) throw error;
      refused = true;
      session.bus.emit({ type: 'notice', level: 'warning', message: `The credentials that were found are not used. ${error.message}` });
      return undefined;
    }
  };

  const keyOf = (who: Credentials | undefined): string => `${session.sandbox ? 'sandbox' : 'account'}/${who === undefined ? 'none' : who.kind === 'token' ? who.token : who.username}`;

  const url = (): string => options.modelsUrl ?? session.env.IONOS_MODEL_URL ?? platformsModels ?? MODEL_HUB_URL;

  const modelsOf = (token: string): Promise<string[]> => models(`${url()} ${token}`, () => listModels(url(), token, session.interrupts.signal));

  /** What `learn` would ask first about a token that is still being typed; it then knows the answer already. */
  const check = async (id: QuestionId, answers: Readonly<Partial<Answers>>): Promise<string> => {
    if (id === 'modelToken') {
      const token = (await modelToken(answers))?.token;
      return token === undefined ? '' : counted((await modelsOf(token)).length, 'model');
    }
    const who = (await credentials(answers))?.credentials;
    const { contract, email } = who ? await account(keyOf(who), () => readAccount({ ...session, credentials: who })) : NO_ACCOUNT;
    return contract === undefined ? '' : [`contract ${contract.number}`, ...(email === undefined ? [] : [email])].join(', ');
  };

  const learn = async (answers: Readonly<Partial<Answers>>): Promise<QuestionContext> => {
    figures ??= await loadFigures(session);
    await reach(answers.where);
    const typed = answers.token !== undefined && !session.sandbox;
    const source = await credentials(answers);
    const who = source?.credentials;
    whose = undefined;
    const base = { ...figures, answers, hasCredentials: false, hasModelToken: false, platforms: [], takenNames: [] };
    const adopted = await adoptedPlatform(session, answers.platform ?? PLATFORM_DEFAULTS.name);
    if (!who && !adopted?.isTrial) return base;
    const context: RunContext = { ...session, credentials: who };
    const key = keyOf(who);
    const reached = who && !adopted?.isTrial ? await readOrRefuse(context, key, typed) : NO_ACCOUNT;
    if (!reached) return base;
    if (reached !== NO_ACCOUNT) whose = { ...(reached.email === undefined ? {} : { owner: reached.email }), ...(reached.contract === undefined ? {} : { contractNumber: reached.contract.number }), ...(source === undefined ? {} : { source: shownPath(source.source, session.env) }) };
    const known = adopted ? { ...reached, platforms: [adopted.known, ...reached.platforms] } : reached;
    const platform = answers.platform ?? (known.platforms.length === 1 ? known.platforms[0]?.name : undefined);
    const exists = known.platforms.some(({ name }) => name === platform);
    const { known: facts, tenants, hasModelToken, modelsUrl } = platform !== undefined && exists ? await cell(`${key}/${platform}`, () => readCell(context, platform, figures?.newPlatformPreset.headroomNodes ?? 1)) : EMPTY_CELL;
    platformsModels = modelsUrl;
    // A tenant that is named and there keeps its own settings: nothing about it is asked again.
    const present = given.name === undefined ? undefined : tenants.find(({ name }) => name === given.name);
    const model = await modelToken(answers);
    const token = model?.token;
    if (typed || answers.modelToken !== undefined) keeping ??= readKeeping(session);
    const wantsModels = answers.models !== 'none';
    const available = token !== undefined && wantsModels ? await modelsOf(token).catch((error: unknown) => {
      // Only a token that was typed is this answer's fault; the preflight explains the others.
      if (answers.modelToken !== undefined) throw error;
      return undefined;
    }) : undefined;
    return {
      ...figures,
      answers: { ...(present ? answersOfDraft(present.spec) : {}), ...answers, ...(platform === undefined ? {} : { platform }) },
      hasCredentials: !typed,
      hasModelToken: (token !== undefined && answers.modelToken === undefined) || hasModelToken,
      accountEmail: known.email,
      account: whose,
      modelTokenSource: model && shownPath(model.source, session.env),
      keeping: await keeping,
      contract: known.contract,
      platforms: known.platforms.map((each) => (each.name === platform ? { ...each, ...facts } : each)),
      takenNames: tenants.map(({ name }) => name),
      availableModels: available === undefined || available.length === 0 ? undefined : available,
    };
  };

  return {
    interview: { given, onlyMissing, learn, check },
    credentials: async (answers) => (await credentials(answers))?.credentials,
    modelToken: async (answers) => (await modelToken(answers))?.token,
    account: () => whose,
  };
};
