// `npm run test:node`: the product on a real node with the real applications. Makes the node's parts and images first, once; names of
// test files run only these. The tests have a network of their own, with nothing but the node behind it: no address or route of this
// machine changes. Needs root, loop devices and BPF; elsewhere it says so and fails.
import { runSteps } from './steps.mjs';

const results = [
  ...runSteps([
    ['This machine', 'node', ['scripts/node-machine.mjs']],
    ['Build', 'node', ['scripts/build.mjs']],
    ['Test tools', 'node', ['scripts/test-tools.mjs']],
    ['Node tools', 'node', ['scripts/node-tools.mjs']],
    ['Node images', 'node', ['scripts/node-images.mjs']],
    ['Browser', 'node', ['scripts/browser.mjs']],
    ['Tests on a real node', 'unshare', ['--net', 'npx', 'vitest', 'run', '--config', 'vitest.node.config.ts', ...process.argv.slice(2)]],
  ]),
  ...runSteps([['Nothing left behind', 'node', ['scripts/node-remains.mjs']]]),
];
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
