import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Credentials } from '../engine/credentials.js';
import { readKeychain } from './keychain.js';

export interface StoredCredentials {
  credentials: Credentials;
  source: string;
}

interface IonosConfig {
  currentProfile?: string;
  profiles?: { name?: string; credentials?: { token?: string; username?: string; password?: string } }[];
}

/** Where the IONOS tools keep their configuration: they disagree, so all are looked at. Source: ionos-cloud.md section 3. */
const configFiles = (env: Readonly<Record<string, string>>): string[] => {
  const home = env.HOME ?? homedir();
  return [
    ...(env.IONOS_CONFIG_FILE === undefined ? [] : [env.IONOS_CONFIG_FILE]),
    join(home, '.ionos', 'config.yaml'),
    join(home, '.ionos', 'config'),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'ionosctl', 'config.yaml'),
    join(home, 'Library', 'Application Support', 'ionosctl', 'config.yaml'),
  ];
};

const fromConfigFile = async (env: Readonly<Record<string, string>>): Promise<StoredCredentials | undefined> => {
  for (const file of configFiles(env)) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    let config: IonosConfig;
    try {
      config = (parse(text) as IonosConfig | null) ?? {};
    } catch {
      continue;
    }
    const profile = config.profiles?.find((each) => each.name === (env.IONOS_CURRENT_PROFILE ?? config.currentProfile)) ?? config.profiles?.[0];
    const { token, username, password } = profile?.credentials ?? {};
    if (token) return { credentials: { kind: 'token', token }, source: file };
    if (username && password) return { credentials: { kind: 'password', username, password }, source: file };
  }
  return undefined;
};

/** What earlier consent or another IONOS tool has stored: ionosctl's configuration, then the keychain. */
export const readStoredCredentials = async (env: Readonly<Record<string, string>>): Promise<StoredCredentials | undefined> => {
  const fromFile = await fromConfigFile(env);
  if (fromFile) return fromFile;
  const token = await readKeychain('IONOS_TOKEN');
  return token === undefined ? undefined : { credentials: { kind: 'token', token }, source: 'keychain' };
};

export const readStoredModelToken = (): Promise<string | undefined> => readKeychain('IONOS_MODEL_TOKEN');
