import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const filesBelow = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
};

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
  hash.update(JSON.stringify(values));
  return hash.digest('hex').slice(0, 40);
};
