import { defineConfig } from 'vitest/config';

/** All points at which an operation is interrupted (`npm run test:interrupts`). */
export default defineConfig({
  define: { __CLI_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/interrupts/**/*.test.ts'],
    environment: 'node',
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Each point waits for processes more than it computes.
    maxConcurrency: 3,
    fileParallelism: false,
  },
});
