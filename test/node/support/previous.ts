import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackEarlierState } from '../../support/earlier-state.js';
import { REPOSITORY } from '../../support/workspace.js';

const VERSION = '0.1.0';

export interface PreviousProduct {
  /** Path of its main.js. */
  main: string;
  /** Version of its charts, which is lower than today's. */
  version: string;
}

/**
 * Builds an earlier state of the product, command line and charts, in this folder. In a clone without its history: today's with a lower
 * version of the charts.
 */
export const previousProduct = (folder: string): PreviousProduct => {
  if (unpackEarlierState(folder, 'the update is only from a lower version of the same charts')) {
    symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: folder, stdio: 'pipe' });
  } else {
    for (const part of ['dist', 'charts', 'presets', 'schema', 'terraform', 'package.json']) cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
    for (const chart of readdirSync(join(folder, 'charts'), { withFileTypes: true }).filter((each) => each.isDirectory())) {
      const file = join(folder, 'charts', chart.name, 'Chart.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/^version: .*$/m, `version: ${VERSION}`));
    }
  }
  return { main: join(folder, 'dist/main.js'), version: VERSION };
};
