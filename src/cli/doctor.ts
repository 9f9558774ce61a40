import { InstallerError } from '../engine/errors.js';
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

/** Everything in the account and the cluster is listed for it. */
const ORPHANS_MS = 60_000;
/** No check waits so long. */
const LONGEST_MS = 12_000;

interface Hurry {
  /** Its calls end with the run, or when nobody waits for them any more: a machine without a network must not hold anybody up. */
  context: RunContext;
  end(): void;
}

const hurry = (session: Session, ms: number): Hurry => {
  const controller = new AbortController();
  const end = (): void => controller.abort(new InstallerError({ code: 'no-answer', what: `no answer within ${ms / 1000} s`, next: ['Check the network, then run the same command again.'] }));
  const cancel = (): void => controller.abort(session.interrupts.signal.reason);
  const timer = setTimeout(end, ms);
  session.interrupts.signal.addEventListener('abort', cancel, { once: true });
  const interrupts = Object.create(session.interrupts, { signal: { value: controller.signal } }) as Session['interrupts'];
  return {
    context: { ...session, interrupts, deadline: controller.signal, credentials: undefined },
    end: () => {
      clearTimeout(timer);
      session.interrupts.signal.removeEventListener('abort', cancel);
      end();
    },
  };
};

const lookForOrphans = async (session: Session, options: DoctorOptions): Promise<Orphan[]> => {
  const name = platformOf(options);
  const credentials = await credentialsFor(session, name, options);
  const hurried = hurry(session, ORPHANS_MS);
  const context: RunContext = { ...hurried.context, credentials };
  try {
    const { platform, folder } = await openForReading(context, name);
    return await findOrphans(platform, credentials && openIonos(context)).finally(() => folder.remove());
  } catch (error) {
    throw context.interrupts.signal.aborted ? context.interrupts.signal.reason : error;
  } finally {
    hurried.end();
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
  const { context, end } = hurry(session, LONGEST_MS);
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
    end();
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
