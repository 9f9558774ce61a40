import type { Paths } from '../engine/paths.js';
import type { KeychainProblem } from './keychain-process.js';
import { ENTRIES, openKeychain, type Entry, type Keychain } from './keychain.js';
import { readIonosConfig, type IonosConfig } from './ionos-config.js';
import { openSecretFile, type SecretFile } from './secret-file.js';

export type StoreName = 'keychain' | 'file';

export const STORE_NAMES: readonly StoreName[] = ['keychain', 'file'];

/** A secret that was kept, and where. */
export interface Kept {
  secret: string;
  store: StoreName;
  /** For people: `keychain`, or the file's path. */
  source: string;
}

/** Everything that keeps credentials on this machine for this user. */
export interface Stores {
  keychain: Keychain;
  file: SecretFile;
  /** What ionosctl or another IONOS tool has, read once. */
  ionosConfig(): Promise<{ found?: IonosConfig; problems: string[] }>;
  /** What we keep, in the order in which it counts: in the keychain, in our file. Throws InstallerError `credentials-file`. */
  kept(entry: Entry): AsyncGenerator<Kept>;
  /** Why the keychain could not be read, once it was asked. */
  readonly keychainProblem: KeychainProblem | undefined;
  /**
   * Keeps it in that store, and nowhere else of ours: no older one stays behind. Where the keychain would not, `kept` is false. Kept in
   * the file, a `problem` says that an older one in the keychain could not be looked for. A file that cannot be written throws.
   */
  keep(entry: Entry, secret: string, store: StoreName): Promise<{ kept: boolean; problem?: KeychainProblem }>;
  /** Removes everything that we keep. */
  forget(): Promise<{ removed: { entry: Entry; store: StoreName }[]; problem?: KeychainProblem }>;
}

/** Whether a keychain with this problem may hold something all the same. One that was switched off is left alone on purpose. */
export const mayHold = ({ kind }: KeychainProblem): boolean => kind === 'silent' || kind === 'refused';

/** A second look in the same run answers from memory: each question of a wizard looks, and a silent keychain takes seconds. */
export const openStores = (env: Readonly<Record<string, string>>, paths: Paths, keychain: Keychain = openKeychain(env)): Stores => {
  const file = openSecretFile(paths.config);
  const read = new Map<Entry, ReturnType<Keychain['read']>>();
  let config: ReturnType<typeof readIonosConfig> | undefined;
  let keychainProblem: KeychainProblem | undefined;

  const inKeychain = async (entry: Entry): Promise<string | undefined> => {
    const asked = read.get(entry) ?? keychain.read(entry);
    read.set(entry, asked);
    const { secret, problem } = await asked;
    keychainProblem = problem ?? keychainProblem;
    return secret;
  };

  return {
    keychain,
    file,
    ionosConfig: () => (config ??= readIonosConfig(env)),
    get keychainProblem() {
      return keychainProblem;
    },
    async *kept(entry) {
      const secret = await inKeychain(entry);
      if (secret !== undefined) yield { secret, store: 'keychain', source: 'keychain' };
      const filed = await file.read(entry);
      if (filed !== undefined) yield { secret: filed, store: 'file', source: file.path };
    },
    async keep(entry, secret, store) {
      read.delete(entry);
      if (store === 'file') {
        await file.write(entry, secret);
        // Read first, an older one would win over what was just written.
        const { problem } = await keychain.remove(entry);
        return { kept: true, ...(problem && mayHold(problem) ? { problem } : {}) };
      }
      const problem = await keychain.write(entry, secret);
      if (problem) return { kept: false, problem };
      await file.remove(entry);
      return { kept: true };
    },
    async forget() {
      read.clear();
      const removed: { entry: Entry; store: StoreName }[] = [];
      let problem: KeychainProblem | undefined;
      for (const entry of ENTRIES) {
        // What has not answered once will not answer the second time either.
        const gone = problem ? { removed: false } : await keychain.remove(entry);
        if ('problem' in gone) problem = gone.problem;
        if (gone.removed) removed.push({ entry, store: 'keychain' });
        if (await file.remove(entry)) removed.push({ entry, store: 'file' });
      }
      return { removed, ...(problem ? { problem } : {}) };
    },
  };
};
