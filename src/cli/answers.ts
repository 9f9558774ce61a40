import { readFile } from 'node:fs/promises';
import { usageError } from '../engine/errors.js';
import { completePlatform, type PlatformSpec } from '../tenant/platform-spec.js';
import { parsePlatformName, parseTenantName } from '../tenant/name.js';
import { parsePlatformPresetName, parseTenantPresetName } from '../tenant/preset.js';
import { LOCATION_PATTERN } from '../tenant/platform-spec.js';
import { API_VERSION, ISOLATION_LEVELS, mergeDrafts, tenantFileSchema, type Isolation, type TenantDraft } from '../tenant/spec.js';
import { parseTenantFile } from '../tenant/tenant-file.js';
import { parseData } from '../tenant/yaml-file.js';

/** Flags that answer the wizard's questions. */
export interface AnswerOptions {
  file?: string;
  preset?: string;
  platform?: string;
  platformPreset?: string;
  location?: string;
  isolation?: string;
  displayName?: string;
  wordpressAdminEmail?: string;
  openwebuiAdminEmail?: string;
  models?: string;
  allow?: string;
}

const list = (text: string): string[] => text.split(',').map((each) => each.trim()).filter((each) => each !== '');

const isolationOf = (text: string): Isolation => {
  const found = ISOLATION_LEVELS.find((level) => level === text);
  if (found) return found;
  throw usageError({ code: 'isolation-unknown', what: `there is no isolation level ${text}`, why: `the levels are ${ISOLATION_LEVELS.join(', ')}`, next: ['Choose one of them with --isolation.'] });
};

/** Only what a flag gave: an absent flag must not hide what the file says. */
const given = <T extends object>(values: T): T | undefined => (Object.values(values).some((value) => value !== undefined) ? values : undefined);

const draftFromFlags = (name: string | undefined, options: AnswerOptions): TenantDraft => {
  const draft = {
    name: name === undefined ? undefined : parseTenantName(name),
    preset: options.preset === undefined ? undefined : parseTenantPresetName(options.preset),
    isolation: options.isolation === undefined ? undefined : isolationOf(options.isolation),
    displayName: options.displayName,
    access: options.allow === undefined ? undefined : { allow: list(options.allow) },
    wordpress: given({ adminEmail: options.wordpressAdminEmail }),
    openwebui: given({ adminEmail: options.openwebuiAdminEmail, models: options.models === undefined ? undefined : options.models === 'none' ? ('none' as const) : list(options.models) }),
  };
  // One schema judges flags and files alike. It wants a name; a missing one is asked for later.
  const checked = JSON.parse(JSON.stringify(draft)) as Record<string, unknown>;
  parseData({ apiVersion: API_VERSION, kind: 'Tenant', ...checked, name: draft.name ?? 'unnamed' }, 'the flags', tenantFileSchema);
  return checked;
};

const readTenantFile = async (path: string): Promise<TenantDraft> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw usageError({ code: 'file-unreadable', what: `the tenant file ${path} cannot be read`, why: error instanceof Error ? error.message : String(error), next: ['Give another file with -f, or make one with --dry-run.'] });
  }
  const { apiVersion: _apiVersion, kind: _kind, ...draft } = parseTenantFile(text, path);
  return draft;
};

/** Answers from the file, with the flags on top. Throws SpecProblem or InstallerError (exit code 2) before anything else happens. */
export const readAnswers = async (name: string | undefined, options: AnswerOptions): Promise<TenantDraft> => {
  const flags = draftFromFlags(name, options);
  if (options.file === undefined) return flags;
  const file = await readTenantFile(options.file);
  if (flags.name !== undefined && file.name !== undefined && flags.name !== file.name) {
    throw usageError({ code: 'name-differs', what: `the file ${options.file} is about ${file.name}, not about ${flags.name}`, why: 'one command onboards one tenant', next: [`Leave the name out, or give the file of ${flags.name}.`] });
  }
  return mergeDrafts(file, flags);
};

/** Throws InstallerError `location-malformed` (exit code 2). Which locations exist is only known to the API. */
export const locationOf = (text: string): string => {
  if (LOCATION_PATTERN.test(text)) return text;
  throw usageError({ code: 'location-malformed', what: `${text} is not an IONOS location`, why: 'a location looks like de/fra or de/fra/2', next: ['Choose one with --location.'] });
};

/** The platform that the flags name; it decides where a tenant goes, and what is made when it does not exist. */
export const readPlatform = (options: AnswerOptions): PlatformSpec => {
  return completePlatform({
    ...(options.platform === undefined ? {} : { name: parsePlatformName(options.platform) }),
    ...(options.platformPreset === undefined ? {} : { preset: parsePlatformPresetName(options.platformPreset) }),
    ...(options.location === undefined ? {} : { location: locationOf(options.location) }),
  });
};
