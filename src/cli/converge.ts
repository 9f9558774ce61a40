import { isInteractive, type ApprovalOptions } from '../displays/display.js';
import { refusalOf } from '../displays/refusal.js';
import { ExitCode, exitCodeOf, InstallerError, usageError } from '../engine/errors.js';
import type { Approval, Proposal } from '../engine/proposal.js';
import type { Credentials } from '../ionos/credentials.js';
import type { CreateTenantOutcome } from '../operations/create-tenant.js';
import type { CreateTenantInput } from '../operations/onboarding.js';
import type { PlatformSpec } from '../tenant/platform-spec.js';
import type { AccountFacts } from '../tenant/question-types.js';
import type { TenantDraft } from '../tenant/spec.js';
import { renderTenantFile } from '../tenant/tenant-file.js';
import type { AnswerOptions } from './answers.js';
import { withRetries } from './retries.js';
import type { CommandOutcome, CommonOptions, Session } from './session.js';

export interface ConvergeOptions extends CommonOptions, AnswerOptions {
  modelsUrl?: string;
  modelTokenFile?: string;
  insistOnModelToken?: boolean;
  tokenFile?: string;
  yes?: boolean;
  dryRun?: boolean;
  /** Seconds. */
  timeout?: number;
  /** Seconds. */
  cloudTimeout?: number;
}

/** Everything that an onboarding, or an update, needs to know, however it was answered. */
export interface Told {
  draft: TenantDraft;
  platform: PlatformSpec;
  /** Undefined on a trial platform. */
  credentials: Credentials | undefined;
  modelToken: string | undefined;
  /** Whose account it is, where a wizard has found out. */
  account?: AccountFacts | undefined;
}

export const cancelled = (left: string, next: string[] = []): InstallerError => new InstallerError({ code: 'cancelled', what: `cancelled: ${left}`, next, exitCode: ExitCode.cancelled });

const notApproved = (): InstallerError =>
  usageError({ code: 'not-approved', what: 'the plan needs an explicit yes', why: 'there is no terminal to ask on', next: ['Look at the plan above, then add --yes.'] });

/** The yes of a person, asked for once; without a terminal it has to be given as --yes. */
const approval = (session: Session, options: ConvergeOptions, asked: Questioner | undefined): ((told: Told) => CreateTenantInput['approve']) => {
  let approved = options.yes === true;
  return ({ account }) => async (proposal: Proposal): Promise<Approval> => {
    if (approved) return 'yes';
    if (!isInteractive(session.display)) {
      throw notApproved();
    }
    const offered: ApprovalOptions = asked ? { canGoBack: await asked.canAskAgain(), save: () => asked.save(proposal.tenant) } : {};
    const answer = await session.display.approve({ ...proposal, ...(account ? { account } : {}) }, offered);
    // Planning has made terraform's own bookkeeping.
    if (answer === 'no') throw cancelled('nothing of the tenant was created or changed');
    approved = answer === 'yes';
    return answer;
  };
};

/** The person who answers what flags and file leave open. */
export interface Questioner {
  /** Asks; after the first time everything that was answered can be changed. `because` says why, where it was not the person who wanted to. */
  ask(because?: string): Promise<Told>;
  /** Whether anything could be answered differently. A tenant that is there keeps its settings. */
  canAskAgain(): Promise<boolean>;
  /** Writes answers as a tenant's file and returns its path. Throws InstallerError. */
  save(draft: TenantDraft): Promise<string>;
}

/** What other answers may mend, in words; undefined for everything else. */
const faultOfAnswers = (error: unknown): string | undefined => {
  const code = exitCodeOf(error);
  return code === ExitCode.usage || code === ExitCode.credentials ? refusalOf(error) : undefined;
};

/** Runs until nobody wants other answers any more: going back from the plan, and what the preflight refuses, leads to the questions again. */
const withOtherAnswers = async (first: Told, run: (told: Told) => Promise<CreateTenantOutcome>, asked: Questioner): Promise<CreateTenantOutcome> => {
  for (let told = first; ; ) {
    let because: string | undefined;
    try {
      const outcome = await run(told);
      if (!outcome.back) return outcome;
    } catch (error) {
      because = faultOfAnswers(error);
      if (because === undefined || !(await asked.canAskAgain())) throw error;
    }
    told = await asked.ask(because);
  }
};

/**
 * Brings a tenant to what was told: plans, asks for a yes, and does it. Where a person was asked, that person can go back and change
 * answers.
 */
export const converge = async (session: Session, operation: CreateTenantInput['operation'], told: Told, options: ConvergeOptions, asked?: Questioner): Promise<CommandOutcome> => {
  // Loaded only now: the wizard's first question does not wait for the cluster's and the cloud's libraries.
  const { createTenant } = await import('../operations/create-tenant.js');
  const approve = approval(session, options, asked);
  // Nobody can say yes: the plan is shown, and not even the Lease and the state that a real run begins with are made.
  const onlyLooks = options.dryRun === true || (options.yes !== true && !isInteractive(session.display));
  const run = (what: Told): Promise<CreateTenantOutcome> =>
    withRetries(session, async (again) => {
      const done = await createTenant(
        { ...session, credentials: what.credentials },
        {
          operation,
          draft: what.draft,
          platform: what.platform,
          modelToken: what.modelToken,
          insistOnModelToken: options.insistOnModelToken === true,
          modelsUrl: options.modelsUrl ?? session.env.IONOS_MODEL_URL,
          dryRun: onlyLooks,
          timeoutMs: (options.timeout ?? 900) * 1000,
          cloudTimeoutMs: (options.cloudTimeout ?? 3600) * 1000,
          approve: approve(what),
        },
      );
      // What failed before has changed something already.
      return again ? { ...done, changed: true } : done;
    });
  const outcome = await (asked && !onlyLooks ? withOtherAnswers(told, run, asked) : run(told));
  if (onlyLooks && options.dryRun !== true) throw notApproved();
  if (outcome.dryRun) {
    session.bus.emit({ type: 'file', purpose: 'tenant', path: `${outcome.tenant.name}.yaml`, content: renderTenantFile(outcome.tenant) });
    return { changed: false, data: { dryRun: true }, next: [session.command(`${operation} ${outcome.tenant.name}`)] };
  }
  const { name } = outcome.tenant;
  return { changed: outcome.changed, tenant: outcome.result, next: [session.command(`credentials ${name}`), session.command(`status ${name}`), session.command(`update ${name} --dry-run`), session.command('list')] };
};
