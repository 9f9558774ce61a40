import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readIonosConfig } from '../../src/credentials/ionos-config.js';
import { temporaryFolder } from '../support/folder.js';

/** As ionosctl writes it, shortened. */
const CONFIG = `version: 1.0
currentProfile: work
profiles:
  - name: private
    environment: prod
    credentials:
      token: token-of-private
  - name: work
    environment: staging
    credentials:
      token: token-of-work
      username: me@acme.example
      password: a-password
      s3AccessKey: s3-access
      s3SecretKey: s3-secret
environments:
  - name: prod
    products:
      - name: dns
        endpoints:
          - name: https://dns.de-fra.ionos.com
            skipTlsVerify: false
      - name: cloud
        endpoints:
          - name: https://api.ionos.com
            skipTlsVerify: false
  - name: staging
    certificateAuthData: ""
    products:
      - name: cloud
        endpoints:
          - name: https://staging.acme.example
            skipTlsVerify: false
`;

const home = async (files: Record<string, string>): Promise<string> => {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
};

describe('the configuration of ionosctl', () => {
  it.each(['.config/ionosctl/config.yaml', '.ionos/config', '.ionos/config.yaml', 'Library/Application Support/ionosctl/config.yaml'])('is found at ~/%s', async (path) => {
    const HOME = await home({ [path]: CONFIG });
    expect(await readIonosConfig({ HOME })).toEqual({
      found: { credentials: { kind: 'token', token: 'token-of-work' }, source: join(HOME, path), profile: 'work', apiUrl: 'https://staging.acme.example' },
      problems: [],
    });
  });

  it('is found where XDG_CONFIG_HOME, APPDATA or IONOS_CONFIG_FILE say; a named file is the only one', async () => {
    const HOME = await home({ 'xdg/ionosctl/config.yaml': CONFIG, 'AppData/ionosctl/config.yaml': CONFIG, 'other.yaml': CONFIG.replace('token-of-work', 'token-of-other'), '.ionos/config': CONFIG });
    const nowhere = join(HOME, 'nowhere');
    expect((await readIonosConfig({ HOME: nowhere, XDG_CONFIG_HOME: join(HOME, 'xdg') })).found?.source).toBe(join(HOME, 'xdg/ionosctl/config.yaml'));
    expect((await readIonosConfig({ HOME: nowhere, APPDATA: join(HOME, 'AppData') })).found?.source).toBe(join(HOME, 'AppData/ionosctl/config.yaml'));
    expect((await readIonosConfig({ HOME, IONOS_CONFIG_FILE: join(HOME, 'other.yaml') })).found?.credentials).toEqual({ kind: 'token', token: 'token-of-other' });
    const { found, problems } = await readIonosConfig({ HOME, IONOS_CONFIG_FILE: join(HOME, 'gone.yaml') });
    expect(found).toBeUndefined();
    expect(problems).toEqual([`${join(HOME, 'gone.yaml')} cannot be read (ENOENT)`]);
  });

  it('IONOS_CURRENT_PROFILE chooses another profile, in any case, with the API of its environment', async () => {
    const HOME = await home({ '.ionos/config': CONFIG });
    expect((await readIonosConfig({ HOME, IONOS_CURRENT_PROFILE: 'Private' })).found).toMatchObject({ credentials: { token: 'token-of-private' }, apiUrl: 'https://api.ionos.com' });
  });

  it('a profile without a token gives its username and password', async () => {
    const HOME = await home({ '.ionos/config': CONFIG.replace('      token: token-of-work\n', '') });
    expect((await readIonosConfig({ HOME })).found?.credentials).toEqual({ kind: 'password', username: 'me@acme.example', password: 'a-password' });
  });

  it('nothing is nothing: no file, an empty one, one of endpoints only', async () => {
    for (const files of [{}, { '.ionos/config': '' }, { '.ionos/config': '# nothing yet\n' }, { '.ionos/config': CONFIG.replace(/profiles:[^]*environments:/, 'environments:') }]) {
      expect(await readIonosConfig({ HOME: await home(files) })).toEqual({ problems: [] });
    }
  });

  it.each([
    ['malformed YAML', `${CONFIG}\n\t- {`, /not a configuration of ionosctl/],
    ['something else', 'profiles: token-of-work', /not a configuration of ionosctl/],
    ['no current profile', CONFIG.replace('currentProfile: work\n', ''), /no currentProfile.*private, work.*IONOS_CURRENT_PROFILE/],
    ['a current profile that is not there', CONFIG.replace('currentProfile: work', 'currentProfile: gone'), /no profile gone; it has private, work/],
    ['a profile without credentials', CONFIG.replace(/ {6}token: token-of-work[^]*?environments:/, 'environments:'), /profile work .* neither a token nor/],
  ])('%s is told, without any token, and the next file is looked at', async (_what, text, told) => {
    const HOME = await home({ '.ionos/config': text, '.config/ionosctl/config.yaml': CONFIG });
    const { found, problems } = await readIonosConfig({ HOME });
    expect(found?.source).toBe(join(HOME, '.config/ionosctl/config.yaml'));
    expect(problems).toEqual([expect.stringMatching(told)]);
    expect(problems.join()).not.toMatch(/token-of|a-password|s3-/);
  });
});
