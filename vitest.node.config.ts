import { defineConfig } from 'vitest/config';
import { InOrder } from './test/node/support/order.js';

/** What runs on a real node with the real applications (`npm run test:node`). */
export default defineConfig({
  define: { __CLI_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/node/**/*.test.ts'],
    environment: 'node',
    reporters: ['default', './test/probes/reporter.ts'],
    globalSetup: ['test/node/support/global-setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // There is one node on a machine at a time.
    fileParallelism: false,
    sequence: { sequencer: InOrder },
  },
});
