import { askKeychain, KeychainError, type KeychainCall, type KeychainProblem } from './keychain-process.js';

/** What may be kept, by the name of the environment variable that it stands in for. */
export type Entry = 'IONOS_TOKEN' | 'IONOS_MODEL_TOKEN';

export const ENTRIES: readonly Entry[] = ['IONOS_TOKEN', 'IONOS_MODEL_TOKEN'];

/** The system's keychain. Nothing throws: a keychain that is absent, locked or silent is a problem that it tells. */
export interface Keychain {
  /** As its system calls it. */
  name: string;
  /** Nothing from a locked one, too: only `probe` tells them apart. */
  read(entry: Entry): Promise<{ secret?: string; problem?: KeychainProblem }>;
  /** Stores it and reads it back. */
  write(entry: Entry, secret: string): Promise<KeychainProblem | undefined>;
  /** Whether there was one. */
  remove(entry: Entry): Promise<{ removed: boolean; problem?: KeychainProblem }>;
  /** Whether it keeps things: stores something of no value, reads it and removes it. */
  probe(): Promise<KeychainProblem | undefined>;
}

const NAMES: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macOS Keychain', win32: 'Windows Credential Manager' };

/** What people know the keychain as, on this system. */
export const keychainName = (platform: NodeJS.Platform = process.platform): string => NAMES[platform] ?? 'Secret Service';

const PROBE = 'probe';
const NO_SECRET = 'nothing of value';
const NOT_KEPT: KeychainProblem = { kind: 'refused', reason: 'it did not keep what it was given' };

/** `ask` is replaced in tests. */
export const openKeychain = (env: Readonly<Record<string, string>>, ask: typeof askKeychain = askKeychain): Keychain => {
  const attempt = async (calls: readonly KeychainCall[]): Promise<{ answers: unknown[] } | { problem: KeychainProblem }> => {
    try {
      return { answers: await ask(calls, env) };
    } catch (error) {
      if (error instanceof KeychainError) return { problem: error.problem };
      throw error;
    }
  };
  const keep = async (account: string, secret: string, after: readonly KeychainCall[] = []): Promise<KeychainProblem | undefined> => {
    const tried = await attempt([{ call: 'set', account, secret }, { call: 'get', account }, ...after]);
    if ('problem' in tried) return tried.problem;
    return tried.answers[1] === secret ? undefined : NOT_KEPT;
  };
  return {
    name: keychainName(),
    async read(entry) {
      const tried = await attempt([{ call: 'get', account: entry }]);
      if ('problem' in tried) return { problem: tried.problem };
      const [secret] = tried.answers;
      return typeof secret === 'string' && secret !== '' ? { secret } : {};
    },
    write: (entry, secret) => keep(entry, secret),
    async remove(entry) {
      // A locked keyring says of everything that it is not there. Only one that takes something is believed.
      const tried = await attempt([{ call: 'set', account: PROBE, secret: NO_SECRET }, { call: 'delete', account: entry }, { call: 'delete', account: PROBE }]);
      return 'problem' in tried ? { removed: false, problem: tried.problem } : { removed: tried.answers[1] === true };
    },
    probe: () => keep(PROBE, NO_SECRET, [{ call: 'delete', account: PROBE }]),
  };
};
