import { createTenant } from '../operations/create-tenant.js';
import { completePlatform } from '../tenant/platform-spec.js';
import { withDemoSandbox } from './demo-sandbox.js';
import { canAsk, chooseFrontEnd, thisTerminal } from './front-end.js';
import { playRecording } from './play-recording.js';
import { runCommand, type CommonOptions } from './session.js';
import { bringTools } from './tools-at-hand.js';

export interface DemoOptions extends CommonOptions {
  auto?: boolean;
  /** How much faster than the sandbox's default times. */
  speed?: number;
}

/** What the demo onboards when nobody answers. */
const DEMO_TENANT = { name: 'acme', displayName: 'Acme GmbH', preset: 'small' as const };

/** `demo`: the whole journey on a sandbox that lives in this process. Plays itself with --auto, on a pipe and in CI. */
export const demo = (options: DemoOptions): Promise<number> => {
  const terminal = thisTerminal();
  const playsItself = options.auto === true || !canAsk(terminal);
  return runCommand({
    operation: 'demo',
    options: { ...options, sandbox: false },
    frontEnd: chooseFrontEnd(options, terminal),
    about: { tenant: DEMO_TENANT.name },
    inSandbox: true,
    run: (session) =>
      withDemoSandbox(session, options.speed ?? 1, async () => {
        const missing = await bringTools(session);
        if (missing !== undefined) return playRecording(session, options.speed ?? 1, missing);
        void playsItself;
        const outcome = await createTenant(
          { ...session, credentials: { kind: 'token', token: session.env.IONOS_TOKEN ?? '' } },
          {
            draft: DEMO_TENANT,
            platform: completePlatform({}),
            modelToken: session.env.IONOS_MODEL_TOKEN,
            modelsUrl: session.env.IONOS_MODEL_URL ?? '',
            dryRun: false,
            timeoutMs: 900_000,
            approve: () => Promise.resolve(true),
          },
        );
        return {
          changed: outcome.changed,
          tenant: outcome.result,
          next: [`${session.commandName} create ${DEMO_TENANT.name} --sandbox`, `${session.commandName} status --sandbox`],
        };
      }),
  });
};
