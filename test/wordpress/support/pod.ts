import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { container, find, render } from '../../charts/rendering.js';
import type { Container, Manifest, Values } from '../../charts/rendering.js';

/** Keys of the tenant's Secret, as the chart's README lists them. */
const SECRETS = ['database-root-password', 'database-password', 'admin-password', 'mcp-token', ...['key', 'salt'].flatMap((kind) => ['auth', 'secure-auth', 'logged-in', 'nonce'].map((name) => `${name}-${kind}`))];

export const newSecrets = (): Record<string, string> => Object.fromEntries(SECRETS.map((key) => [key, randomBytes(24).toString('hex')]));

/** The rendered chart, with its ConfigMaps laid out as files and the environment that each container gets. */
export interface Pod {
  deployment: Manifest;
  /** Values of all variables of a container, as the kubelet makes them. */
  envOf(name: string): Record<string, string>;
}

/** The kubelet's rule for `$(NAME)` and `$$` in a value. */
const expand = (value: string, known: Record<string, string>): string => value.replace(/\$\$|\$\(([\w.-]+)\)/g, (text, name?: string) => (name === undefined ? '$' : (known[name] ?? text)));

const environment = ({ env = [] }: Container, secrets: Record<string, string>): Record<string, string> => {
  const known: Record<string, string> = {};
  for (const { name, value, valueFrom } of env) {
    const key = valueFrom?.secretKeyRef?.key;
    if (key !== undefined && secrets[key] === undefined) throw new Error(`${name} wants the key ${key}, which the Secret does not have`);
    known[name] = key === undefined ? expand(value ?? '', known) : (secrets[key] as string);
  }
  return known;
};

/** Writes a ConfigMap as the kubelet mounts it. */
const layOut = async (manifest: Manifest, folder: string): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(manifest.data ?? {})) await writeFile(join(folder, name), text);
};

/** Renders the chart with these values and lays its files out under `folder`: `tenant`, `mu-plugins`, `apache` and `php`. */
export const layOutPod = async (folder: string, values: Values, secrets: Record<string, string>): Promise<Pod> => {
  const manifests = await render('wordpress', values);
  for (const [name, place] of [['wordpress-bootstrap', 'tenant'], ['wordpress-mu-plugins', 'mu-plugins'], ['wordpress-apache', 'apache']] as const) {
    await layOut(find(manifests, 'ConfigMap', name), join(folder, place));
  }
  await mkdir(join(folder, 'php'), { recursive: true });
  await cp(join(folder, 'apache', 'tenant.ini'), join(folder, 'php', 'zz-tenant.ini'));
  await chmod(folder, 0o755);
  const deployment = find(manifests, 'Deployment', 'wordpress');
  return { deployment, envOf: (name) => environment(container(deployment, name), secrets) };
};
