import { PLATFORM_DEFAULTS } from '../tenant/platform-spec.js';
import { onboard } from './onboard.js';
import { openDemoSandbox, type DemoSandbox } from './demo-sandbox.js';
import { canAsk, chooseFrontEnd, thisTerminal } from './front-end.js';
import { openForReading } from '../operations/observe.js';
import { playRecording } from './play-recording.js';
import { runCommand, type CommonOptions } from './session.js';
import { showDashboard } from './status.js';
import { bringTools } from './tools-at-hand.js';

export interface DemoOptions extends CommonOptions {
  auto?: boolean;
  /** How much faster than the sandbox's default times. */
  speed?: number;
}

/** What the demo onboards when nobody answers. */
const DEMO_TENANT = { name: 'acme', displayName: 'Acme GmbH' };
/** How long a screen stays when the wizard plays itself, at speed 1. */
const PAUSE_MS = 1_100;
/** The result card is copied from, or read out. */
const CARD_PAUSES = 5;

/** The result card stays until somebody has seen it: until Enter, or for a while when the demo plays itself. `false` ends the demo. */
const cardWasSeen = async (auto: boolean, pauseMs: number): Promise<boolean> => {
  if (auto) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return true;
  }
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const left = new AbortController();
  lines.once('SIGINT', () => left.abort());
  try {
    await lines.question('\n  Enter opens the dashboard. The URLs answer until the demo ends (Ctrl-C). ', { signal: left.signal });
    return true;
  } catch {
    return false;
  } finally {
    lines.close();
  }
};

/** The dashboard over the demo's own sandbox, so that the URLs can be opened until somebody leaves it. */
const watch = (options: DemoOptions, sandbox: DemoSandbox): Promise<number> =>
  runCommand({
    operation: 'status',
    options: { ...options, sandbox: false },
    frontEnd: 'plain',
    inSandbox: true,
    run: async (session) => {
      sandbox.enter(session);
      const { platform, folder } = await openForReading({ ...session, credentials: { kind: 'token', token: session.env.IONOS_TOKEN ?? '' } }, PLATFORM_DEFAULTS.name);
      try {
        return await showDashboard(session, platform, undefined);
      } finally {
        await folder.remove();
      }
    },
  });

/**
 * `demo`: the whole journey on a sandbox that lives in this process: wizard, deployment, then the dashboard until it is left.
 * With --auto the wizard answers itself; on a pipe and in CI everything plays itself and ends.
 */
export const demo = async (options: DemoOptions): Promise<number> => {
  const terminal = thisTerminal();
  const speed = options.speed ?? 1;
  const frontEnd = chooseFrontEnd(options, terminal);
  const attended = canAsk(terminal) && !options.json;
  // On a drawn screen the wizard is worth seeing, also when it answers itself; everywhere else its answers are given.
  const asks = attended && (frontEnd === 'ink' || !options.auto);
  const sandbox = await openDemoSandbox(speed, options.fault);
  let wasRecording = false;
  try {
    const code = await runCommand({
      operation: 'demo',
      options: { ...options, sandbox: false },
      frontEnd,
      inSandbox: true,
      ...(asks ? {} : { about: { tenant: DEMO_TENANT.name, preset: 'small', isolation: 'namespace' } }),
      ...(asks && options.auto ? { autoplay: { pauseMs: PAUSE_MS / speed, typed: DEMO_TENANT } } : {}),
      run: async (session) => {
        sandbox.enter(session);
        const missing = await bringTools(session);
        if (missing !== undefined) {
          wasRecording = true;
          return playRecording(session, speed, missing);
        }
        const outcome = await onboard(session, asks ? undefined : DEMO_TENANT.name, asks ? {} : { yes: true, displayName: DEMO_TENANT.displayName, preset: 'small' });
        return { ...outcome, next: [session.command(`create ${outcome.tenant?.name ?? DEMO_TENANT.name}`), session.command('create --help')] };
      },
    });
    if (code !== 0 || !attended || frontEnd !== 'ink' || wasRecording) return code;
    return (await cardWasSeen(options.auto === true, (CARD_PAUSES * PAUSE_MS) / speed)) ? await watch(options, sandbox) : code;
  } finally {
    await sandbox.close();
  }
};
