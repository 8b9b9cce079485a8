import * as z from 'zod';

/** The members of vitest's JSON report that are counted. */
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

export interface TestRun {
  /** What vitest reported; none where it did not come to it. */
  readonly json: string | undefined;
  readonly exitCode: number;
}

/**
 * The last line of a test run, `N passed, N failed`, with `, N skipped` where some were; of several, their sum. A file
 * that could not even be loaded counts as one failure, and so does a run that failed without one: it must not look like
 * success.
 */
export function closingLine(runs: readonly TestRun[]): string {
  const counts = runs.map(countOf);
  const sum = (of: (count: Count) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const skipped = sum((count) => count.skipped);
  const ending = skipped === 0 ? '' : `, ${skipped} skipped`;
  return `${sum((count) => count.passed)} passed, ${sum((count) => count.failed)} failed${ending}`;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function countOf({ json, exitCode }: TestRun): Count {
  if (json === undefined) {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const counted = report.parse(JSON.parse(json));
  const unloaded = counted.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = counted.numFailedTests + unloaded;
  return {
    passed: counted.numPassedTests,
    failed: exitCode === 0 ? failed : Math.max(1, failed),
    skipped: counted.numPendingTests + counted.numTodoTests,
  };
}
