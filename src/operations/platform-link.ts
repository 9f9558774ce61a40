import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Paths } from '../engine/paths.js';
import { usesCloud, type AddressSource } from '../tenant/address-source.js';

/**
 * How this machine reaches an adopted platform: the operator's own kubeconfig, by path. What the platform is, is recorded in the
 * cluster; the address source is repeated here, because it decides offline whether an IONOS account is needed.
 */
export interface PlatformLink {
  kubeconfig: string;
  context: string;
  addresses: AddressSource;
}

const linkPath = (paths: Pick<Paths, 'state'>, platform: string): string => join(paths.state, 'platforms', platform, 'adopted.json');

/** Undefined when this machine has not adopted a platform of this name. */
export const readLink = async (paths: Pick<Paths, 'state'>, platform: string): Promise<PlatformLink | undefined> => {
  const text = await readFile(linkPath(paths, platform), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as PlatformLink);
};

/** Whether tenants of this platform own nothing in IONOS Cloud, as far as this machine knows. */
export const isTrial = async (paths: Pick<Paths, 'state'>, platform: string): Promise<boolean> => {
  const link = await readLink(paths, platform);
  return link !== undefined && !usesCloud(link.addresses);
};

export const writeLink = async (paths: Pick<Paths, 'state'>, platform: string, link: PlatformLink): Promise<void> => {
  const path = linkPath(paths, platform);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(link, null, 1), { mode: 0o600 });
  await rename(`${path}.new`, path);
};
