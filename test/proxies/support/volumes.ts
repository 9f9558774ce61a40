import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { find } from '../../charts/rendering.js';
import type { Container, Manifest, PodSpec } from '../../charts/rendering.js';

export interface Stores {
  /** Contents of Secrets, by the Secret's name. */
  secrets?: Record<string, Record<string, string>>;
  /** Folders that stand for volumes, by the claim's name: they outlive the pod. */
  claims?: Record<string, string>;
}

// Each kind of volume has its own shape.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Volume = any;

const writeAll = async (folder: string, files: Record<string, string>, mode: number, group: number): Promise<void> => {
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await chown(join(folder, name), 0, group);
    await chmod(join(folder, name), mode);
  }
};

const contentOf = (volume: Volume, manifests: readonly Manifest[], stores: Stores): Record<string, string> => {
  if (volume.configMap !== undefined) return find(manifests, 'ConfigMap', volume.configMap.name).data ?? {};
  if (volume.secret === undefined) return {};
  const { secretName, items, optional } = volume.secret as { secretName: string; items?: { key: string; path: string }[]; optional?: boolean };
  const secret = stores.secrets?.[secretName];
  if (secret === undefined && optional !== true) throw new Error(`the pod would wait for ever for the Secret ${secretName}`);
  return items === undefined ? (secret ?? {}) : Object.fromEntries(items.map(({ key, path }) => [path, secret?.[key] ?? '']));
};

/** Lays the pod's volumes out as the kubelet does. Returns their folders by name. */
export const layOutVolumes = async (folder: string, pod: PodSpec, manifests: readonly Manifest[], stores: Stores): Promise<Record<string, string>> => {
  const group = Number(pod.securityContext?.['fsGroup'] ?? 0);
  const folders: Record<string, string> = {};
  for (const volume of (pod.volumes ?? []) as Volume[]) {
    const claim = volume.persistentVolumeClaim?.claimName as string | undefined;
    const path = claim === undefined ? join(folder, 'volumes', volume.name) : stores.claims?.[claim];
    if (path === undefined) throw new Error(`no volume for the claim ${claim}`);
    await mkdir(path, { recursive: true });
    await writeAll(path, contentOf(volume, manifests, stores), volume.secret?.defaultMode ?? 0o644, group);
    const writable = volume.emptyDir !== undefined || claim !== undefined;
    await chown(path, 0, group);
    await chmod(path, writable ? 0o2777 : 0o755);
    folders[volume.name as string] = path;
  }
  return folders;
};

/** One line for each mount of a container, as container.sh reads it. */
export const mountLines = ({ volumeMounts = [] }: Container, volumes: Record<string, string>): string[] =>
  volumeMounts.map(({ name, mountPath, subPath, readOnly }) => `${join(volumes[name] as string, subPath ?? '')} ${mountPath} ${readOnly === true ? 'ro' : 'rw'}`);
