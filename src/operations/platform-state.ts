import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { InstallerError } from '../engine/errors.js';
import { createOnce, orUndefined, SYSTEM_NAMESPACE, type Cluster } from '../cluster/client.js';
import { ensureNamespace } from '../cluster/namespaces.js';
import type { RunContext } from './context.js';

/** The platform's terraform state: a local file, because there is no cluster before it. A copy goes into the cluster after each apply. */
export const platformStatePath = (context: RunContext, platform: string): string => join(context.paths.state, 'platforms', platform, 'terraform.tfstate');

/** A half-made platform can only be finished from its terraform state; without it, a second one would be made beside it. */
export const requirePlatformState = async (context: RunContext, platform: string): Promise<void> => {
  const path = platformStatePath(context, platform);
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) return;
  throw new InstallerError({
    code: 'platform-unfinished',
    what: `platform ${platform} is being made, or was left half made, from another machine`,
    why: `its cluster exists without working nodes, and its terraform state (${path}) is not here`,
    next: [
      'Wait for the other operator, or finish it on the machine where it was begun.',
      `If that machine is lost, remove what it has made, which works from here too: ${context.command(`platform delete --platform ${platform}`)}`,
      'Nothing was changed.',
    ],
  });
};

const secretName = (platform: string): string => `platform-${platform}-terraform-state`;
const serialOf = (state: string): number => (JSON.parse(state) as { serial?: number }).serial ?? 0;

/** Copies the local state into the cluster. terraform's state of our stacks holds no secret; a Secret is the place with the narrowest readers. */
export const savePlatformState = async (context: RunContext, cluster: Cluster, platform: string): Promise<void> => {
  const state = await readFile(platformStatePath(context, platform), 'utf8').catch(() => undefined);
  if (state === undefined) return;
  await ensureNamespace(cluster, SYSTEM_NAMESPACE);
  const name = secretName(platform);
  const body = {
    metadata: { name, namespace: SYSTEM_NAMESPACE, labels: { 'app.kubernetes.io/part-of': 'ionos-tenants', 'ionos-tenants.io/platform': platform } },
    data: { 'terraform.tfstate.gz': gzipSync(state).toString('base64'), sha256: Buffer.from(createHash('sha256').update(state).digest('hex')).toString('base64') },
  };
  if (await createOnce(cluster.core.createNamespacedSecret({ namespace: SYSTEM_NAMESPACE, body }))) return;
  const present = await cluster.core.readNamespacedSecret({ name, namespace: SYSTEM_NAMESPACE });
  const copy = present.data?.['terraform.tfstate.gz'];
  // Another laptop's newer state must not be lost to an older one; equal states need not be written.
  if (present.data?.sha256 === body.data.sha256 || (copy !== undefined && serialOf(gunzipSync(Buffer.from(copy, 'base64')).toString()) > serialOf(state))) return;
  await cluster.core.replaceNamespacedSecret({ name, namespace: SYSTEM_NAMESPACE, body: { ...present, data: body.data } });
};

/** Takes the cluster's copy where it is newer than the local file: another laptop worked on this platform. */
export const fetchPlatformState = async (context: RunContext, cluster: Cluster, platform: string): Promise<boolean> => {
  const secret = await orUndefined(cluster.core.readNamespacedSecret({ name: secretName(platform), namespace: SYSTEM_NAMESPACE }));
  const encoded = secret?.data?.['terraform.tfstate.gz'];
  if (encoded === undefined) return false;
  const copy = gunzipSync(Buffer.from(encoded, 'base64')).toString();
  const path = platformStatePath(context, platform);
  const local = await readFile(path, 'utf8').catch(() => undefined);
  if (local !== undefined && serialOf(local) >= serialOf(copy)) return false;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, copy, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return true;
};
