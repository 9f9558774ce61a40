import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathsFrom } from '../../src/engine/paths.js';

const run = promisify(execFile);
/** The newest of the lines that the package promises to work on, besides the one that runs the tests. */
export const OTHER_NODES = ['22.23.3', '24.21.0'] as const;

/** A Node of this version, from its npm package; installed into the cache once. @throws Error when it cannot be had */
export const nodeBinary = async (version: string): Promise<string> => {
  const cache = join(pathsFrom(process.env).cache, 'node');
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(cache, version);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  const isThere = (): Promise<boolean> => access(binary).then(() => true, () => false);
  if (await isThere()) return binary;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'install-'));
  await writeFile(join(work, 'package.json'), '{"private":true}');
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`], { cwd: work });
  // Another worker may have been faster.
  await rename(work, folder).catch(() => rm(work, { recursive: true, force: true }));
  if (!(await isThere())) throw new Error(`node ${version} could not be installed into ${folder}`);
  return binary;
};
