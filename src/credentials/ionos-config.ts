import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Credentials } from '../engine/credentials.js';

/** What a configuration of the IONOS tools gives. */
export interface IonosConfig {
  credentials: Credentials;
  /** The file. */
  source: string;
  profile: string;
  /** The Cloud API that the profile's environment names, where it names one. */
  apiUrl?: string;
}

/** As ionosctl, the provider and the SDKs share it. Keys that are not ours to judge are left alone. */
const schema = z.object({
  currentProfile: z.string().nullish(),
  profiles: z
    .array(z.object({ name: z.string(), environment: z.string().nullish(), credentials: z.object({ token: z.string().nullish(), username: z.string().nullish(), password: z.string().nullish() }).nullish() }))
    .nullish(),
  environments: z.array(z.object({ name: z.string(), products: z.array(z.object({ name: z.string(), endpoints: z.array(z.object({ name: z.string().nullish() })).nullish() })).nullish() })).nullish(),
});

type Config = z.infer<typeof schema>;

/** The file that was named; else where the IONOS tools keep their configuration: they disagree, so all are looked at. */
const configFiles = (env: Readonly<Record<string, string>>): string[] => {
  if (env.IONOS_CONFIG_FILE) return [env.IONOS_CONFIG_FILE];
  const home = env.HOME ?? homedir();
  return [
    join(home, '.ionos', 'config.yaml'),
    join(home, '.ionos', 'config'),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'ionosctl', 'config.yaml'),
    join(home, 'Library', 'Application Support', 'ionosctl', 'config.yaml'),
    ...(env.APPDATA === undefined ? [] : [join(env.APPDATA, 'ionosctl', 'config.yaml')]),
  ];
};

const same = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

const parseConfig = (text: string): Config | undefined => {
  try {
    // An empty file, or one of comments only, configures nothing.
    return schema.parse((parse(text) as unknown) ?? {});
  } catch {
    // Not quoted: the line that is wrong may hold a token.
    return undefined;
  }
};

/** The credentials of the current profile, or why there are none. Names are compared as the other tools do: without case. */
const fromConfig = (config: Config, file: string, env: Readonly<Record<string, string>>): IonosConfig | { problem: string } | undefined => {
  const profiles = config.profiles ?? [];
  if (profiles.length === 0) return undefined;
  const wanted = env.IONOS_CURRENT_PROFILE || config.currentProfile;
  const known = profiles.map(({ name }) => name).join(', ');
  if (!wanted) return { problem: `${file} has no currentProfile, so none of its profiles (${known}) is used; IONOS_CURRENT_PROFILE chooses one` };
  const profile = profiles.find(({ name }) => same(name, wanted));
  if (!profile) return { problem: `${file} has no profile ${wanted}; it has ${known}` };
  const { token, username, password } = profile.credentials ?? {};
  const credentials: Credentials | undefined = token ? { kind: 'token', token } : username && password ? { kind: 'password', username, password } : undefined;
  if (!credentials) return { problem: `the profile ${profile.name} in ${file} has neither a token nor a username with a password` };
  const environments = (config.environments ?? []).filter(({ name }) => !profile.environment || same(name, profile.environment));
  const apiUrl = environments.flatMap(({ products }) => products ?? []).find(({ name }) => same(name, 'cloud'))?.endpoints?.[0]?.name;
  return { credentials, source: file, profile: profile.name, ...(apiUrl ? { apiUrl } : {}) };
};

/** Reads the first configuration that has credentials. `problems` are sentences about files that are there and were of no use. */
export const readIonosConfig = async (env: Readonly<Record<string, string>>): Promise<{ found?: IonosConfig; problems: string[] }> => {
  const problems: string[] = [];
  for (const file of configFiles(env)) {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // Only a file that somebody named has to be there.
      if (file === env.IONOS_CONFIG_FILE || !['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) problems.push(`${file} cannot be read (${code})`);
      continue;
    }
    const config = parseConfig(text);
    if (!config) {
      problems.push(`${file} is not a configuration of ionosctl: its YAML is malformed, or its profiles are not a list of names and credentials`);
      continue;
    }
    const found = fromConfig(config, file, env);
    if (found && 'credentials' in found) return { found, problems };
    if (found) problems.push(found.problem);
  }
  return { problems };
};
