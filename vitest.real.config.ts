import { defineConfig } from 'vitest/config';

/** What runs against a real Kubernetes control plane (`npm run test:real`). */
export default defineConfig({
  define: { __CLI_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/real/**/*.test.ts'],
    environment: 'node',
    reporters: ['default', './test/probes/reporter.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Each file has a control plane of its own, of 0.6 GB.
    fileParallelism: false,
  },
});
