/** The words to choose from, without anything that reads them: the command line's help needs no more. */

export const TENANT_PRESETS = ['small', 'medium', 'large'] as const;
export const PLATFORM_PRESETS = ['starter', 'production'] as const;
export const ISOLATION_LEVELS = ['namespace', 'node-pool', 'cluster'] as const;
