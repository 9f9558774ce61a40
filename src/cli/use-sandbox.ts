import { attachSandbox, touch } from '../sandbox/attach.js';
import { changeFaults } from '../sandbox/control.js';
import { REAL_ACCOUNT_VARIABLES, sandboxEnvironment, sandboxHome } from '../sandbox/home.js';
import type { Paths } from '../engine/paths.js';

const STILL_USED_MS = 60_000;

/** The part of a session that decides which cloud it works on. */
interface Reach {
  env: Record<string, string>;
  paths: Paths;
}

/** What the sandbox's process needs: it lives on for hours, and must not have anybody's account with it. */
const NEEDED = /^(PATH|HOME|USER|LANG|LC_ALL|TMPDIR|TEMP|TMP|SystemRoot|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_\w+|IONOS_TENANTS_\w+)$/;
const environmentOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(env).filter(([name]) => NEEDED.test(name)));

/** Points a session at the user's sandbox, starting it where it does not run. Everything after this works as with the cloud. */
export const useSandbox = async (session: Reach, faults: readonly string[] = []): Promise<void> => {
  const home = sandboxHome(session.paths.state);
  const process_ = await attachSandbox(home, { command: process.execPath, args: [process.argv[1] ?? '', 'sandbox', 'serve'], env: environmentOf(process.env) });
  if (faults.length > 0) await changeFaults(process_, { add: faults });
  for (const name of REAL_ACCOUNT_VARIABLES) delete session.env[name];
  Object.assign(session.env, sandboxEnvironment(process_));
  session.paths = { ...session.paths, state: home.operator };
  setInterval(() => void touch(home), STILL_USED_MS).unref();
};
