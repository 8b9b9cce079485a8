import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/decider.ts';
import { failing, machineOf, runOnce, task } from './small-machine.ts';

const PASS: JsonObject = { Type: 'Pass' };

describe('Retry', () => {
  it('waits 1, 2 and 4 seconds by default, and gives up after three retries', async () => {
    const definition = machineOf({ Only: task('f', { Retry: [{ ErrorEquals: ['States.ALL'] }] }) });
    const ended = await runOnce(definition, {}, { f: failing('A', 'A', 'A', 'A') });
    expect(ended).toMatchObject({ error: 'A', tookSeconds: 7 });
    expect(ended.world.history(ended.executionArn).transitions).toBe(4);
  });

  it('obeys IntervalSeconds, BackoffRate, MaxDelaySeconds and MaxAttempts', async () => {
    const retrier = { IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 };
    const definition = machineOf({ Only: task('f', { Retry: [{ ErrorEquals: ['A'], ...retrier }] }) });
    const ended = await runOnce(definition, {}, { f: failing('A', 'A', 'A', 'A') });
    expect(ended).toMatchObject({ status: 'SUCCEEDED', tookSeconds: 2 + 6 + 10 + 10 });
  });

  it('counts for each retrier by itself, and lets only the first that names the error decide', async () => {
    const Retry = [
      { ErrorEquals: ['A'], IntervalSeconds: 1, MaxAttempts: 1 },
      { ErrorEquals: ['B'], IntervalSeconds: 10, MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
    ];
    const ended = await runOnce(machineOf({ Only: task('f', { Retry }) }), {}, { f: failing('A', 'B', 'A') });
    expect(ended).toMatchObject({ error: 'A', tookSeconds: 11 });
  });

  it('tells the attempt in State.RetryCount', async () => {
    const Payload = { 'retries.$': '$$.State.RetryCount' };
    const Retry = [{ ErrorEquals: ['A'] }];
    const state = task('f', { Parameters: { FunctionName: 'f', Payload }, Retry });
    const fail = failing('A', 'A');
    const { output } = await runOnce(
      machineOf({ Only: state }),
      {},
      { f: (given) => ({ ...given, ...fail() }) },
    );
    expect(output).toEqual({ StatusCode: 200, Payload: { retries: 2 } });
  });
});

describe('Catch', () => {
  const caught = async (ErrorEquals: readonly string[], error: string, rest: JsonObject = {}) => {
    const Catch = [{ ErrorEquals, Next: 'Caught', ResultPath: '$.problem' }];
    const definition = machineOf({ Only: task('f', { Catch, ...rest }), Next: PASS, Caught: PASS });
    return runOnce(definition, { a: 1 }, { f: failing(error, error, error) });
  };
  const Cause = JSON.stringify({ errorType: 'A', errorMessage: 'call 1' });

  it('puts Error and Cause at its own ResultPath of the raw input, past all of the state', async () => {
    const rest = { InputPath: '$.a', ResultPath: '$.a', OutputPath: '$.a' };
    expect((await caught(['A'], 'A', rest)).output).toEqual({ a: 1, problem: { Error: 'A', Cause } });
  });

  it('comes after Retry', async () => {
    const ended = await caught(['A'], 'A', { Retry: [{ ErrorEquals: ['A'], MaxAttempts: 2 }] });
    expect(ended.tookSeconds).toBe(3);
    expect(JSON.stringify(ended.output)).toContain('call 3');
  });

  it('replaces the input where it has no ResultPath, and leaves it where that is null', async () => {
    const withPath = (ResultPath?: null) => ({
      Catch: [{ ErrorEquals: ['A'], Next: 'Caught', ...(ResultPath === null ? { ResultPath } : {}) }],
    });
    expect((await caught([], 'A', withPath())).output).toEqual({ Error: 'A', Cause });
    expect((await caught([], 'A', withPath(null))).output).toEqual({ a: 1 });
  });

  it.each([
    [['States.TaskFailed'], 'A', 'SUCCEEDED'],
    [['States.TaskFailed'], 'States.Timeout', 'FAILED'],
    [['States.ALL'], 'States.Timeout', 'SUCCEEDED'],
    [['States.Timeout'], 'States.Timeout', 'SUCCEEDED'],
    [['B'], 'A', 'FAILED'],
  ])('%j of %s: %s', async (names, error, status) => {
    expect(await caught(names, error)).toMatchObject({ status });
  });
});
