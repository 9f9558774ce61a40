import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../../support/cli.js';
import { cleanEnvironment, runTool } from '../../support/tool.js';

const COLLECTION = '/org/freedesktop/secrets/collection/login';

/** A session of one user: a D-Bus of its own, and GNOME's keyring on it, unlocked. */
export interface KeyringSession {
  /** What a program of this session has in its environment. */
  env: Record<string, string>;
  /** Locks the keyring. Nobody is there to unlock it: no prompt can be shown. */
  lock(): Promise<void>;
  /** The keyring does not answer any more, as one that waits for somebody to type a password. */
  stall(): void;
  /** The keyring's process is gone. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // Also one that was stopped.
  child.kill('SIGKILL');
  await ended;
};

/** Starts the session with its files below `home`. Throws when the programs are not there: `npm run test:keyring` brings them. */
export const openKeyringSession = async (home: string): Promise<KeyringSession> => {
  const runtime = join(home, 'runtime');
  await mkdir(runtime, { recursive: true, mode: 0o700 });
  const own = { HOME: home, XDG_RUNTIME_DIR: runtime, XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'xdg-config'), XDG_CACHE_HOME: join(home, 'xdg-cache') };
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = cleanEnvironment(own);
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=1'], { env: rest, stdio: ['ignore', 'pipe', 'ignore'] });
  const started = await Promise.race([once(createInterface(bus.stdout), 'line'), once(bus, 'error')]);
  if (typeof started[0] !== 'string') throw started[0];
  const env = { ...own, DBUS_SESSION_BUS_ADDRESS: started[0] };
  const whole = { ...rest, ...env };
  const call = (object: string, method: string, ...args: string[]): ReturnType<typeof runTool> => runTool('dbus-send', ['--session', '--print-reply', '--dest=org.freedesktop.secrets', object, method, ...args], { env: whole });
  const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], { env: whole, stdio: ['pipe', 'ignore', 'ignore'] });
  keyring.stdin.end('password of the session');
  await eventually(async () => {
    // Asking the keyring itself before it is there would make the bus start another one, which is locked.
    const { stdout: owned } = await runTool('dbus-send', ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'], { env: whole });
    if (!owned.includes('boolean true')) throw new Error('it is not there yet');
    const { stdout } = await call(COLLECTION, 'org.freedesktop.DBus.Properties.Get', 'string:org.freedesktop.Secret.Collection', 'string:Locked');
    if (!stdout.includes('boolean false')) throw new Error('it is not open yet');
  });
  return {
    env,
    async lock() {
      const { exitCode, stderr } = await call('/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', `array:objpath:${COLLECTION}`);
      if (exitCode !== 0) throw new Error(stderr);
    },
    stall: () => void keyring.kill('SIGSTOP'),
    kill: () => end(keyring),
    async close() {
      await end(keyring);
      // The bus may have started another one since, which does not always end with it.
      const { stdout } = await runTool('dbus-send', ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.GetConnectionUnixProcessID', 'string:org.freedesktop.secrets'], { env: whole });
      const second = /uint32 (\d+)/.exec(stdout)?.[1];
      if (second !== undefined) process.kill(Number(second), 'SIGKILL');
      await end(bus);
    },
  };
};
