import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../core/decider.ts';
import { machineOf, MACHINE_ARN, runOnce, smallWorld, task } from './small-machine.ts';

const PASS: JsonObject = { Type: 'Pass' };

async function outputOf(state: JsonObject, input: Json = {}): Promise<Json | undefined> {
  const { output, error, cause } = await runOnce(machineOf({ Only: state }), input, {
    echo: (given) => given,
  });
  expect({ error, cause }).toEqual({});
  return output;
}

async function errorOf(state: JsonObject, input: Json = {}): Promise<string | undefined> {
  return (await runOnce(machineOf({ Only: state, Caught: PASS }), input, { echo: (given) => given })).error;
}

describe('input and output', () => {
  it('takes InputPath, Parameters, ResultSelector, ResultPath and OutputPath in this order', async () => {
    const state = task('echo', {
      InputPath: '$.inner',
      Parameters: { FunctionName: 'echo', Payload: { 'seen.$': '$.a', fixed: 1 } },
      ResultSelector: { 'from.$': '$.Payload.seen', 'status.$': '$.StatusCode' },
      ResultPath: '$.inner.result',
      OutputPath: '$.inner',
    });
    expect(await outputOf(state, { inner: { a: 'x' }, other: 2 })).toEqual({
      a: 'x',
      result: { from: 'x', status: 200 },
    });
  });

  it('puts a result beside the raw input, makes the way to it, or throws it away', async () => {
    expect(await outputOf({ ...PASS, Result: 1, ResultPath: '$.a.b' }, { c: 2 })).toEqual({
      a: { b: 1 },
      c: 2,
    });
    expect(await outputOf({ ...PASS, Result: 1, ResultPath: null }, { c: 2 })).toEqual({ c: 2 });
    expect(await outputOf({ ...PASS, Result: null }, { c: 2 })).toBeNull();
    expect(await errorOf({ ...PASS, ResultPath: '$.a.b' }, { a: 'text' })).toBe(
      'States.ResultPathMatchFailure',
    );
  });

  it('gives an empty object for an InputPath or OutputPath of null', async () => {
    expect(await outputOf({ ...PASS, InputPath: null }, { a: 1 })).toEqual({});
    expect(await outputOf({ Type: 'Succeed', OutputPath: null }, { a: 1 })).toEqual({});
  });

  it('fails with States.ParameterPathFailure in a template, which no wildcard catches', async () => {
    const state = task('echo', {
      Parameters: { FunctionName: 'echo', 'Payload.$': '$.missing' },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
    });
    expect(await errorOf(state)).toBe('States.ParameterPathFailure');
  });

  it('fails with States.Runtime in any other path, even where Catch names it', async () => {
    const state = task('echo', {
      OutputPath: '$.missing',
      Catch: [{ ErrorEquals: ['States.Runtime'], Next: 'Caught' }],
    });
    expect(await errorOf(state)).toBe('States.Runtime');
    expect(await errorOf({ ...PASS, InputPath: '$.a[3]' }, { a: [1] })).toBe('States.Runtime');
    expect(await errorOf({ ...PASS, InputPath: '$.a.length' }, { a: [1] })).toBe('States.Runtime');
  });

  it('knows the context object', async () => {
    const names = ['Execution.Id', 'Execution.Name', 'Execution.Input', 'Execution.StartTime', 'State.Name'];
    const paths = [...names, 'State.EnteredTime', 'State.RetryCount', 'StateMachine.Id', 'StateMachine.Name'];
    const Parameters = Object.fromEntries(paths.map((path) => [`${path}.$`, `$$.${path}`]));
    expect(await outputOf({ ...PASS, Parameters }, { a: 1 })).toEqual({
      'Execution.Id': 'arn:aws:states:eu-west-1:111111111111:execution:machine:one',
      'Execution.Name': 'one',
      'Execution.Input': { a: 1 },
      'Execution.StartTime': '2027-01-01T00:00:00.000Z',
      'State.Name': 'Only',
      'State.EnteredTime': '2027-01-01T00:00:00.000Z',
      'State.RetryCount': 0,
      'StateMachine.Id': MACHINE_ARN,
      'StateMachine.Name': 'machine',
    });
  });

  it('computes the four intrinsic functions, nested ones too', async () => {
    const Parameters = {
      'format.$': "States.Format('{}-{} \\{\\} it\\'s', $.a, States.JsonToString($.b))",
      'array.$': "States.Array($.a, 2, null, 'x', $['b'].c[0])",
      'json.$': "States.StringToJson('[1]')",
    };
    expect(await outputOf({ ...PASS, Parameters }, { a: 'A', b: { c: [true] } })).toEqual({
      format: 'A-{"c":[true]} {} it\'s',
      array: ['A', 2, null, 'x', true],
      json: [1],
    });
    for (const call of ["States.Format('{}{}', $.a)", "States.Format('{}', $)", "States.StringToJson('[')"]) {
      expect(await errorOf({ ...PASS, Parameters: { 'x.$': call } }, { a: 1 })).toBe(
        'States.IntrinsicFailure',
      );
    }
  });

  it('ends in States.DataLimitExceeded over 256 KiB, which States.ALL does not catch but its name does', async () => {
    const huge = machineOf({
      Only: task('huge', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] }),
      Caught: { ...PASS },
    });
    const named = machineOf({
      Only: task('huge', { Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Caught' }] }),
      Caught: { ...PASS },
    });
    const handlers = { huge: () => 'x'.repeat(262_144) };
    expect((await runOnce(huge, {}, handlers)).error).toBe('States.DataLimitExceeded');
    expect((await runOnce(named, {}, handlers)).status).toBe('SUCCEEDED');
  });
});

describe('what is refused when it is registered', () => {
  it.each<readonly [string, JsonObject, string]>([
    ['a filter', { ...PASS, InputPath: '$.a[?(@.b)]' }, 'portable subset, at character 4'],
    ['a slice', { ...PASS, InputPath: '$.a[0:2]' }, 'portable subset, at character 4'],
    ['a wildcard', { ...PASS, Parameters: { 'x.$': '$.*' } }, 'portable subset, at character 2'],
    ['a deep scan', { ...PASS, Parameters: { deep: { 'x.$': '$..a' } } }, 'portable subset, at character 2'],
    [
      'another intrinsic',
      { ...PASS, Parameters: { 'x.$': 'States.UUID()' } },
      'portable subset, at character',
    ],
    ['text after a path', { ...PASS, OutputPath: '$.a b' }, 'portable subset, at character 4'],
    ['an index in a ResultPath', { ...PASS, ResultPath: '$.a[0]' }, 'portable subset as a ResultPath'],
    ['the context in a ResultPath', { ...PASS, ResultPath: '$$.a' }, 'portable subset as a ResultPath'],
    ['JSONata', { ...PASS, QueryLanguage: 'JSONata' }, 'QueryLanguage'],
    ['Assign', { ...PASS, Assign: {} }, 'Assign'],
    ['a heartbeat', task('echo', { HeartbeatSeconds: 1 }), 'HeartbeatSeconds'],
    ['a qualifier', task('echo', { Parameters: { FunctionName: 'echo', Qualifier: '1' } }), 'Qualifier'],
    ['another resource', task('echo', { Resource: 'arn:aws:states:::sqs:sendMessage' }), 'no resource'],
    ['jitter', task('echo', { Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'FULL' }] }), 'JitterStrategy'],
    [
      'States.ALL beside a name',
      task('echo', { Retry: [{ ErrorEquals: ['A', 'States.ALL'] }] }),
      'stand alone',
    ],
    ['a Timestamp', { Type: 'Wait', Timestamp: '2027-01-01T00:00:00Z' }, 'Timestamp'],
    ['a state that is not there', { ...PASS, Next: 'Nowhere' }, 'no state Nowhere'],
    [
      'an unknown comparator',
      { Type: 'Choice', Choices: [{ Variable: '$', TimestampEquals: 'x' }] },
      'comparator',
    ],
    [
      'a distributed Map that fails with its items',
      { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } } },
      'tolerate all failures',
    ],
  ])('%s', (_, state, reason) => {
    expect(() => smallWorld(machineOf({ Only: state }))).toThrow(reason);
  });

  it('a wrong path of an iteration, a catcher or a rule of a Choice', () => {
    const iteration = { StartAt: 'A', States: { A: { ...PASS, OutputPath: '$.*', End: true } } };
    const Catch = [{ ErrorEquals: ['A'], ResultPath: '$[0]', Next: 'Only' }];
    const Choices = [{ Not: { Variable: '$.*', IsNull: true }, Next: 'Only' }];
    for (const state of [
      { Type: 'Map', ItemProcessor: iteration },
      task('f', { Catch }),
      { Type: 'Choice', Choices },
    ]) {
      expect(() => smallWorld(machineOf({ Only: state }))).toThrow('portable subset');
    }
  });
});

describe('Choice', () => {
  const choose = async (rule: JsonObject, input: Json): Promise<string | undefined> => {
    const Choices = [{ ...rule, Next: 'Yes' }];
    const states = {
      Only: { Type: 'Choice', Choices, Default: 'No' },
      Yes: { Type: 'Succeed' },
      No: { Type: 'Succeed' },
    };
    const { world, executionArn, error } = await runOnce(machineOf(states), input);
    return error ?? world.history(executionArn).states.at(-1)?.stateName;
  };

  it.each<readonly [JsonObject, Json, string]>([
    [{ Variable: '$.a', StringEquals: 'x' }, { a: 'x' }, 'Yes'],
    [{ Variable: '$.a', StringEquals: 'x' }, { a: 'y' }, 'No'],
    [{ Variable: '$.a', NumericEquals: 1 }, { a: '1' }, 'No'],
    [{ Variable: '$.a', NumericLessThan: 2 }, { a: 2 }, 'No'],
    [{ Variable: '$.a', NumericLessThan: 2 }, { a: '1' }, 'No'],
    [{ Variable: '$.a', NumericLessThanEquals: 2 }, { a: 2 }, 'Yes'],
    [{ Variable: '$.a', NumericGreaterThanPath: '$.b' }, { a: 2, b: 1 }, 'Yes'],
    [{ Variable: '$.a', NumericGreaterThanEquals: 3 }, { a: 2 }, 'No'],
    [{ Variable: '$.a', BooleanEquals: false }, { a: false }, 'Yes'],
    [{ Variable: '$.a', StringMatches: 'a*.c' }, { a: 'abb.c' }, 'Yes'],
    [{ Variable: '$.a', StringMatches: 'a*.c' }, { a: 'abbxc' }, 'No'],
    [{ Variable: '$.a', IsNull: true }, { a: null }, 'Yes'],
    [{ Variable: '$.a', IsPresent: true }, { a: null }, 'Yes'],
    [{ Variable: '$.a', IsPresent: false }, {}, 'Yes'],
    [{ Variable: '$.a', IsNumeric: true }, { a: true }, 'No'],
    [{ Not: { Variable: '$.a', IsString: true } }, { a: 1 }, 'Yes'],
    [
      {
        Or: [
          { Variable: '$.a', IsNull: true },
          { Variable: '$.a', IsBoolean: true },
        ],
      },
      { a: true },
      'Yes',
    ],
    [
      {
        And: [
          { Variable: '$.a', IsPresent: true },
          { Variable: '$.a', IsNull: true },
        ],
      },
      {},
      'No',
    ],
    [{ Variable: '$.a', StringEquals: 'x' }, {}, 'States.Runtime'],
  ])('%j of %j: %s', async (rule, input, expected) => {
    expect(await choose(rule, input)).toBe(expected);
  });

  it('takes the first rule that holds, and fails with States.NoChoiceMatched where none does', async () => {
    const present = { Variable: '$.a', IsPresent: true };
    const Choices = [
      { ...present, Next: 'First' },
      { ...present, Next: 'Second' },
    ];
    const states = {
      Only: { Type: 'Choice', Choices },
      First: { ...PASS, Result: 1, End: true },
      Second: PASS,
    };
    expect((await runOnce(machineOf(states), { a: 1 })).output).toBe(1);
    expect((await runOnce(machineOf(states))).error).toBe('States.NoChoiceMatched');
  });
});

describe('Wait, Succeed and Fail', () => {
  it('waits for Seconds and for the number at SecondsPath, and hands its input on', async () => {
    const states = { A: { Type: 'Wait', Seconds: 5 }, B: { Type: 'Wait', SecondsPath: '$.seconds' } };
    const { tookSeconds, output } = await runOnce(machineOf(states), { seconds: 180_000 });
    expect({ tookSeconds, output }).toEqual({ tookSeconds: 180_005, output: { seconds: 180_000 } });
    expect(await errorOf({ Type: 'Wait', SecondsPath: '$.seconds' }, { seconds: '5' })).toBe(
      'States.Runtime',
    );
  });

  it('fails with Error and Cause, literal or by path', async () => {
    const literal = await runOnce(machineOf({ Only: { Type: 'Fail', Error: 'E', Cause: 'C' } }));
    const state = { Type: 'Fail', ErrorPath: '$.e', CausePath: "States.Format('so {}', $.c)" };
    const byPath = await runOnce(machineOf({ Only: state }), { e: 'E', c: 1 });
    expect(literal).toMatchObject({ status: 'FAILED', error: 'E', cause: 'C' });
    expect(byPath).toMatchObject({ status: 'FAILED', error: 'E', cause: 'so 1' });
  });
});
