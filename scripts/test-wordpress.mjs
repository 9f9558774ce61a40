// `npm run test:wordpress`: the WordPress chart's own files (bootstrap, web server, must-use plugin) on a real WordPress, with MCP clients
// that are not ours. Names of test files run only these.
import { runSteps } from './steps.mjs';

const results = runSteps([
  ['Test tools', 'node', ['scripts/test-tools.mjs']],
  ['WordPress, PHP and MariaDB', 'node', ['scripts/wordpress-tools.mjs']],
  ['Tests on a real WordPress', 'npx', ['vitest', 'run', '--config', 'vitest.wordpress.config.ts', ...process.argv.slice(2)]],
]);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
