import { InstallerError, usageError } from '../engine/errors.js';
import type { ToolInfo } from '../engine/events.js';
import { baseToolEnvironment, pick } from '../engine/tool-environment.js';
import { downloadTool, type Progress } from './download.js';
import { cachedToolPath, findTool, versionOf, type Search } from './find.js';
import { goInstallHelm } from './go-install.js';
import { acceptedRange } from './survey.js';
import { isAccepted, type ToolPin } from './tools.js';

/** Variables that decide how a missing tool is installed. */
const INSTALLING = ['GOPROXY', 'GOPATH', 'GOCACHE', 'GOSUMDB', 'GOFLAGS', 'IONOS_TENANTS_NO_INSTALL', 'IONOS_TENANTS_TERRAFORM_MIRROR', 'IONOS_TENANTS_HELM_MIRROR'];

export interface EnsureOptions {
  /** May be the whole environment: only what a tool and its installation need is passed on. */
  env: Readonly<Record<string, string>>;
  cacheDir: string;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

const cannotBeHad = (pin: ToolPin, search: Search, reasons: string[]): InstallerError => {
  const refused = search.refused.map((each) => `${each.path} is ${each.version}`);
  return new InstallerError({
    code: refused.length > 0 ? 'tool-version' : 'tool-missing',
    what: refused.length > 0 ? `the ${pin.name} on this machine cannot be used (${refused.join('; ')})` : `${pin.name} is not on this machine`,
    why: `ionos-tenants needs ${acceptedRange(pin)}, and could not install ${pin.version} itself: ${reasons.join('; ')}`,
    next: [`Install ${pin.name} ${pin.version} and put it on PATH, then run the same command again.`],
  });
};

/** All of these tools. Where several cannot be had, one error names them all: they are then brought in one go. */
export const ensureTools = async <const Pins extends readonly ToolPin[]>(pins: Pins, options: EnsureOptions): Promise<{ [Each in keyof Pins]: ToolInfo }> => {
  const outcomes = await Promise.allSettled(pins.map((pin) => ensureTool(pin, options)));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  const known = failures.filter((failure): failure is InstallerError => failure instanceof InstallerError);
  if (known.length > 1 && known.length === failures.length) {
    throw new InstallerError({ code: known[0]?.code ?? 'tool-missing', what: known.map(({ what }) => what).join(', and '), why: known.map(({ why }) => why).join('; '), next: known.flatMap(({ next }) => next), exitCode: known[0]?.exitCode });
  }
  if (failures.length > 0) throw failures[0];
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<ToolInfo>).value) as { [Each in keyof Pins]: ToolInfo };
};

/**
 * Finds a tool (PATH, then our cache), else installs the pinned release into our cache: the verified official download,
 * else, for helm and where Go is there, a build. Running the command is the consent; nothing is written outside the cache.
 */
export const ensureTool = async (pin: ToolPin, given: EnsureOptions): Promise<ToolInfo> => {
  const options = { ...given, env: { ...baseToolEnvironment(given.env), ...pick(given.env, INSTALLING) } };
  const search = await findTool(pin, options.env, options.cacheDir);
  if (search.found) return { version: search.found.version, path: search.found.path };
  if (options.env.IONOS_TENANTS_NO_INSTALL === '1') throw cannotBeHad(pin, search, ['installing is switched off by IONOS_TENANTS_NO_INSTALL']);
  const reasons: string[] = [];
  const base = options.env[`IONOS_TENANTS_${pin.name.toUpperCase()}_MIRROR`];
  try {
    options.progress(`downloading ${pin.name} ${pin.version}`);
    await downloadTool(pin, { ...options, base });
  } catch (error) {
    if (error instanceof InstallerError) throw error;
    if (options.signal?.aborted) throw options.signal.reason;
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    reasons.push(`the official download failed (${error instanceof Error ? error.message : String(error)}${cause})`);
    if (pin.name !== 'helm') throw cannotBeHad(pin, search, reasons);
    try {
      options.progress(`building helm ${pin.version} with Go`);
      await goInstallHelm(pin, options);
    } catch (buildError) {
      if (options.signal?.aborted) throw options.signal.reason;
      const missing = (buildError as NodeJS.ErrnoException).code === 'ENOENT';
      reasons.push(missing ? 'and Go is not there to build it' : `building it with Go failed (${buildError instanceof Error ? buildError.message : String(buildError)})`);
      throw cannotBeHad(pin, search, reasons);
    }
  }
  const path = cachedToolPath(options.cacheDir, pin);
  const version = await versionOf(pin, path, options.env);
  if (version === undefined || !isAccepted(pin, version)) {
    throw usageError({ code: 'tool-broken', what: `the installed ${pin.name} does not run`, why: `${path} answers version ${version ?? 'nothing'}`, next: [`Remove ${path} and run the same command again.`] });
  }
  return { version, path };
};
