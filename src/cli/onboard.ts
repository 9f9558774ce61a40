import { isInteractive, type InteractiveDisplay } from '../displays/display.js';
import { isTrial } from '../operations/platform-link.js';
import { answersOfDraft, draftOfAnswers } from '../tenant/answer-drafts.js';
import type { Answers } from '../tenant/question-types.js';
import { openQuestions } from '../tenant/questions.js';
import { mergeDrafts, type TenantDraft } from '../tenant/spec.js';
import { readAnswers, readPlatform } from './answers.js';
import { cancelled, converge, type ConvergeOptions, type Questioner, type Told } from './converge.js';
import { credentialsFor, findCredentials, findModelToken } from './credentials.js';
import { keepTyped } from './keep.js';
import { createAnswerSaver } from './save-answers.js';
import type { CommandOutcome, Session } from './session.js';

/** Whether an earlier round has kept the same tokens in the same places. */
const keptAlready = (earlier: Partial<Answers> | undefined, { token, keepToken, modelToken, keepModelToken }: Partial<Answers>): boolean =>
  earlier !== undefined && earlier.token === token && earlier.keepToken === keepToken && earlier.modelToken === modelToken && earlier.keepModelToken === keepModelToken;

/** Asks a person for what flags and file leave open, and again when answers are to be changed. */
const questioner = async (session: Session, display: InteractiveDisplay, draft: TenantDraft, options: ConvergeOptions): Promise<Questioner> => {
  const { createInterview } = await import('./interview.js');
  const given = {
    ...answersOfDraft(draft),
    ...(options.platform === undefined ? {} : { platform: readPlatform(options).name }),
    ...(session.sandbox ? { where: 'sandbox' as const } : {}),
  };
  const { interview, credentials, modelToken, account } = createInterview(session, options, given, options.yes === true);
  const saveDraft = createAnswerSaver(session);
  let saved: string | undefined;
  const save = async (tenant: TenantDraft): Promise<string> => (saved = await saveDraft(tenant));
  let earlier: Partial<Answers> | undefined;
  // Who comes back may also change what was given at first, but not where, nor which tenant.
  const { where, platform: place, name, ...changeable } = given;
  const fixed = JSON.parse(JSON.stringify({ where, platform: place, name })) as Partial<Answers>;
  const ask = async (because?: string): Promise<Told> => {
    const answers = await display.ask({
      ...interview,
      save: (known) => save(mergeDrafts(draft, draftOfAnswers(known))),
      ...(earlier === undefined ? {} : { given: fixed, earlier: { ...changeable, ...earlier } }),
      ...(because === undefined ? {} : { because }),
    });
    if (!answers) throw cancelled('nothing was changed', saved === undefined ? [] : [`The answers are in ${saved}:`, session.command(`create -f ${saved}`)]);
    if (!keptAlready(earlier, answers)) await keepTyped(session, answers);
    earlier = answers;
    const platform = readPlatform({ ...options, ...(answers.platform === undefined ? {} : { platform: answers.platform }) });
    const asked = mergeDrafts(draft, draftOfAnswers(answers));
    session.bus.emit({
      type: 'run',
      operation: session.operation,
      platform: platform.name,
      sandbox: session.sandbox,
      cliVersion: session.cliVersion,
      ...(asked.name === undefined ? {} : { tenant: asked.name }),
      ...(asked.preset === undefined ? {} : { preset: asked.preset }),
      ...(asked.isolation === undefined ? {} : { isolation: asked.isolation }),
    });
    return { draft: asked, platform, credentials: (await credentials(answers)) ?? (await credentialsFor(session, platform.name, options)), modelToken: await modelToken(answers), account: account() };
  };
  return { ask, save, canAskAgain: async () => openQuestions(await interview.learn(fixed)).length > 0 };
};

const isComplete = async (session: Session, draft: TenantDraft, platform: string, options: ConvergeOptions): Promise<boolean> =>
  options.yes === true && draft.name !== undefined && ((await isTrial(session.paths, platform)) || (await findCredentials(session, options)) !== undefined);

/** Asks what is open, then onboards the tenant. */
export const onboard = async (session: Session, name: string | undefined, options: ConvergeOptions): Promise<CommandOutcome> => {
  const draft = await readAnswers(name, options);
  const platform = readPlatform(options);
  if (isInteractive(session.display) && !(await isComplete(session, draft, platform.name, options))) {
    const asked = await questioner(session, session.display, draft, options);
    return converge(session, 'create', await asked.ask(), options, asked);
  }
  const credentials = await credentialsFor(session, platform.name, options);
  return converge(session, 'create', { draft, platform, credentials, modelToken: await findModelToken(session, options) }, options);
};
