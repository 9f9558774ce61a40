import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { REPOSITORY } from './workspace.js';

/** The last commit whose charts had neither a second version nor a `helm test`, and the oldest that an upgrade is promised from. */
const EARLIER = '74ecadb5af3a6623de213e85ca95b8abc6eebdca';

/**
 * Unpacks that state of the repository, or only these paths of it, into a folder that it makes. Returns whether it could: a clone without
 * its history cannot, which is said, and then `instead` is what the test goes by.
 */
export const unpackEarlierState = (folder: string, instead: string, paths: readonly string[] = []): boolean => {
  mkdirSync(folder, { recursive: true });
  const archive = spawnSync('git', ['archive', EARLIER, ...paths], { cwd: REPOSITORY, maxBuffer: 256 * 1024 * 1024 });
  if (archive.status === 0) execFileSync('tar', ['-x', '-C', folder], { input: archive.stdout });
  else console.log(`no history here (${archive.stderr.toString().trim()}): ${instead}`);
  return archive.status === 0;
};
