import { defineConfig } from 'vitest/config';

/** What runs on a real WordPress, with the chart's own files (`npm run test:wordpress`). */
export default defineConfig({
  define: { __CLI_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/wordpress/**/*.test.ts'],
    globalSetup: ['test/wordpress/support/database-server.ts'],
    environment: 'node',
    reporters: ['default', './test/probes/reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
