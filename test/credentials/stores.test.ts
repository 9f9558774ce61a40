import { chmod, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { askKeychain, KeychainError, type KeychainCall, type KeychainProblem } from '../../src/credentials/keychain-process.js';
import { keychainName, openKeychain, type Entry, type Keychain } from '../../src/credentials/keychain.js';
import { openStores, type Kept, type Stores } from '../../src/credentials/stores.js';
import { pathsFrom } from '../../src/engine/paths.js';
import { temporaryFolder } from '../support/folder.js';

/** A keychain in memory. `problem`: what it answers to everything. */
const memoryKeychain = (problem?: KeychainProblem): { keychain: Keychain; kept: Map<string, string>; asked: KeychainCall[] } => {
  const kept = new Map<string, string>();
  const asked: KeychainCall[] = [];
  const keychain = openKeychain({}, async (calls) => {
    asked.push(...calls);
    if (problem) throw new KeychainError(problem);
    return calls.map((each) => {
      if (each.call === 'get') return kept.get(each.account) ?? null;
      if (each.call === 'delete') return kept.delete(each.account);
      kept.set(each.account, each.secret);
      return null;
    });
  });
  return { keychain, kept, asked };
};

const SILENT: KeychainProblem = { kind: 'silent', reason: 'it did not answer within 2 s: it may be locked' };

const storesWith = async (keychain: Keychain): Promise<{ stores: Stores; folder: string }> => {
  const folder = await temporaryFolder();
  return { stores: openStores({ HOME: folder }, pathsFrom({ IONOS_TENANTS_CONFIG_DIR: folder }), keychain), folder };
};

const first = async (stores: Stores, entry: Entry): Promise<Kept | undefined> => {
  for await (const kept of stores.kept(entry)) return kept;
  return undefined;
};

describe('what keeps tokens', () => {
  it('the keychain is read before the file', async () => {
    const { keychain, kept } = memoryKeychain();
    const { stores } = await storesWith(keychain);
    await stores.file.write('IONOS_TOKEN', 'token-in-the-file');
    expect(await first(stores, 'IONOS_MODEL_TOKEN')).toBeUndefined();
    kept.set('IONOS_TOKEN', 'token-in-the-keychain');
    expect(await first(stores, 'IONOS_TOKEN')).toEqual({ secret: 'token-in-the-keychain', store: 'keychain', source: 'keychain' });
  });

  it('a keychain that does not answer is asked once; then the file is read, and the reason is there to be told', async () => {
    const { keychain, asked } = memoryKeychain(SILENT);
    const { stores } = await storesWith(keychain);
    await stores.file.write('IONOS_TOKEN', 'token-in-the-file');
    for (let time = 0; time < 3; time += 1) expect(await first(stores, 'IONOS_TOKEN')).toMatchObject({ secret: 'token-in-the-file', store: 'file', source: stores.file.path });
    expect(asked).toHaveLength(1);
    expect(stores.keychainProblem).toEqual(SILENT);
  });

  it('a new token leaves no older one behind in the other place', async () => {
    const { keychain, kept } = memoryKeychain();
    const { stores, folder } = await storesWith(keychain);
    expect(await stores.keep('IONOS_TOKEN', 'token-one-0123', 'file')).toEqual({ kept: true });
    expect(await stores.keep('IONOS_TOKEN', 'token-two-0123', 'keychain')).toEqual({ kept: true });
    expect(await readdir(folder)).toEqual([]);
    expect((await first(stores, 'IONOS_TOKEN'))?.secret).toBe('token-two-0123');
    expect(await stores.keep('IONOS_TOKEN', 'token-three-01', 'file')).toEqual({ kept: true });
    expect(kept.size).toBe(0);
    expect((await first(stores, 'IONOS_TOKEN'))?.secret).toBe('token-three-01');
  });

  it('a keychain that refuses keeps nothing, says why, and the file stays as it was', async () => {
    const { keychain } = memoryKeychain({ kind: 'refused', reason: 'locked' });
    const { stores } = await storesWith(keychain);
    await stores.file.write('IONOS_TOKEN', 'token-in-the-file');
    expect(await stores.keep('IONOS_TOKEN', 'token-two-0123', 'keychain')).toEqual({ kept: false, problem: { kind: 'refused', reason: 'locked' } });
    expect((await first(stores, 'IONOS_TOKEN'))?.secret).toBe('token-in-the-file');
  });

  it('a keychain that forgets at once has not kept it', async () => {
    const { stores } = await storesWith(openKeychain({}, async (calls) => calls.map(() => null)));
    expect(await stores.keep('IONOS_TOKEN', 'token-one-0123', 'keychain')).toMatchObject({ kept: false, problem: { kind: 'refused' } });
    expect(await stores.keychain.probe()).toMatchObject({ kind: 'refused' });
  });

  it('everything is forgotten, a file that others may read too', async () => {
    const { keychain, kept } = memoryKeychain();
    const { stores, folder } = await storesWith(keychain);
    await stores.keep('IONOS_TOKEN', 'token-one-0123', 'keychain');
    await stores.keep('IONOS_MODEL_TOKEN', 'model-one-0123', 'file');
    await chmod(stores.file.path, 0o644);
    expect(await stores.forget()).toEqual({ removed: [{ entry: 'IONOS_TOKEN', store: 'keychain' }, { entry: 'IONOS_MODEL_TOKEN', store: 'file' }] });
    expect([kept.size, await readdir(folder)]).toEqual([0, []]);
    expect(await stores.forget()).toEqual({ removed: [] });
  });

  it('forgetting says when the keychain could not be asked, and still empties the file', async () => {
    const { keychain, asked } = memoryKeychain(SILENT);
    const { stores } = await storesWith(keychain);
    await stores.file.write('IONOS_TOKEN', 'token-in-the-file');
    expect(await stores.forget()).toEqual({ removed: [{ entry: 'IONOS_TOKEN', store: 'file' }], problem: SILENT });
    // Asked for one of two entries, and that not again.
    expect(asked.filter((each) => each.call === 'delete')).toHaveLength(2);
  });

  it('a locked keychain, which says of everything that it is not there, is not believed when it is to be emptied', async () => {
    const locked = openKeychain({}, async (calls) => calls.map((each) => {
      if (each.call === 'set') throw new KeychainError({ kind: 'refused', reason: 'locked' });
      return each.call === 'get' ? null : false;
    }));
    const { stores } = await storesWith(locked);
    expect(await stores.forget()).toEqual({ removed: [], problem: { kind: 'refused', reason: 'locked' } });
    expect(await stores.keep('IONOS_TOKEN', 'token-one-0123', 'file')).toEqual({ kept: true, problem: { kind: 'refused', reason: 'locked' } });
  });

  it('a probe leaves nothing behind', async () => {
    const { keychain, kept } = memoryKeychain();
    expect(await keychain.probe()).toBeUndefined();
    expect(kept.size).toBe(0);
  });
});

describe('the real library', () => {
  it('is left alone when it is switched off', async () => {
    await expect(askKeychain([{ call: 'get', account: 'IONOS_TOKEN' }], { IONOS_TENANTS_NO_KEYCHAIN: '1' })).rejects.toMatchObject({ problem: { kind: 'off', reason: expect.stringContaining('IONOS_TENANTS_NO_KEYCHAIN') as string } });
  });

  // Whether libsecret is there or not: without a session there is no keyring. With one: `npm run test:keyring`.
  it.runIf(process.platform === 'linux')('says that there is no keychain where no session has one', async () => {
    await expect(askKeychain([{ call: 'get', account: 'IONOS_TOKEN' }], { PATH: process.env.PATH ?? '', HOME: await temporaryFolder() })).rejects.toMatchObject({ problem: { kind: 'absent', reason: expect.stringMatching(/libsecret|D-Bus/) as string } });
  });

  it('is called what the system calls it', () => {
    expect([keychainName('linux'), keychainName('darwin'), keychainName('win32')]).toEqual(['Secret Service', 'macOS Keychain', 'Windows Credential Manager']);
  });
});
