import { spawn } from 'node:child_process';
import { usageError } from '../engine/errors.js';
import type { PlatformChoice } from './list.js';
import { lookAtTenant } from './look-at-tenant.js';
import { runCommand, type CommonOptions, type Session } from './session.js';

export interface OpenOptions extends CommonOptions, PlatformChoice {
  /** commander's form of `--no-browser`. */
  browser?: boolean;
}

const OPENABLE = ['wordpress', 'openwebui'] as const;
type Openable = (typeof OPENABLE)[number];

const appOf = (text: string): Openable => {
  const found = OPENABLE.find((app) => app === text);
  if (found) return found;
  throw usageError({ code: 'app-unknown', what: `${text} cannot be opened`, why: `there are ${OPENABLE.join(' and ')}`, next: ['Choose one of them, or leave it out for wordpress.'] });
};

/** What opens a URL on this system; undefined where nobody would see it. */
const opener = (env: Readonly<Record<string, string>>): string | undefined => {
  if (process.platform === 'darwin') return 'open';
  return process.platform !== 'win32' && (env.DISPLAY ?? env.WAYLAND_DISPLAY ?? '') !== '' ? 'xdg-open' : undefined;
};

/** Whether a browser was started. It outlives this program, and what it writes is nobody's business. */
const openInBrowser = (command: string, url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(command, [url], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });

const show = async (session: Session, options: OpenOptions, url: string): Promise<boolean> => {
  const command = opener(session.env);
  // Only who sits at a terminal has asked for a window.
  const wanted = options.browser !== false && options.json !== true && process.stdout.isTTY === true && command !== undefined;
  return wanted && /^https?:\/\//.test(url) ? openInBrowser(command, url) : false;
};

/** `open <name> [app]`: the URL of an application, and on a screen the application. */
export const open = (name: string, app: string | undefined, options: OpenOptions): Promise<number> =>
  runCommand({
    operation: 'open',
    options,
    about: { tenant: name },
    onlyLooks: true,
    frontEnd: options.json ? 'json' : 'plain',
    run: async (session) => {
      const wanted = appOf(app ?? 'wordpress');
      return lookAtTenant(session, name, options, async ({ record }) => {
        const url = record.endpoints?.[wanted];
        if (url === undefined || url === '') throw usageError({ code: 'no-address', what: `${record.name} has no address yet`, next: [`Finish its onboarding: ${session.command(`create ${record.name}`)}`] });
        return { changed: false, data: { tenant: record.name, app: wanted, url, opened: await show(session, options, url) } };
      });
    },
  });
