import { execa } from 'execa';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { ToolInfo } from '../engine/events.js';
import { baseToolEnvironment } from '../engine/tool-environment.js';
import { isAccepted, type ToolPin } from './tools.js';

/** Where our own copy of a tool lies. */
export const cachedToolPath = (cacheDir: string, pin: ToolPin): string => join(cacheDir, 'tools', pin.name, pin.version, pin.name);

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

const versionArguments: Record<ToolPin['name'], string[]> = {
  terraform: ['version', '-json'],
  helm: ['version', '--template', '{{.Version}}'],
};

/** Asks a binary for its version, for example `1.11.4`. Undefined when it does not run or does not answer. */
export const versionOf = async (pin: ToolPin, path: string, env: Readonly<Record<string, string>>): Promise<string | undefined> => {
  const outcome = await execa(path, versionArguments[pin.name], {
    env: { ...baseToolEnvironment(env), CHECKPOINT_DISABLE: '1' },
    extendEnv: false,
    reject: false,
    timeout: 30_000,
  });
  if (outcome.exitCode !== 0) return undefined;
  if (pin.name === 'helm') return /v?(\d+\.\d+(\.\d+)?\S*)/.exec(outcome.stdout)?.[1];
  try {
    // terraform may print warnings about its own configuration before the object.
    const parsed = JSON.parse(outcome.stdout.slice(outcome.stdout.indexOf('{'))) as { terraform_version?: string };
    return parsed.terraform_version;
  } catch {
    return undefined;
  }
};

export interface Found extends ToolInfo {
  source: 'path' | 'cache';
}

export interface Search {
  found?: Found;
  /** Binaries that were looked at and refused, with their version. */
  refused: { path: string; version: string }[];
}

/** Looks for an accepted version on PATH, then in our cache. */
export const findTool = async (pin: ToolPin, env: Readonly<Record<string, string>>, cacheDir: string): Promise<Search> => {
  const refused: Search['refused'] = [];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    ...folders.map((folder) => ({ path: join(folder, pin.name), source: 'path' as const })),
    { path: cachedToolPath(cacheDir, pin), source: 'cache' as const },
  ];
  for (const { path, source } of candidates) {
    if (!(await isExecutable(path))) continue;
    const version = await versionOf(pin, path, env);
    if (version !== undefined && isAccepted(pin, version)) return { found: { path, version, source }, refused };
    refused.push({ path, version: version ?? 'unknown' });
  }
  return { refused };
};
