/** The system's keychain through keytar. It is optional: without the library, or without a keyring behind it, there is simply no keychain. */

interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

const SERVICE = 'ionos-tenants';
/** A locked or absent keyring can hang for ever. */
const PROBE_MS = 2_000;

export type KeychainEntry = 'IONOS_TOKEN' | 'IONOS_MODEL_TOKEN';

const within = async <T>(promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the keychain did not answer')), PROBE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

const load = async (): Promise<Keytar | undefined> => {
  if (process.env.IONOS_TENANTS_NO_KEYCHAIN === '1') return undefined;
  try {
    const module = (await import('keytar')) as { default?: Keytar } & Keytar;
    return module.default ?? module;
  } catch {
    return undefined;
  }
};

/** Reads an entry; undefined when there is none, or no keychain. */
export const readKeychain = async (entry: KeychainEntry): Promise<string | undefined> => {
  const keytar = await load();
  if (!keytar) return undefined;
  try {
    return (await within(keytar.getPassword(SERVICE, entry))) ?? undefined;
  } catch {
    return undefined;
  }
};

/** Stores an entry, with the operator's consent. False when there is no keychain that keeps it. */
export const writeKeychain = async (entry: KeychainEntry, secret: string): Promise<boolean> => {
  const keytar = await load();
  if (!keytar) return false;
  try {
    await within(keytar.setPassword(SERVICE, entry, secret));
    return (await within(keytar.getPassword(SERVICE, entry))) === secret;
  } catch {
    return false;
  }
};
