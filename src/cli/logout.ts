import { mayHold } from '../credentials/stores.js';
import { ExitCode, InstallerError } from '../engine/errors.js';
import { credentialSources, modelTokenSources, storesOf } from './credentials.js';
import { shownPath, TOKEN_NAMES } from './keep.js';
import { refuseInSandbox } from './login.js';
import { runCommand, type CommonOptions, type Session } from './session.js';

/** What stays where it is, because others put it there. */
const readRemaining = async (session: Session): Promise<{ what: string; source: string }[]> => {
  const remaining: { what: string; source: string }[] = [];
  for await (const { source } of credentialSources(session, {})) remaining.push({ what: 'credentials', source });
  for await (const { source } of modelTokenSources(session, {})) remaining.push({ what: 'model token', source });
  return remaining;
};

/** `logout`: removes every token that this program keeps on this machine, and says what remains elsewhere. */
export const logout = (options: CommonOptions): Promise<number> =>
  runCommand({
    operation: 'logout',
    options,
    frontEnd: options.json ? 'json' : 'plain',
    run: async (session) => {
      refuseInSandbox(session, 'logout');
      const say = (message: string, level: 'info' | 'warning' = 'info'): void => session.bus.emit({ type: 'notice', level, message });
      const stores = await storesOf(session);
      const { removed, problem } = await stores.forget();
      for (const { entry, store } of removed) say(`The ${TOKEN_NAMES[entry]} is removed from ${store === 'keychain' ? `the keychain (${stores.keychain.name})` : shownPath(stores.file.path, session.env)}.`);
      if (removed.length === 0) say('Nothing was kept here.');
      else say('It stays valid until it expires. To end it now, delete it in the DCD.');
      const remaining = await readRemaining(session);
      for (const { what, source } of remaining) say(`${what === 'credentials' ? 'Credentials' : 'A model token'} of yours remain in ${shownPath(source, session.env)}: that is not this program's to remove.`, 'warning');
      if (problem && mayHold(problem)) {
        throw new InstallerError({ code: 'keychain', what: 'the keychain could not be emptied', why: `${stores.keychain.name}: ${problem.reason}`, next: ['Unlock it, then run the same command again.'], exitCode: ExitCode.failed });
      }
      if (problem) say(`The keychain was left alone: ${problem.reason}.`);
      return { changed: removed.length > 0, data: { removed, remaining }, next: [] };
    },
  });
