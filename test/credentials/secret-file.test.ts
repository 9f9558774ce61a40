import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSecretFile } from '../../src/credentials/secret-file.js';
import { temporaryFolder } from '../support/folder.js';

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe('the file that keeps tokens where there is no keychain', () => {
  it('is made readable by its user only, in a folder of its own, and nothing is left beside it', async () => {
    const folder = join(await temporaryFolder(), 'new', 'ionos-tenants');
    const umask = process.umask(0);
    const file = openSecretFile(folder);
    await file.write('IONOS_TOKEN', 'token-0123456789').finally(() => process.umask(umask));
    expect(await modeOf(file.path)).toBe('600');
    expect(await modeOf(folder)).toBe('700');
    expect(await readdir(folder)).toEqual(['credentials.json']);
    expect(await file.read('IONOS_TOKEN')).toBe('token-0123456789');
    expect(await file.read('IONOS_MODEL_TOKEN')).toBeUndefined();
  });

  it('keeps two tokens apart, and goes with the last of them', async () => {
    const folder = await temporaryFolder();
    const file = openSecretFile(folder);
    await file.write('IONOS_TOKEN', 'token-0123456789');
    await file.write('IONOS_MODEL_TOKEN', 'model-0123456789');
    expect(await file.remove('IONOS_TOKEN')).toBe(true);
    expect(await file.read('IONOS_MODEL_TOKEN')).toBe('model-0123456789');
    expect(await file.remove('IONOS_TOKEN')).toBe(false);
    expect(await file.remove('IONOS_MODEL_TOKEN')).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([0o644, 0o640, 0o604])('is refused with the command to type when others may read it (%o)', async (mode) => {
    const file = openSecretFile(await temporaryFolder());
    await file.write('IONOS_TOKEN', 'token-0123456789');
    await chmod(file.path, mode);
    await expect(file.read('IONOS_TOKEN')).rejects.toMatchObject({ code: 'credentials-file', exitCode: 4, next: expect.arrayContaining([`chmod 600 ${file.path}`]) as string[] });
    await expect(file.write('IONOS_MODEL_TOKEN', 'model-0123456789')).rejects.toMatchObject({ code: 'credentials-file' });
    // To be rid of it must always be possible.
    expect(await file.remove('IONOS_TOKEN')).toBe(true);
  });

  it('is refused when others could replace it, with a command that survives a space', async () => {
    const folder = join(await temporaryFolder(), 'my files');
    const file = openSecretFile(folder);
    await file.write('IONOS_TOKEN', 'token-0123456789');
    await chmod(folder, 0o770);
    await expect(file.read('IONOS_TOKEN')).rejects.toMatchObject({ next: [`chmod 700 '${folder}'`] });
  });

  it('is not believed when it is something else, and says so without its content', async () => {
    const file = openSecretFile(await temporaryFolder());
    for (const text of ['{"IONOS_TOKEN": "token-0123456789"', '[1]', '{"IONOS_TOKEN": 5}']) {
      await writeFile(file.path, text, { mode: 0o600 });
      const error = await file.read('IONOS_TOKEN').catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'credentials-file', next: [`rm ${file.path}`] });
      expect(JSON.stringify(error)).not.toContain('0123456789');
    }
  });

  it('is written in place of a link, never through it', async () => {
    const folder = await temporaryFolder();
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(join(folder, 'config'), { mode: 0o700 });
    await writeFile(elsewhere, '{}', { mode: 0o600 });
    const file = openSecretFile(join(folder, 'config'));
    await symlink(elsewhere, file.path);
    await file.write('IONOS_TOKEN', 'token-0123456789');
    expect(await readFile(elsewhere, 'utf8')).toBe('{}');
    expect(await file.read('IONOS_TOKEN')).toBe('token-0123456789');
  });
});
