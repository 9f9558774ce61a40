import { isInteractive, type InteractiveDisplay } from '../displays/display.js';
import { ExitCode, exitCodeOf, InstallerError, toFailure, usageError } from '../engine/errors.js';
import type { Proposal } from '../engine/proposal.js';
import type { Credentials } from '../ionos/credentials.js';
import { MODEL_HUB_URL } from '../ionos/models.js';
import type { CreateTenantOutcome } from '../operations/create-tenant.js';
import type { CreateTenantInput } from '../operations/onboarding.js';
import { answersOfDraft, draftOfAnswers } from '../tenant/answer-drafts.js';
import type { PlatformSpec } from '../tenant/platform-spec.js';
import { mergeDrafts, type TenantDraft } from '../tenant/spec.js';
import { renderTenantFile } from '../tenant/tenant-file.js';
import { readAnswers, readPlatform, type AnswerOptions } from './answers.js';
import { isTrial } from '../operations/platform-link.js';
import { credentialsFor, findCredentials, findModelToken } from './credentials.js';
import { runCommand, type CommandOutcome, type CommonOptions, type Session } from './session.js';

export interface CreateOptions extends CommonOptions, AnswerOptions {
  modelsUrl?: string;
  modelTokenFile?: string;
  insistOnModelToken?: boolean;
  tokenFile?: string;
  yes?: boolean;
  dryRun?: boolean;
  /** Seconds. */
  timeout?: number;
}

const nextCommands = (session: Session, name: string, options: CreateOptions): string[] => {
  const flag = `${options.platform === undefined ? '' : ` --platform ${options.platform}`}${session.sandbox ? ' --sandbox' : ''}`;
  return [`${session.commandName} status ${name}${flag}`, `${session.commandName} list${flag}`];
};

/** Everything that an onboarding needs to know, however it was answered. */
interface Told {
  draft: TenantDraft;
  platform: PlatformSpec;
  /** Undefined on a trial platform. */
  credentials: Credentials | undefined;
  modelToken: string | undefined;
}

const cancelled = (left: string): InstallerError => new InstallerError({ code: 'cancelled', what: `cancelled: ${left}`, exitCode: ExitCode.cancelled });

/** Asks a person for what flags and file leave open. */
const askFor = async (session: Session, display: InteractiveDisplay, draft: TenantDraft, options: CreateOptions): Promise<Told> => {
  const { createInterview } = await import('./interview.js');
  const given = {
    ...answersOfDraft(draft),
    ...(options.platform === undefined ? {} : { platform: readPlatform(options).name }),
    ...(session.sandbox ? { where: 'sandbox' as const } : {}),
  };
  const { interview, credentials, modelToken } = createInterview(session, options, given, options.yes === true);
  const answers = await display.ask(interview);
  if (!answers) throw cancelled('nothing was changed');
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
  return { draft: asked, platform, credentials: (await credentials(answers)) ?? (await credentialsFor(session, platform.name, options)), modelToken: await modelToken(answers) };
};

const isComplete = async (session: Session, draft: TenantDraft, platform: string, options: CreateOptions): Promise<boolean> =>
  options.yes === true && draft.name !== undefined && ((await isTrial(session.paths, platform)) || (await findCredentials(session, options)) !== undefined);

const tell = async (session: Session, name: string | undefined, options: CreateOptions): Promise<Told> => {
  const draft = await readAnswers(name, options);
  const platform = readPlatform(options);
  if (isInteractive(session.display) && !(await isComplete(session, draft, platform.name, options))) return askFor(session, session.display, draft, options);
  const credentials = await credentialsFor(session, platform.name, options);
  return { draft, platform, credentials, modelToken: await findModelToken(session, options) };
};

const notApproved = (): InstallerError =>
  usageError({ code: 'not-approved', what: 'the plan needs an explicit yes', why: 'there is no terminal to ask on', next: ['Look at the plan above, then add --yes.'] });

/** The yes of a person, asked for once; without a terminal it has to be given as --yes. */
const approval = (session: Session, options: CreateOptions): CreateTenantInput['approve'] => {
  let approved = options.yes === true;
  return async (proposal: Proposal) => {
    if (approved) return true;
    if (!isInteractive(session.display)) {
      throw notApproved();
    }
    approved = await session.display.approve(proposal);
    // Planning has made terraform's own bookkeeping.
    if (!approved) throw cancelled('nothing of the tenant was created or changed');
    return true;
  };
};

/** Tries again with the same answers, as long as a person wants to. */
const withRetries = async (session: Session, run: () => Promise<CreateTenantOutcome>): Promise<CreateTenantOutcome> => {
  for (let again = false; ; again = true) {
    try {
      const outcome = await run();
      return again ? { ...outcome, changed: true } : outcome;
    } catch (error) {
      const worthwhile = exitCodeOf(error) === ExitCode.failed && !session.interrupts.signal.aborted;
      if (!worthwhile || !isInteractive(session.display) || !(await session.display.retry(toFailure(error)))) throw error;
    }
  }
};

/** Asks what is open, then onboards the tenant. */
export const onboard = async (session: Session, name: string | undefined, options: CreateOptions): Promise<CommandOutcome> => {
  const { draft, platform, credentials, modelToken } = await tell(session, name, options);
  // Loaded only now: the wizard's first question does not wait for the cluster's and the cloud's libraries.
  const { createTenant } = await import('../operations/create-tenant.js');
  const approve = approval(session, options);
  // Nobody can say yes: the plan is shown, and not even the Lease and the state that a real run begins with are made.
  const onlyLooks = options.dryRun === true || (options.yes !== true && !isInteractive(session.display));
  const outcome = await withRetries(session, () =>
    createTenant(
      { ...session, credentials },
      {
        draft,
        platform,
        modelToken,
        insistOnModelToken: options.insistOnModelToken === true,
        modelsUrl: options.modelsUrl ?? session.env.IONOS_MODEL_URL ?? MODEL_HUB_URL,
        dryRun: onlyLooks,
        timeoutMs: (options.timeout ?? 900) * 1000,
        approve,
      },
    ),
  );
  if (onlyLooks && options.dryRun !== true) throw notApproved();
  if (outcome.dryRun) {
    session.bus.emit({ type: 'file', purpose: 'tenant', path: `${outcome.tenant.name}.yaml`, content: renderTenantFile(outcome.tenant) });
    return { changed: false, data: { dryRun: true }, next: [`${session.commandName} create ${outcome.tenant.name}${session.sandbox ? ' --sandbox' : ''}`] };
  }
  return { changed: outcome.changed, tenant: outcome.result, next: nextCommands(session, outcome.tenant.name, options) };
};

/** `create [name]`: from answers to two answering URLs. */
export const create = (name: string | undefined, options: CreateOptions): Promise<number> =>
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
