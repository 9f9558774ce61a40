// The README's test command. Builds, then runs every check that needs nothing but this machine: types, lint, generated files, tests.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const only = process.argv.slice(2);

const steps = [
  ['Build', 'node', ['scripts/build.mjs']],
  ['Types', 'npx', ['tsc', '--noEmit']],
  ['Lint', 'npm', ['run', '-s', 'lint']],
  ['Generated files', 'npm', ['run', '-s', 'check:generated']],
  ['Tools', 'node', ['dist/main.js', 'tools', '--install', '--plain']],
  ['Test tools', 'node', ['scripts/test-tools.mjs']],
  ['Tests', 'npx', ['vitest', 'run', ...only]],
];

const results = [];
let failed = false;
for (const [title, command, args] of steps) {
  if (only.length > 0 && !['Build', 'Tests'].includes(title)) continue;
  console.log(`\n== ${title}: ${command} ${args.join(' ')}`);
  const started = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, npm_config_loglevel: 'error' } });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  results.push(`${status === 0 ? 'ok    ' : 'FAILED'} ${title.padEnd(16)} ${seconds.padStart(7)} s`);
  if (status !== 0) {
    failed = true;
    break;
  }
}
console.log(`\n${results.join('\n')}`);
process.exitCode = failed ? 1 : 0;
