import { ExitCode } from '../engine/errors.js';
import { isHealthy, type FleetView } from '../engine/fleet-view.js';
import { openForReading, requireTenant } from '../operations/observe.js';
import { observeFleet, readFleetView } from '../operations/observe-fleet.js';
import type { OpenPlatform } from '../operations/open-platform.js';
import { parseTenantName } from '../tenant/name.js';
import { credentialsFor } from './credentials.js';
import { chooseFrontEnd, thisTerminal } from './front-end.js';
import { createCommand, platformOf, type PlatformChoice } from './list.js';
import { runCommand, type CommandOutcome, type CommonOptions, type Session } from './session.js';

export interface StatusOptions extends CommonOptions, PlatformChoice {
  once?: boolean;
}

/** A stream of views is for programs: once a second is enough, and only when something changed. */
const STREAM_EVERY_MS = 1_000;

const outcomeOf = (session: Session, view: FleetView): CommandOutcome => ({
  changed: false,
  data: view,
  next: view.tenants.length === 0 ? [createCommand(session)] : [],
  exitCode: view.tenants.every(isHealthy) ? ExitCode.ok : ExitCode.notHealthy,
});

const once = async (session: Session, platform: OpenPlatform, name: string | undefined): Promise<CommandOutcome> =>
  outcomeOf(session, await readFleetView(platform, { signal: session.interrupts.signal, tenant: name }));

/** Views as events until somebody stops it, which is the way to end it and no failure. */
const stream = async (session: Session, platform: OpenPlatform, name: string | undefined): Promise<CommandOutcome> => {
  const { signal } = session.interrupts;
  const source = observeFleet(platform, { signal, tenant: name, everyMs: STREAM_EVERY_MS, onView: (view) => session.bus.emit({ type: 'fleet', view }) });
  source.focus(name);
  await source.ended;
  const last = source.current();
  return { changed: false, ...(last ? { data: last } : {}) };
};

/** The dashboard, until it is left. What it showed last stays behind as a few lines. */
export const showDashboard = async (session: Session, platform: OpenPlatform, name: string | undefined): Promise<CommandOutcome> => {
  const { runDashboard } = await import('../displays/ink/dashboard/run-dashboard.js');
  const stop = new AbortController();
  const source = observeFleet(platform, { signal: AbortSignal.any([session.interrupts.signal, stop.signal]), redact: (line) => session.redactor.redact(line) });
  try {
    await runDashboard({
      source,
      interrupts: session.interrupts,
      color: session.options.color !== false,
      sandbox: session.sandbox,
      ...(name === undefined ? {} : { tenant: name }),
    });
  } finally {
    stop.abort();
  }
  return { changed: false };
};

/** `status [name]`: how the tenants are. Exit code 8 when a single look finds something that is not well. */
export const status = (given: string | undefined, options: StatusOptions): Promise<number> => {
  const frontEnd = chooseFrontEnd(options, thisTerminal());
  const isLive = !options.once && frontEnd === 'ink';
  return runCommand({
    operation: 'status',
    options,
    onlyLooks: true,
    ...(given === undefined ? {} : { about: { tenant: given } }),
    // The dashboard has a screen of its own; around it there are only lines.
    frontEnd: frontEnd === 'json' ? 'json' : 'plain',
    run: async (session) => {
      const name = given === undefined ? undefined : parseTenantName(given);
      const platformName = platformOf(options);
      const credentials = await credentialsFor(session, platformName, options);
      const { platform, folder } = await openForReading({ ...session, credentials }, platformName);
      try {
        if (name !== undefined) await requireTenant(platform, name);
        if (isLive) return await showDashboard(session, platform, name);
        return await (options.json && !options.once ? stream : once)(session, platform, name);
      } finally {
        await folder.remove();
      }
    },
  });
};
