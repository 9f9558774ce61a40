import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A tool that scripts/test-tools.mjs builds. @throws Error when it is not there: a missing tool fails the test, it never skips it */
export const toolPath = (name: string, version: string): string => {
  const cache = process.env['IONOS_TENANTS_CACHE_DIR'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ionos-tenants');
  const path = join(cache, 'tools', name, version, name);
  if (!existsSync(path)) throw new Error(`${name} ${version} is not installed; run node scripts/test-tools.mjs (looked at ${path})`);
  return path;
};
