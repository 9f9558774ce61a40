import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { Entry } from '../credentials/keychain.js';
import type { StoreName } from '../credentials/stores.js';
import { InstallerError } from '../engine/errors.js';
import type { Answers, Keeping } from '../tenant/question-types.js';
import { storesOf } from './credentials.js';
import type { Session } from './session.js';

/** What a token is called in a sentence. */
export const TOKEN_NAMES: Readonly<Record<Entry, string>> = { IONOS_TOKEN: 'token', IONOS_MODEL_TOKEN: 'model token' };

/** A path as people write it: with `~` for their home. */
export const shownPath = (path: string, env: Readonly<Record<string, string>>): string => {
  const home = env.HOME ?? homedir();
  return path.startsWith(`${home}${sep}`) ? `~${path.slice(home.length)}` : path;
};

const fileWarning = (path: string): string => `${path} is not encrypted: whoever can read your files, or a backup of them, can read the token.`;

/** What can keep a token here: the keychain is tried first. `suggest`: the person came to have it kept. */
export const readKeeping = async (session: Session, suggest = false): Promise<Keeping> => {
  const { keychain, file } = await storesOf(session);
  const problem = await keychain.probe();
  return {
    keychain: keychain.name,
    file: shownPath(file.path, session.env),
    ...(problem ? { keychainProblem: problem.reason } : {}),
    ...(suggest && !problem ? { suggested: 'keychain' as const } : {}),
  };
};

/** Keeps a token and says where; `warn`: nobody was told yet that a file is no safe. Throws InstallerError `keychain` where the keychain would not, with its reason. */
export const keepToken = async (session: Session, entry: Entry, secret: string, store: StoreName, warn = false): Promise<void> => {
  const stores = await storesOf(session);
  const say = (level: 'info' | 'warning', message: string): void => session.bus.emit({ type: 'notice', level, message });
  const { kept, problem } = await stores.keep(entry, secret, store);
  const name = TOKEN_NAMES[entry];
  if (!kept) {
    throw new InstallerError({
      code: 'keychain',
      what: `the keychain did not keep the ${name}`,
      why: `${stores.keychain.name}: ${problem?.reason ?? 'it gave no reason'}`,
      next: [`Keep it in a file instead, which is not encrypted: ${session.command(`login${entry === 'IONOS_MODEL_TOKEN' ? ' --model' : ''} --store file`)}`],
    });
  }
  say('info', `The ${name} is kept in ${store === 'keychain' ? `the keychain (${stores.keychain.name})` : shownPath(stores.file.path, session.env)}.`);
  if (store === 'file' && warn) say('warning', fileWarning(shownPath(stores.file.path, session.env)));
  if (problem) say('warning', `An older ${name} in the keychain would come first, and could not be looked for: ${problem.reason}.`);
};

/** Keeps what was typed in a wizard that has ended, as it was answered there. What cannot be kept is told, and the work goes on. */
export const keepTyped = async (session: Session, answers: Partial<Answers>): Promise<void> => {
  const typed = [
    ['IONOS_TOKEN', answers.token, answers.keepToken],
    ['IONOS_MODEL_TOKEN', answers.modelToken, answers.keepModelToken],
  ] as const;
  for (const [entry, secret, where] of typed) {
    if (secret === undefined || where === undefined || where === 'no' || answers.where === 'sandbox') continue;
    try {
      await keepToken(session, entry, secret, where);
    } catch (error) {
      session.interrupts.throwIfPressed();
      const next = error instanceof InstallerError ? error.next : [];
      session.bus.emit({ type: 'notice', level: 'warning', message: [`The ${TOKEN_NAMES[entry]} was not kept: ${error instanceof Error ? error.message : String(error)}`, ...next].join('. ') });
    }
  }
};
