import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from '../../src/cluster/client.js';
import type { Place } from './canaries.js';
import { KINDS } from './cli.js';

interface Loose {
  kind?: string;
  type?: string;
  data?: unknown;
  stringData?: unknown;
}

/** Without the values of the Secrets that are the right place for secrets. helm's releases and terraform's states are Secrets too, but not a right place. */
const withoutSecretValues = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecretValues);
  if (value === null || typeof value !== 'object') return value;
  const { kind, type, data: _data, stringData: _stringData, ...rest } = value as Loose & Record<string, unknown>;
  const { labels, name = '' } = (rest['metadata'] ?? {}) as { labels?: Record<string, string>; name?: string };
  const isVault = kind === 'Secret' && (type ?? 'Opaque') === 'Opaque' && labels?.['tfstate'] === undefined && !name.endsWith('-terraform-state');
  return Object.fromEntries(Object.entries(isVault ? { kind, type, ...rest } : value).map(([key, inner]) => [key, withoutSecretValues(inner)]));
};

/** Every file below a folder; symbolic links are not followed. The sandbox's own memory without its Secrets: it is the cluster. */
export const filePlaces = async (folder: string): Promise<Place[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const places: Place[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = `file ${path.slice(folder.length + 1)}`;
    if (!(await lstat(path).catch(() => undefined))?.isFile()) continue;
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    if (!/sandbox\/state\.json(\.new)?$/.test(path)) places.push({ name, content });
    else if (path.endsWith('.json')) places.push({ name, content: JSON.stringify(withoutSecretValues(JSON.parse(content.toString()))) });
  }
  return places;
};

/** Every object of the cluster. */
export const clusterPlaces = async (cluster: Cluster): Promise<Place[]> => {
  const lists = await Promise.all(
    [...KINDS, ['v1', 'Event'] as const, ['v1', 'PersistentVolume'] as const, ['v1', 'Node'] as const].map(async ([apiVersion, kind]) => (await cluster.objects.list(apiVersion, kind)).items.map((item) => ({ ...item, kind }))),
  );
  return lists.flat().map((object) => ({ name: `${object.kind} ${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`, content: JSON.stringify(withoutSecretValues(object)) }));
};

export interface RecordedChild {
  file: string;
  args: string[];
  env: Record<string, string>;
}

export const recordedChildren = async (folder: string): Promise<RecordedChild[]> =>
  Promise.all((await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as RecordedChild));
