import type { RemovalData } from '../displays/removal-card.js';
import { isInteractive } from '../displays/display.js';
import { removalConfirmation } from '../displays/removal-facts.js';
import { ExitCode, InstallerError, usageError } from '../engine/errors.js';
import type { RemovalProposal, RemovedCounts } from '../engine/removal.js';
import { parseTenantName } from '../tenant/name.js';
import { credentialsFor } from './credentials.js';
import { platformOf, type PlatformChoice } from './list.js';
import { withRetries } from './retries.js';
import { runCommand, type CommandOutcome, type CommonOptions, type Session } from './session.js';

export interface DeleteOptions extends CommonOptions, PlatformChoice {
  yes?: boolean;
  dryRun?: boolean;
  /** Seconds. */
  timeout?: number;
}

const NOTHING: RemovedCounts = { namespaces: 0, releases: 0, volumes: 0, cloud: 0 };

const notApproved = (name: string): InstallerError =>
  usageError({ code: 'not-approved', what: `removing ${name} has to be confirmed`, why: 'there is no terminal on which its name could be typed', next: ['Look at what would be removed above, then add --yes.'] });

/** A person types the tenant's name; without a terminal --yes has to say so. */
const approval = (session: Session, options: DeleteOptions): ((proposal: RemovalProposal) => Promise<boolean>) => {
  let approved = options.yes === true;
  return async (proposal) => {
    if (approved) return true;
    if (!isInteractive(session.display)) throw notApproved(proposal.tenant);
    approved = await session.display.confirmTyped(removalConfirmation(proposal, session.sandbox));
    if (approved) return true;
    throw new InstallerError({ code: 'cancelled', what: `cancelled: ${proposal.tenant} was not typed, and nothing was changed`, exitCode: ExitCode.cancelled });
  };
};

const removeTenant = async (session: Session, name: string, options: DeleteOptions): Promise<CommandOutcome> => {
  const tenant = parseTenantName(name);
  const platform = platformOf(options);
  const credentials = await credentialsFor(session, platform, options);
  const { deleteTenant } = await import('../operations/delete-tenant.js');
  // Nobody can confirm it: it is shown, and not even the Lease that a real run begins with is taken.
  const onlyLooks = options.dryRun === true || (options.yes !== true && !isInteractive(session.display));
  const approve = approval(session, options);
  const outcome = await withRetries(session, () => deleteTenant({ ...session, credentials }, { name: tenant, platform, dryRun: onlyLooks, timeoutMs: (options.timeout ?? 900) * 1000, approve }));
  const again = [session.command('list'), session.command(`create ${tenant}`)];
  const about = { tenant, platform };
  if (outcome.kind === 'gone') return { changed: false, data: { ...about, deletedAt: outcome.deletedAt, removed: NOTHING, left: [] } satisfies RemovalData, next: again };
  if (outcome.kind === 'dry-run') {
    if (options.dryRun !== true) throw notApproved(tenant);
    return { changed: false, data: { ...about, dryRun: true } satisfies RemovalData, next: [session.command(`delete ${tenant}`)] };
  }
  const { removed, left, proposal } = outcome;
  return { changed: true, data: { ...about, removed, left, ...(proposal.costEur30d ? { costEur30d: proposal.costEur30d } : {}) } satisfies RemovalData, next: again };
};

/** `delete <name>`: a tenant leaves, and nothing of it stays but its entry in the registry. */
export const deleteCommand = (name: string, options: DeleteOptions): Promise<number> =>
  runCommand({ operation: 'delete', options, about: { tenant: name }, run: (session) => removeTenant(session, name, options) });
