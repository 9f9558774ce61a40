// `npm run test:interrupts`: every point at which an operation is interrupted; each test is one. `npm test` makes some of each kind.
import { runSteps } from './steps.mjs';

const results = runSteps([
  ['Build', 'node', ['scripts/build.mjs']],
  ['Tools', 'node', ['dist/main.js', 'tools', '--install', '--plain']],
  ['Interrupts', 'npx', ['vitest', 'run', '--config', 'vitest.interrupts.config.ts', ...process.argv.slice(2)]],
]);
const { passed = 0, failed = 0 } = results.at(-1) ?? {};
console.log(`\ninterrupts survived: ${passed} of ${passed + failed}`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
