import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// The SDK's advice to upgrade Node is for those who choose the versions of dependencies; ours are pinned.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/**
 * Two projects: `fast` needs nothing but Node, `cloud` brings up one local cloud for all its files. The cloud's tests
 * begin when the fast ones are done and run one file at a time, because they measure times and share the two cores of a
 * small machine with the emulator.
 */
export default defineConfig({
  test: {
    env: { SLUICE_LOG: 'silent' },
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          sequence: { groupOrder: 0 },
          // Pure tests share what they load: a third of the time of a fresh world for each file.
          isolate: false,
          pool: 'threads',
          // On a machine of two cores vitest itself would use one of them.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // A guard against what never ends, not a measure: machines are busy.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'cloud',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/local-cloud.setup.ts'],
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          fileParallelism: false,
          // Longer than the minute that a test waits for what should happen, so that it can say what it saw last.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
