import * as z from 'zod';
import { PLATFORM_PRESETS } from './choices.js';
import { nameField } from './fields.js';
import { API_VERSION, overridesField } from './spec.js';
import type { OverrideValue } from './spec.js';

export { PLATFORM_PRESETS };
export type PlatformPresetName = (typeof PLATFORM_PRESETS)[number];

/** `name` is what the wizard offers when there is no platform yet. */
export const PLATFORM_DEFAULTS = { name: 'main', location: 'de/fra', preset: 'starter', k8sVersion: 'default' } as const;

/** Which locations exist is read from the API; only the form is fixed (`de/fra`, `de/fra/2`). */
export const LOCATION_PATTERN = /^[a-z]{2}\/[a-z]{3}(?:\/[1-9])?$/;

/** `default` takes the API's default version; `1.33` its newest patch; `1.33.4` exactly that. */
export const K8S_VERSION_PATTERN = /^(?:default|1\.\d{1,2}(?:\.\d{1,2})?)$/;

/** A platform's file as a person writes it. Unknown keys are refused. */
export const platformFileSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION).meta({ description: 'Version of this file format' }),
  kind: z.literal('Platform'),
  name: nameField('platform').meta({ description: 'Name of the platform; never changes' }),
  location: z
    .string()
    .regex(LOCATION_PATTERN, { error: 'a location looks like de/fra or de/fra/2' })
    .meta({ description: 'IONOS Cloud location; never changes', default: PLATFORM_DEFAULTS.location })
    .optional(),
  preset: z.enum(PLATFORM_PRESETS).meta({ description: 'Size, see presets/platforms', default: PLATFORM_DEFAULTS.preset }).optional(),
  k8sVersion: z
    .string()
    .regex(K8S_VERSION_PATTERN, { error: 'a version is the word default, or looks like "1.33" or "1.33.4"' })
    .meta({ description: 'Kubernetes version; default: the default of the API', default: PLATFORM_DEFAULTS.k8sVersion })
    .optional(),
  overrides: overridesField.optional(),
});

export type PlatformFile = z.output<typeof platformFileSchema>;
export type PlatformDraft = Partial<Omit<PlatformFile, 'apiVersion' | 'kind'>>;

/** Everything that is known about a platform; node count and sizes are in the preset and its overrides (`nodes.count`). */
export interface PlatformSpec {
  apiVersion: typeof API_VERSION;
  kind: 'Platform';
  name: string;
  location: string;
  preset: PlatformPresetName;
  k8sVersion: string;
  overrides: Record<string, OverrideValue>;
}

/** Fills every default. Never throws: a platform has a default for everything. */
export const completePlatform = (draft: PlatformDraft): PlatformSpec => ({
  apiVersion: API_VERSION,
  kind: 'Platform',
  name: draft.name ?? PLATFORM_DEFAULTS.name,
  location: draft.location ?? PLATFORM_DEFAULTS.location,
  preset: draft.preset ?? PLATFORM_DEFAULTS.preset,
  k8sVersion: draft.k8sVersion ?? PLATFORM_DEFAULTS.k8sVersion,
  overrides: { ...draft.overrides },
});
