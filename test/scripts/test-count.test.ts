import { expect, it } from 'vitest';
import { closingLine } from '../../scripts/test-count.ts';

const report = (members: object) =>
  JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    ...members,
  });

it('counts what passed and what failed', () => {
  expect(closingLine(report({}), 0)).toBe('3 passed, 0 failed');
  expect(closingLine(report({ numFailedTests: 2 }), 1)).toBe('3 passed, 2 failed');
});

it('mentions what was skipped', () => {
  expect(closingLine(report({ numPendingTests: 1, numTodoTests: 1 }), 0)).toBe(
    '3 passed, 0 failed, 2 skipped',
  );
});

it('counts a file that could not be loaded as a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }];
  expect(closingLine(report({ testResults }), 1)).toBe('3 passed, 1 failed');
});

it('never looks like success where the run failed', () => {
  expect(closingLine(report({}), 1)).toBe('3 passed, 1 failed');
  expect(closingLine(undefined, 1)).toBe('0 passed, 1 failed');
});
