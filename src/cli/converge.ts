import { isInteractive } from '../displays/display.js';
import { ExitCode, InstallerError, usageError } from '../engine/errors.js';
import type { Proposal } from '../engine/proposal.js';
import type { Credentials } from '../ionos/credentials.js';
import { MODEL_HUB_URL } from '../ionos/models.js';
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

export const cancelled = (left: string): InstallerError => new InstallerError({ code: 'cancelled', what: `cancelled: ${left}`, exitCode: ExitCode.cancelled });

const notApproved = (): InstallerError =>
  usageError({ code: 'not-approved', what: 'the plan needs an explicit yes', why: 'there is no terminal to ask on', next: ['Look at the plan above, then add --yes.'] });

/** The yes of a person, asked for once; without a terminal it has to be given as --yes. */
const approval = (session: Session, account: AccountFacts | undefined, options: ConvergeOptions): CreateTenantInput['approve'] => {
  let approved = options.yes === true;
  return async (proposal: Proposal) => {
    if (approved) return true;
    if (!isInteractive(session.display)) {
      throw notApproved();
    }
    approved = await session.display.approve({ ...proposal, ...(account ? { account } : {}) });
    // Planning has made terraform's own bookkeeping.
    if (!approved) throw cancelled('nothing of the tenant was created or changed');
    return true;
  };
};

/** Brings a tenant to what was told: plans, asks for a yes, and does it. */
export const converge = async (session: Session, operation: CreateTenantInput['operation'], told: Told, options: ConvergeOptions): Promise<CommandOutcome> => {
  // Loaded only now: the wizard's first question does not wait for the cluster's and the cloud's libraries.
  const { createTenant } = await import('../operations/create-tenant.js');
  const approve = approval(session, told.account, options);
  // Nobody can say yes: the plan is shown, and not even the Lease and the state that a real run begins with are made.
  const onlyLooks = options.dryRun === true || (options.yes !== true && !isInteractive(session.display));
  const outcome = await withRetries(session, async (again) => {
    const done = await createTenant(
      { ...session, credentials: told.credentials },
      {
        operation,
        draft: told.draft,
        platform: told.platform,
        modelToken: told.modelToken,
        insistOnModelToken: options.insistOnModelToken === true,
        modelsUrl: options.modelsUrl ?? session.env.IONOS_MODEL_URL ?? MODEL_HUB_URL,
        dryRun: onlyLooks,
        timeoutMs: (options.timeout ?? 900) * 1000,
        cloudTimeoutMs: (options.cloudTimeout ?? 3600) * 1000,
        approve,
      },
    );
    // What failed before has changed something already.
    return again ? { ...done, changed: true } : done;
  });
  if (onlyLooks && options.dryRun !== true) throw notApproved();
  if (outcome.dryRun) {
    session.bus.emit({ type: 'file', purpose: 'tenant', path: `${outcome.tenant.name}.yaml`, content: renderTenantFile(outcome.tenant) });
    return { changed: false, data: { dryRun: true }, next: [session.command(`${operation} ${outcome.tenant.name}`)] };
  }
  const { name } = outcome.tenant;
  return { changed: outcome.changed, tenant: outcome.result, next: [session.command(`credentials ${name}`), session.command(`status ${name}`), session.command(`update ${name} --dry-run`), session.command('list')] };
};
