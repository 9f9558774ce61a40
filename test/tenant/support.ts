import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { SpecProblem, parsePlatformPreset, parsePrices, parseTenantPreset } from '../../src/tenant/index.js';
import type { PlatformPreset, PlatformPresetName, Prices, QuestionContext, TenantPreset, TenantPresetName } from '../../src/tenant/index.js';

export const root = new URL('../../', import.meta.url);

export const readText = (path: string): string => readFileSync(new URL(path, root), 'utf8');

export const tenantPreset = (name: TenantPresetName): TenantPreset => parseTenantPreset(readText(`presets/tenants/${name}.yaml`), `${name}.yaml`);

export const platformPreset = (name: PlatformPresetName): PlatformPreset =>
  parsePlatformPreset(readText(`presets/platforms/${name}.yaml`), `${name}.yaml`);

export const prices = (): Prices => parsePrices(readText('presets/prices.yaml'), 'prices.yaml');

/** What a shared tenant without domains is sized by. */
export const shared = { isolation: 'namespace', wordpress: { domain: null }, openwebui: { domain: null, models: ['openai/gpt-oss-120b'] } } as {
  isolation: 'namespace' | 'node-pool' | 'cluster';
  wordpress: { domain: string | null };
  openwebui: { domain: string | null; models: string[] | 'none' };
};

/** Runs it and returns the SpecProblem that it has to throw. */
export const problemOf = (run: () => unknown): SpecProblem => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SpecProblem);
    return error as SpecProblem;
  }
  throw new Error('nothing was refused');
};

export const questionContext = (changes: Partial<QuestionContext> = {}): QuestionContext => ({
  answers: {},
  hasCredentials: true,
  hasModelToken: false,
  platforms: [],
  takenNames: [],
  tenantPresets: { small: tenantPreset('small'), medium: tenantPreset('medium'), large: tenantPreset('large') },
  newPlatformPreset: platformPreset('starter'),
  prices: prices(),
  ...changes,
});
