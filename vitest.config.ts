import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// The SDK's advice to upgrade Node is for those who choose the versions of dependencies; ours are pinned.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/**
 * Three projects: `fast` and `slow` need nothing but Node, `cloud` brings up one local cloud for all its files, which run
 * one at a time because they share it. `slow` are the files that would keep `npm run check` over its minute, named
 * `*.slow.test.ts`: real processes, the properties that run longest, the largest of what there may be, and all rules of cdk-nag.
 */
const withoutCloud = {
  // Pure tests share what they load: a third of the time of a fresh world for each file.
  isolate: false,
  pool: 'threads',
  // On a machine of two cores vitest itself would use one of them.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  sequence: { groupOrder: 0 },
  // A guard against what never ends, not a measure: machines are busy.
  testTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    env: { SLUICE_LOG: 'silent' },
    projects: [
      {
        test: {
          ...withoutCloud,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/**/*.slow.test.ts'],
        },
      },
      {
        test: {
          ...withoutCloud,
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
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
