// The README's test command. Builds, then runs every check that needs nothing but this machine: types, lint, generated files, tests.
import { runSteps } from './steps.mjs';

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

const results = runSteps(steps.filter(([title]) => only.length === 0 || ['Build', 'Tests'].includes(title)));
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
