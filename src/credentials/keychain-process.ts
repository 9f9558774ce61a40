import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pick } from '../engine/tool-environment.js';

/** One call of the keychain's library. A secret goes through the child's standard input, never through its arguments. */
export type KeychainCall = { call: 'get'; account: string } | { call: 'delete'; account: string } | { call: 'set'; account: string; secret: string };

/** Why a keychain did not do what it was asked. */
export interface KeychainProblem {
  /** `off`: switched off; `absent`: there is none here; `silent`: it did not answer in time; `refused`: it answered with an error. */
  kind: 'off' | 'absent' | 'silent' | 'refused';
  /** In words, to follow a colon. */
  reason: string;
}

export class KeychainError extends Error {
  constructor(readonly problem: KeychainProblem) {
    super(problem.reason);
    this.name = 'KeychainError';
  }
}

const SERVICE = 'ionos-tenants';
/** A locked keyring waits for a person, perhaps on a screen that nobody looks at. */
const ANSWER_MS = 2_000;
/** On a machine with much to do, a process needs a while to begin. */
const START_MS = 15_000;

/** What finds the session's keyring, and nothing else: least of all credentials in the environment. */
const NEEDED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'USERNAME', 'APPDATA', 'LOCALAPPDATA', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_SESSION_ID', 'XDG_CURRENT_DESKTOP', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'GNOME_KEYRING_CONTROL'];

/** Says that the library is there, reads calls from its standard input, answers with one line. */
const PROGRAM = `
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
let keytar;
try { keytar = require(process.argv[1]); } catch (error) { say({ load: String(error.message) }); process.exit(0); }
say({ ready: true });
let text = '';
process.stdin.on('data', (chunk) => { text += chunk; }).on('end', async () => {
  try {
    const answers = [];
    for (const { call, account, secret } of JSON.parse(text)) {
      if (call === 'get') answers.push(await keytar.getPassword('${SERVICE}', account));
      if (call === 'set') answers.push(await keytar.setPassword('${SERVICE}', account, secret));
      if (call === 'delete') answers.push(await keytar.deletePassword('${SERVICE}', account));
    }
    say({ answers });
  } catch (error) { say({ refused: String(error.message) }); }
});`;

type Answer = { ready: true } | { load: string } | { refused: string } | { answers: unknown[] };

/** Where the library is; undefined where the optional package was not installed. */
const libraryPath = (): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve('keytar');
  } catch {
    return undefined;
  }
};

const loadProblem = (message: string): KeychainProblem => ({
  kind: 'absent',
  reason: process.platform === 'linux' && /native addon|libsecret/.test(message) ? 'libsecret is not installed (Debian, Ubuntu: apt-get install libsecret-1-0)' : (message.split('\n')[0] ?? message),
});

const refusal = (message: string): KeychainProblem => {
  if (/D-?Bus|ServiceUnknown|org\.freedesktop\.secrets was not provided/i.test(message)) return { kind: 'absent', reason: 'there is no D-Bus session with a keyring' };
  return { kind: 'refused', reason: `it may be locked (${message.split('\n')[0] ?? message})` };
};

/**
 * Asks the keychain, in a process of its own: a call into a locked keyring cannot be taken back, and would keep this one from ending.
 * Returns what each call answered. Throws KeychainError, within some seconds.
 */
export const askKeychain = (calls: readonly KeychainCall[], env: Readonly<Record<string, string>>): Promise<unknown[]> =>
  new Promise((resolve, reject) => {
    const fail = (problem: KeychainProblem): void => reject(new KeychainError(problem));
    if (env.IONOS_TENANTS_NO_KEYCHAIN === '1') return fail({ kind: 'off', reason: 'switched off by IONOS_TENANTS_NO_KEYCHAIN=1' });
    const library = libraryPath();
    if (library === undefined) return fail({ kind: 'absent', reason: 'the optional package keytar is not installed' });
    const child = spawn(process.execPath, ['-e', PROGRAM, library], { env: pick(env, NEEDED), stdio: ['pipe', 'pipe', 'ignore'] });
    const giveUp = (): void => {
      child.kill('SIGKILL');
      fail({ kind: 'silent', reason: `it did not answer within ${ANSWER_MS / 1000} s: it may be locked` });
    };
    let timer = setTimeout(giveUp, START_MS);
    const take = (answer: Answer): void => {
      if ('ready' in answer) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, ANSWER_MS);
        child.stdin.end(JSON.stringify(calls));
      } else if ('answers' in answer) resolve(answer.answers);
      else fail('load' in answer ? loadProblem(answer.load) : refusal(answer.refused));
    };
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        take(JSON.parse(line) as Answer);
      }
    });
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => fail({ kind: 'absent', reason: error.message }));
    child.once('close', () => {
      clearTimeout(timer);
      // Without effect where it has answered.
      fail({ kind: 'refused', reason: 'its process ended without an answer' });
    });
  });
