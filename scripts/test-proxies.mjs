// `npm run test:proxies`: the charts gateway and model-gateway with the real Caddy and the real nginx, against a real certificate
// authority (Pebble). Names of test files run only these. The tests have a network of their own: no address or route of this machine
// changes. Needs root and a Debian machine; elsewhere it says so and fails.
import { runSteps } from './steps.mjs';

const results = runSteps([
  ['Test tools', 'node', ['scripts/test-tools.mjs']],
  ['Proxies and their file system', 'node', ['scripts/proxy-tools.mjs']],
  ['Tests of the real proxies', 'unshare', ['--net', 'npx', 'vitest', 'run', '--config', 'vitest.proxies.config.ts', ...process.argv.slice(2)]],
]);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
