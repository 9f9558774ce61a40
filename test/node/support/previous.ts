import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/workspace.js';

/** The last state of the product before its charts had a second version. */
const PREVIOUS = '74ecadb5af3a6623de213e85ca95b8abc6eebdca';
const VERSION = '0.1.0';

export interface PreviousProduct {
  /** Path of its main.js. */
  main: string;
  /** Version of its charts, which is lower than today's. */
  version: string;
}

/**
 * Builds an earlier state of the product, command line and charts, in this folder. In a clone without its history: today's with a lower
 * version of the charts, and it says so.
 */
export const previousProduct = (folder: string): PreviousProduct => {
  mkdirSync(folder);
  const archive = spawnSync('git', ['archive', PREVIOUS], { cwd: REPOSITORY, maxBuffer: 256 * 1024 * 1024 });
  if (archive.status === 0) {
    execFileSync('tar', ['-x', '-C', folder], { input: archive.stdout });
    symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: folder, stdio: 'pipe' });
  } else {
    console.log(`no history here (${archive.stderr.toString().trim()}): the update is only from a lower version of the same charts`);
    for (const part of ['dist', 'charts', 'presets', 'schema', 'terraform', 'package.json']) cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
    for (const chart of readdirSync(join(folder, 'charts'), { withFileTypes: true }).filter((each) => each.isDirectory())) {
      const file = join(folder, 'charts', chart.name, 'Chart.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/^version: .*$/m, `version: ${VERSION}`));
    }
  }
  return { main: join(folder, 'dist/main.js'), version: VERSION };
};
