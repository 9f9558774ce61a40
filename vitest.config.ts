import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __CLI_VERSION__: JSON.stringify('0.0.0-test') },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Against a real control plane (`npm run test:real`); on a real node (`npm run test:node`); with a real keyring (`npm run test:keyring`);
    // all points of interruption (`npm run test:interrupts`); on a real WordPress (`npm run test:wordpress`); with the
    // real proxies (`npm run test:proxies`).
    exclude: [...configDefaults.exclude, 'test/real/**', 'test/node/**', 'test/keyring/**', 'test/interrupts/**', 'test/wordpress/**', 'test/proxies/**'],
    environment: 'node',
    reporters: ['default', './test/probes/reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Two cores: more workers than that only make the real tools slower.
    maxWorkers: 2,
  },
});
