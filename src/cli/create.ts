import { isInteractive, type InteractiveDisplay } from '../displays/display.js';
import { isTrial } from '../operations/platform-link.js';
import { answersOfDraft, draftOfAnswers } from '../tenant/answer-drafts.js';
import { mergeDrafts, type TenantDraft } from '../tenant/spec.js';
import { readAnswers, readPlatform } from './answers.js';
import { cancelled, converge, type ConvergeOptions, type Told } from './converge.js';
import { credentialsFor, findCredentials, findModelToken } from './credentials.js';
import { keepTyped } from './keep.js';
import { runCommand, type CommandOutcome, type Session } from './session.js';

/** Asks a person for what flags and file leave open. */
const askFor = async (session: Session, display: InteractiveDisplay, draft: TenantDraft, options: ConvergeOptions): Promise<Told> => {
  const { createInterview } = await import('./interview.js');
  const given = {
    ...answersOfDraft(draft),
    ...(options.platform === undefined ? {} : { platform: readPlatform(options).name }),
    ...(session.sandbox ? { where: 'sandbox' as const } : {}),
  };
  const { interview, credentials, modelToken, account } = createInterview(session, options, given, options.yes === true);
  const answers = await display.ask(interview);
  if (!answers) throw cancelled('nothing was changed');
  await keepTyped(session, answers);
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

const isComplete = async (session: Session, draft: TenantDraft, platform: string, options: ConvergeOptions): Promise<boolean> =>
  options.yes === true && draft.name !== undefined && ((await isTrial(session.paths, platform)) || (await findCredentials(session, options)) !== undefined);

const tell = async (session: Session, name: string | undefined, options: ConvergeOptions): Promise<Told> => {
  const draft = await readAnswers(name, options);
  const platform = readPlatform(options);
  if (isInteractive(session.display) && !(await isComplete(session, draft, platform.name, options))) return askFor(session, session.display, draft, options);
  const credentials = await credentialsFor(session, platform.name, options);
  return { draft, platform, credentials, modelToken: await findModelToken(session, options) };
};

/** Asks what is open, then onboards the tenant. */
export const onboard = async (session: Session, name: string | undefined, options: ConvergeOptions): Promise<CommandOutcome> =>
  converge(session, 'create', await tell(session, name, options), options);

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
    run: (session) => onboard(session, name, options),
  });
