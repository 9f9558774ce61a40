import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePlatformPreset, parseTenantPreset, resolvePlatformPreset, resolvePreset, type PlatformPreset, type TenantPreset } from '../tenant/preset.js';
import type { PlatformSpec } from '../tenant/platform-spec.js';
import type { TenantSpec } from '../tenant/spec.js';

const read = async (packageRoot: string, kind: 'tenants' | 'platforms', name: string): Promise<{ text: string; file: string }> => {
  const file = join('presets', kind, `${name}.yaml`);
  return { text: await readFile(join(packageRoot, file), 'utf8'), file };
};

/** The tenant's preset with its overrides applied. Throws SpecProblem for an override that does not exist. */
export const loadTenantPreset = async (packageRoot: string, spec: Pick<TenantSpec, 'preset' | 'overrides'>): Promise<TenantPreset> => {
  const { text, file } = await read(packageRoot, 'tenants', spec.preset);
  return resolvePreset(parseTenantPreset(text, file), spec.overrides);
};

export const loadPlatformPreset = async (packageRoot: string, spec: Pick<PlatformSpec, 'preset' | 'overrides'>): Promise<PlatformPreset> => {
  const { text, file } = await read(packageRoot, 'platforms', spec.preset);
  return resolvePlatformPreset(parsePlatformPreset(text, file), spec.overrides);
};

export const loadPrices = (packageRoot: string): Promise<string> => readFile(join(packageRoot, 'presets', 'prices.yaml'), 'utf8');
