import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const filesBelow = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
};

/** Values as helm gives them back have their keys in another order than those that it was given: that is no difference. */
const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/**
 * Digest of everything that decides what a release becomes: the chart's files and the values. 40 hexadecimal characters, so that it fits a label.
 * Tests and the README of a chart do not change a release.
 */
export const releaseDigest = async (chart: string, values: unknown): Promise<string> => {
  const hash = createHash('sha256');
  for (const file of await filesBelow(chart)) {
    const name = relative(chart, file).replaceAll('\\', '/');
    if (name.startsWith('tests/') || name.startsWith('ci/') || name === 'README.md') continue;
    hash.update(name).update('\0').update(await readFile(file)).update('\0');
  }
  hash.update(JSON.stringify(values, inOrder));
  return hash.digest('hex').slice(0, 40);
};
