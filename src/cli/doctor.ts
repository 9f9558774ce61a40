import { accountChecks } from '../operations/doctor/account.js';
import { countStates, notChecked, ok, once, runChecks, warning, type Check, type CheckResult } from '../operations/doctor/check.js';
import { checkImages } from '../operations/doctor/images.js';
import { machineChecks } from '../operations/doctor/machine.js';
import { findOrphans, type Orphan } from '../operations/doctor/orphans.js';
import { platformChecks } from '../operations/doctor/platform.js';
import { openForReading } from '../operations/observe.js';
import { openIonos } from '../operations/open-platform.js';
import type { CheckFinding } from '../engine/events.js';
import type { RunContext } from '../operations/context.js';
import { isTrial, readLink } from '../operations/platform-link.js';
import { credentialsFor, findCredentials, findModelTokenSource, storesOf } from './credentials.js';
import { checkTerminal } from './doctor-terminal.js';
import { platformOf, type PlatformChoice } from './list.js';
import { runCommand, type CommandOutcome, type CommonOptions, type Session } from './session.js';

export interface DoctorOptions extends CommonOptions, PlatformChoice {
  modelTokenFile?: string;
  modelsUrl?: string;
  orphans?: boolean;
}

/** Nothing that doctor asks the network for lasts longer than this. */
const LONGEST_MS = 20_000;
const ORPHANS_MS = 60_000;

/** A context whose calls end with the deadline: a machine without a network must not make anybody wait. */
const hurried = (session: Session, ms: number): RunContext => {
  const deadline = AbortSignal.any([session.interrupts.signal, AbortSignal.timeout(ms)]);
  const interrupts = Object.create(session.interrupts, { signal: { value: deadline } }) as Session['interrupts'];
  return { ...session, interrupts, deadline, credentials: undefined };
};

const lookForOrphans = async (session: Session, options: DoctorOptions): Promise<Orphan[]> => {
  const name = platformOf(options);
  const context: RunContext = { ...hurried(session, ORPHANS_MS), credentials: await credentialsFor(session, name, options) };
  const { platform, folder } = await openForReading(context, name);
  try {
    return await findOrphans(platform, context.credentials && openIonos(context));
  } finally {
    await folder.remove();
  }
};

/** Only reads: whether the keychain keeps what it is given, `login` finds out. */
const checkKeychain = async (session: Session): Promise<CheckFinding> => {
  if (session.sandbox) return notChecked('nothing is kept for the sandbox');
  const { keychain, file } = await storesOf(session);
  const { problem } = await keychain.read('IONOS_TOKEN');
  if (!problem) return ok(`${keychain.name} answers`);
  const words = `${problem.reason}; a token that is kept goes to ${file.path}, which only you can read and which is not encrypted`;
  return problem.kind === 'absent' || problem.kind === 'off' ? ok(`none: ${words}`) : warning(`${keychain.name}: ${words}`, 'Unlock it, then run the same command again.');
};

const examine = async (session: Session, options: DoctorOptions): Promise<CheckResult[]> => {
  const name = platformOf(options);
  const context = hurried(session, LONGEST_MS);
  const [trial, link] = await Promise.all([isTrial(session.paths, name), readLink(session.paths, name)]);
  const credentials = once(async () => {
    const found = await findCredentials(session, options);
    return found && { value: found.credentials, source: found.source };
  });
  const modelToken = once(async () => {
    const found = await findModelTokenSource(session, options);
    return found && { value: found.token, source: found.source };
  });
  const withCredentials = async (): Promise<RunContext> => ({ ...context, credentials: (await credentials())?.value });
  const account = accountChecks(context, { credentials, modelToken, isTrial: trial, modelsUrl: options.modelsUrl, now: Date.now });
  const platform = platformChecks(context, { name, isAdopted: link !== undefined, withCredentials, contract: account.contract });
  try {
    const checks: Check[] = [
      ...machineChecks(context),
      { id: 'terminal', title: 'Terminal', run: () => checkTerminal(session.env) },
      { id: 'keychain', title: 'Keychain', run: () => checkKeychain(session) },
      { id: 'images', title: 'Images', run: () => checkImages(session.packageRoot) },
      ...account.checks,
      ...platform.checks,
    ];
    return await runChecks(checks, ({ id, ...finding }) => session.bus.emit({ type: 'check', check: id, ...finding }));
  } finally {
    await platform.close();
  }
};

/** `doctor`: everything that has to be right before a tenant can be made, each with its fix. Exit code 1 if a check fails; warnings do not. */
export const doctor = (options: DoctorOptions): Promise<number> =>
  runCommand({
    operation: 'doctor',
    options,
    onlyLooks: true,
    // Lines, each as its check ends: there is nothing to draw.
    frontEnd: options.json ? 'json' : 'plain',
    run: async (session): Promise<CommandOutcome> => {
      if (options.orphans) {
        const orphans = await lookForOrphans(session, options);
        return { changed: false, data: { orphans }, exitCode: orphans.length === 0 ? 0 : 1 };
      }
      const checks = await examine(session, options);
      const counts = countStates(checks);
      return { changed: false, data: { checks, counts }, exitCode: counts.failed === 0 ? 0 : 1 };
    },
  });
