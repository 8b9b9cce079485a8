import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../core/decider.ts';
import type { World } from './asl-interpreter.ts';
import {
  EXECUTION_ARN,
  failing,
  machineOf,
  MACHINE_ARN,
  runOnce,
  smallWorld,
  START_AT,
  task,
  waiting,
} from './small-machine.ts';

const PASS: JsonObject = { Type: 'Pass' };
const CATCH_ALL = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] };

function started(definition: JsonObject, handlers = {}, input: Json = {}): World {
  const world = smallWorld(definition, handlers);
  world.startExecution(MACHINE_ARN, 'one', input);
  return world;
}

const ended = (world: World) => world.describeExecution(EXECUTION_ARN);

describe('lambda:invoke', () => {
  it('gives StatusCode and Payload, and null where the handler returns nothing', async () => {
    const handlers = { f: (payload: JsonObject) => ({ got: payload }) };
    const { output } = await runOnce(machineOf({ Only: task('f') }), { a: 1 }, handlers);
    expect(output).toEqual({ StatusCode: 200, Payload: { got: { a: 1 } } });
    expect((await runOnce(machineOf({ Only: task('f') }))).output).toEqual({
      StatusCode: 200,
      Payload: null,
    });
  });

  it('fails under the name of the error that the handler throws', async () => {
    const failed = await runOnce(machineOf({ Only: task('f') }), {}, { f: failing('Broken') });
    const cause = JSON.stringify({ errorType: 'Broken', errorMessage: 'call 1' });
    expect(failed).toMatchObject({ status: 'FAILED', error: 'Broken', cause });
  });

  it('shares no object between handler and machine', async () => {
    const kept: JsonObject = { a: 1 };
    const spoil = (payload: JsonObject) => Object.assign(payload, { spoilt: true });
    const states = { A: task('keep', { ResultPath: null }), B: task('spoil', { ResultPath: null }) };
    const { output } = await runOnce(machineOf(states), kept, { spoil });
    expect({ output, kept }).toEqual({ output: { a: 1 }, kept: { a: 1 } });
  });
});

describe('timeouts', () => {
  const timed = (rest: JsonObject) =>
    machineOf({ Only: waiting('park', { ...rest, ...CATCH_ALL }), Caught: PASS });

  it('ends a task after TimeoutSeconds with States.Timeout and an empty cause', async () => {
    const { tookSeconds, output } = await runOnce(timed({ TimeoutSeconds: 60 }));
    expect({ tookSeconds, output }).toEqual({
      tookSeconds: 60,
      output: { Error: 'States.Timeout', Cause: '' },
    });
  });

  it("reads TimeoutSecondsPath from the state's input", async () => {
    const rest = { TimeoutSecondsPath: '$.bake.seconds', InputPath: '$.deployment' };
    const input = { deployment: { bake: { seconds: 180_000 } }, bake: { seconds: 1 } };
    expect((await runOnce(timed(rest), input)).tookSeconds).toBe(180_000);
    expect((await runOnce(timed(rest), { deployment: { bake: { seconds: 0 } } })).error).toBe(
      'States.Runtime',
    );
    expect((await runOnce(timed(rest), { deployment: {} })).error).toBe('States.Runtime');
  });

  it('begins anew with each retry', async () => {
    const Retry = [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1, IntervalSeconds: 5 }];
    expect((await runOnce(timed({ TimeoutSeconds: 60, Retry }))).tookSeconds).toBe(60 + 5 + 60);
  });

  it('leaves FAILED where nobody catches it, and TIMED_OUT only where the machine itself is out of time', async () => {
    const own = await runOnce(machineOf({ Only: waiting('park', { TimeoutSeconds: 60 }) }));
    const machine = await runOnce(machineOf({ Only: waiting('park') }, { TimeoutSeconds: 90 }));
    expect(own).toMatchObject({ status: 'FAILED', error: 'States.Timeout', tookSeconds: 60 });
    expect(machine).toMatchObject({ status: 'TIMED_OUT', tookSeconds: 90 });
    expect(machine).not.toHaveProperty('error');
  });

  it('does not ring after the task or the machine has ended', async () => {
    const states = { A: task('f', { TimeoutSeconds: 60 }), B: { Type: 'Wait', Seconds: 90 } };
    const { status, world } = await runOnce(machineOf(states, { TimeoutSeconds: 91 }));
    expect([status, world.clock.now() - START_AT]).toEqual(['SUCCEEDED', 90_000]);
  });
});

describe('waitForTaskToken', () => {
  const PARK = machineOf({ Only: waiting('park', { TimeoutSeconds: 60, ...CATCH_ALL }), Caught: PASS });

  it('waits whatever the handler returns, and ends with what the token brings', async () => {
    const seen: Json[] = [];
    const world = started(PARK, { park: (payload: JsonObject) => seen.push(payload) }, { a: 1 });
    await world.advance(59_000);
    expect({ seen, status: ended(world).status }).toEqual({
      seen: [{ token: 'task-token-1', input: { a: 1 } }],
      status: 'RUNNING',
    });
    world.sendTaskSuccess('task-token-1', { done: true });
    await world.runUntilIdle();
    expect(ended(world)).toMatchObject({ output: { done: true }, stopDate: START_AT + 59_000 });
  });

  it('takes the Catch when the token is failed', async () => {
    const world = started(PARK);
    await world.advance(0);
    world.sendTaskFailure('task-token-1', 'Stopped', 'by hand');
    await world.runUntilIdle();
    expect(ended(world).output).toEqual({ Error: 'Stopped', Cause: 'by hand' });
  });

  it('fails when the handler throws', async () => {
    expect((await runOnce(PARK, {}, { park: failing('Broken') })).output).toMatchObject({ Error: 'Broken' });
  });

  it('goes on at once when the token comes before the handler has returned, and then ignores its throw', async () => {
    const world: World = started(PARK, {
      park: async ({ token }: JsonObject) => {
        world.sendTaskSuccess(String(token), { early: true });
        await world.clock.sleep(5_000);
        throw new Error('too late');
      },
    });
    await world.runUntilIdle();
    expect(ended(world)).toMatchObject({ output: { early: true }, stopDate: START_AT });
  });

  it('gives each attempt a token of its own, and the first is over', async () => {
    const Retry = [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }];
    const world = started(machineOf({ Only: waiting('park', { TimeoutSeconds: 60, Retry }) }));
    await world.advance(62_000);
    expect(() => world.sendTaskSuccess('task-token-1', {})).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    );
    world.sendTaskSuccess('task-token-2', { second: true });
    await world.runUntilIdle();
    expect(ended(world).output).toEqual({ second: true });
  });

  it('refuses a token after its timeout, a second time, and one that never was', async () => {
    const late = started(PARK);
    await late.runUntilIdle();
    const twice = started(PARK);
    await twice.advance(0);
    twice.sendTaskSuccess('task-token-1', {});
    const refusal = (name: string) => expect.objectContaining({ name });
    expect(() => late.sendTaskFailure('task-token-1', 'E', 'C')).toThrow(refusal('TaskTimedOut'));
    expect(() => twice.sendTaskSuccess('task-token-1', {})).toThrow(refusal('TaskTimedOut'));
    expect(() => late.sendTaskSuccess('task-token-9', {})).toThrow(refusal('TaskDoesNotExist'));
    expect(() => late.sendTaskSuccess('gibberish', {})).toThrow(refusal('InvalidToken'));
  });
});

describe('Map and Parallel', () => {
  const mapOf = (states: Readonly<Record<string, JsonObject>>, rest: JsonObject = {}) => ({
    Type: 'Map',
    ItemProcessor: machineOf(states),
    ...rest,
  });

  it('hands each item to its iteration, keeps the order of results and offers Map.Item', async () => {
    const ItemSelector = {
      'index.$': '$$.Map.Item.Index',
      'item.$': '$$.Map.Item.Value',
      'shared.$': '$.shared',
    };
    const rest = { ItemsPath: '$.items', ItemSelector, ResultPath: '$.results' };
    const states = {
      Wait: { Type: 'Wait', SecondsPath: '$.item' },
      Tell: { ...PASS, OutputPath: '$$.Map.Item.Value' },
    };
    const input = { items: [3, 1], shared: 's' };
    const { output, tookSeconds } = await runOnce(machineOf({ Only: mapOf(states, rest) }), input);
    expect({ output, tookSeconds }).toEqual({ output: { ...input, results: [3, 1] }, tookSeconds: 3 });
    expect((await runOnce(machineOf({ Only: mapOf({ Only: PASS }) }), [4, 5])).output).toEqual([4, 5]);
    expect((await runOnce(machineOf({ Only: mapOf({ Only: PASS }) }), {})).error).toBe('States.Runtime');
  });

  it.each([
    [2, 5, 3],
    [1, 3, 3],
    [0, 40, 1],
    [0, 41, 2],
    [50, 41, 2],
  ])(
    'with MaxConcurrency %i, %i items take %i times as long as one',
    async (MaxConcurrency, count, times) => {
      const state = mapOf({ Wait: { Type: 'Wait', Seconds: 10 } }, { MaxConcurrency });
      const { tookSeconds } = await runOnce(machineOf({ Only: state }), Array<Json>(count).fill(0));
      expect(tookSeconds).toBe(10 * times);
    },
  );

  it('fails with the first failure, stops the other iterations and starts no more', async () => {
    const done: Json[] = [];
    const handlers = { fail: failing('Broken'), done: (payload: JsonObject) => done.push(payload) };
    const failAtTwo = {
      Type: 'Choice',
      Choices: [{ Variable: '$', NumericEquals: 2, Next: 'Fail' }],
      Default: 'Done',
    };
    const states = {
      Wait: { Type: 'Wait', SecondsPath: '$' },
      Which: failAtTwo,
      Done: task('done'),
      Fail: task('fail'),
    };
    const state = mapOf(
      { ...states, Done: { ...states.Done, End: true } },
      { ...CATCH_ALL, MaxConcurrency: 3 },
    );
    const failed = await runOnce(
      machineOf({ Only: state, Caught: { Type: 'Wait', Seconds: 60 } }),
      [1, 2, 3, 4],
      handlers,
    );
    expect(failed.output).toMatchObject({ Error: 'Broken' });
    expect(done).toEqual([1]);
  });

  it('makes the tokens of the stopped iterations over', async () => {
    const world = started(machineOf({ Only: mapOf({ Park: waiting('park') }) }), {}, [1, 2]);
    await world.advance(0);
    world.sendTaskFailure('task-token-1', 'Stopped', '');
    await world.runUntilIdle();
    expect(ended(world).error).toBe('Stopped');
    expect(() => world.sendTaskSuccess('task-token-2', {})).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    );
  });

  it('runs the branches of a Parallel at once and fails with the first', async () => {
    const wait = (Seconds: number) => ({ Type: 'Wait', Seconds });
    const Branches = [machineOf({ A: wait(5), B: { ...PASS, Result: 'x' } }), machineOf({ C: wait(8) })];
    const parallel = await runOnce(machineOf({ Only: { Type: 'Parallel', Branches } }), { a: 1 });
    expect(parallel).toMatchObject({ output: ['x', { a: 1 }], tookSeconds: 8 });
    const failing = [...Branches, machineOf({ D: wait(2), E: { Type: 'Fail', Error: 'E' } })];
    const failed = await runOnce(machineOf({ Only: { Type: 'Parallel', Branches: failing } }), {});
    expect(failed).toMatchObject({ error: 'E', tookSeconds: 2 });
  });
});
