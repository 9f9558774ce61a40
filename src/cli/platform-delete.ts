import { isInteractive } from '../displays/display.js';
import { platformRemovalConfirmation, type PlatformRemovalData } from '../displays/platform-removal-facts.js';
import { ExitCode, InstallerError, usageError } from '../engine/errors.js';
import type { PlatformRemoval } from '../engine/platform-removal.js';
import { readLink } from '../operations/platform-link.js';
import { PLATFORM_DEFAULTS } from '../tenant/platform-spec.js';
import { findCredentials, requireCredentials } from './credentials.js';
import { platformOf, type PlatformChoice } from './list.js';
import { withRetries } from './retries.js';
import { runCommand, type CommandOutcome, type CommonOptions, type Session } from './session.js';

export interface PlatformDeleteOptions extends CommonOptions, PlatformChoice {
  yes?: boolean;
  dryRun?: boolean;
  /** Seconds. */
  timeout?: number;
}

const notApproved = (name: string): InstallerError =>
  usageError({ code: 'not-approved', what: `removing platform ${name} has to be confirmed`, why: 'there is no terminal on which its name could be typed', next: ['Look at what would be removed above, then add --yes.'] });

/** A person types the platform's name; without a terminal --yes has to say so. */
const approval = (session: Session, options: PlatformDeleteOptions): ((removal: PlatformRemoval) => Promise<boolean>) => {
  let approved = options.yes === true;
  return async (removal) => {
    if (approved) return true;
    if (!isInteractive(session.display)) throw notApproved(removal.platform);
    approved = await session.display.confirmTyped(platformRemovalConfirmation(removal, session.sandbox));
    if (approved) return true;
    throw new InstallerError({ code: 'cancelled', what: `cancelled: ${removal.platform} was not typed, and nothing was changed`, exitCode: ExitCode.cancelled });
  };
};

const removePlatform = async (session: Session, options: PlatformDeleteOptions): Promise<CommandOutcome> => {
  const name = platformOf(options);
  // Nothing of an adopted cluster is removed in the cloud, so nobody needs an account for it.
  const found = (await readLink(session.paths, name)) ? await findCredentials(session, options) : await requireCredentials(session, options);
  const { deletePlatform } = await import('../operations/delete-platform.js');
  const onlyLooks = options.dryRun === true || (options.yes !== true && !isInteractive(session.display));
  const approve = approval(session, options);
  const outcome = await withRetries(session, () => deletePlatform({ ...session, credentials: found?.credentials }, { name, dryRun: onlyLooks, timeoutMs: (options.timeout ?? 3600) * 1000, approve }));
  const about = { platform: name, adopted: outcome.removal.adopted };
  if (!outcome.dryRun) return { changed: true, data: { ...about, removed: outcome.removed, left: outcome.left } satisfies PlatformRemovalData, next: [session.command('create')] };
  if (options.dryRun !== true) throw notApproved(name);
  return { changed: false, data: { ...about, dryRun: true } satisfies PlatformRemovalData, next: [session.command(`platform delete${options.platform === undefined ? '' : ` --platform ${name}`}`)] };
};

/** `platform delete`: a platform without tenants goes, and nothing of it stays. An adopted cluster stays. */
export const platformDelete = (options: PlatformDeleteOptions): Promise<number> =>
  runCommand({ operation: 'platform-delete', options, about: { platform: options.platform ?? PLATFORM_DEFAULTS.name }, run: (session) => removePlatform(session, options) });
