import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { cleanEnvironment, runTool } from './tool.js';
import type { ToolResult } from './tool.js';

export type HelmVersion = '4.3.1' | '3.22.0';
export const HELM_VERSIONS: readonly HelmVersion[] = ['4.3.1', '3.22.0'];

/** The helm of this version in the installer's cache. @throws Error when it is not there */
export const helmPath = (version: HelmVersion): string => {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const path = join(cache, 'ionos-tenants', 'tools', 'helm', version, 'helm');
  if (!existsSync(path)) throw new Error(`helm ${version} is not installed: ${path}`);
  return path;
};

export interface Helm {
  version: HelmVersion;
  /** Runs helm with these arguments against the cluster. */
  (...args: string[]): Promise<ToolResult>;
  /** What the flags are called that make helm 4 write as helm 3 does. */
  clientSide: string[];
}

/** A helm without repositories, plugins or configuration of this machine. */
export const helmFor = (version: HelmVersion, kubeconfig: string, home: string): Helm => {
  const path = helmPath(version);
  const env = cleanEnvironment({
    KUBECONFIG: kubeconfig,
    HELM_CACHE_HOME: join(home, 'helm-cache'),
    HELM_CONFIG_HOME: join(home, 'helm-config'),
    HELM_DATA_HOME: join(home, 'helm-data'),
  });
  const run = (...args: string[]): Promise<ToolResult> => runTool(path, args, { env });
  return Object.assign(run, { version, clientSide: version.startsWith('4') ? ['--server-side=false'] : [] });
};
