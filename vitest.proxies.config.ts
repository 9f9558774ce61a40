import { defineConfig } from 'vitest/config';

/** The charts gateway and model-gateway with the real proxies (`npm run test:proxies`). */
export default defineConfig({
  define: { __CLI_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/proxies/**/*.test.ts'],
    globalSetup: ['test/proxies/support/network.ts'],
    environment: 'node',
    reporters: ['default', './test/probes/reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 5,
  },
});
