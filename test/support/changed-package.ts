import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { thePackage } from './package.js';

/** One passage of a source file that is replaced by another. */
export interface Edit {
  file: string;
  from: string;
  to: string;
}

/**
 * Builds the program with some of its source changed, to show what a test says when a rule is missing. Returns the folder, which the
 * caller removes; its program is `dist/main.js`. Throws when a passage is not there: then the rule has moved.
 */
export const changedPackage = async (edits: readonly Edit[]): Promise<string> => {
  const present = await thePackage();
  const folder = await mkdtemp(join(tmpdir(), 'changed-package-'));
  for (const part of ['package.json', 'tsconfig.json', 'scripts', 'src', 'charts', 'terraform', 'presets', 'schema']) await cp(join(present, part), join(folder, part), { recursive: true });
  await symlink(join(present, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of edits) {
    const text = await readFile(join(folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    await writeFile(join(folder, file), text.replace(from, to));
  }
  await promisify(execFile)(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: folder });
  return folder;
};
