// `npm run test:real`: what needs a real Kubernetes control plane. Builds it first, from Go modules; names of test files run only these.
import { runSteps } from './steps.mjs';

const results = runSteps([
  ['Test tools', 'node', ['scripts/test-tools.mjs']],
  ['Control plane tools', 'node', ['scripts/control-plane-tools.mjs']],
  ['Tests on a real control plane', 'npx', ['vitest', 'run', '--config', 'vitest.real.config.ts', ...process.argv.slice(2)]],
]);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
