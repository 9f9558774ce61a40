import envPaths from 'env-paths';
import { join } from 'node:path';

/** Where this program keeps things. All folders are made 0700 by whoever writes first. */
export interface Paths {
  /** Run folders, platform state, logs: what must survive. */
  state: string;
  logs: string;
  /** terraform, helm, provider plugins: what may be thrown away. */
  cache: string;
  config: string;
}

/**
 * Follows the XDG directories (and their counterparts on macOS and Windows).
 * IONOS_TENANTS_STATE_DIR, IONOS_TENANTS_CACHE_DIR and IONOS_TENANTS_CONFIG_DIR override them.
 */
export const pathsFrom = (env: Readonly<Record<string, string | undefined>>): Paths => {
  const base = envPaths('ionos-tenants', { suffix: '' });
  const state = env.IONOS_TENANTS_STATE_DIR ?? base.log;
  return {
    state,
    logs: join(state, 'logs'),
    cache: env.IONOS_TENANTS_CACHE_DIR ?? base.cache,
    config: env.IONOS_TENANTS_CONFIG_DIR ?? base.config,
  };
};
