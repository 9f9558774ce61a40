import { defineConfig } from 'vitest/config';

/** What runs with a real keyring (`npm run test:keyring`). */
export default defineConfig({
  define: { __CLI_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/keyring/**/*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
