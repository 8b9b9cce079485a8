import { expect, it } from 'vitest';
import { closingLine } from '../../scripts/test-count.ts';

const run = (members: object, exitCode: number) => ({
  exitCode,
  json: JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
    ...members,
  }),
});

it('counts what passed and what failed', () => {
  expect(closingLine([run({}, 0)])).toBe('3 passed, 0 failed');
  expect(closingLine([run({ numFailedTests: 2 }, 1)])).toBe('3 passed, 2 failed');
});

it('mentions what was skipped', () => {
  expect(closingLine([run({ numPendingTests: 1, numTodoTests: 1 }, 0)])).toBe(
    '3 passed, 0 failed, 2 skipped',
  );
});

it('counts a file that could not be loaded as a failure', () => {
  const testResults = [{ status: 'failed', assertionResults: [] }];
  expect(closingLine([run({ testResults }, 1)])).toBe('3 passed, 1 failed');
});

it('never looks like success where the run failed', () => {
  expect(closingLine([run({}, 1)])).toBe('3 passed, 1 failed');
  expect(closingLine([{ json: undefined, exitCode: 1 }])).toBe('0 passed, 1 failed');
});

it('adds up the runs of which there were several', () => {
  const cloud = run({ numPassedTests: 4, numFailedTests: 1 }, 1);
  expect(closingLine([run({}, 0), cloud])).toBe('7 passed, 1 failed');
  expect(closingLine([run({}, 0), { json: undefined, exitCode: 0 }])).toBe('3 passed, 1 failed');
});
