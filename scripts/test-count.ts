import * as z from 'zod';

/** The members of vitest's JSON report that are counted. */
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

/**
 * The last line of a test run, `N passed, N failed`, with `, N skipped` where some were. A file that could not even be
 * loaded counts as one failure, and so does a run that failed without one: it must not look like success.
 */
export function closingLine(json: string | undefined, exitCode: number): string {
  if (json === undefined) {
    return line(0, 1, 0);
  }
  const counted = report.parse(JSON.parse(json));
  const unloaded = counted.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = counted.numFailedTests + unloaded;
  return line(
    counted.numPassedTests,
    exitCode === 0 ? failed : Math.max(1, failed),
    counted.numPendingTests + counted.numTodoTests,
  );
}

function line(passed: number, failed: number, skipped: number): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
