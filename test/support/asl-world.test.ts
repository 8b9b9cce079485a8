import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../core/decider.ts';
import type { World } from './asl-interpreter.ts';
import type { InvocationFault } from './asl-invocations.ts';
import {
  EXECUTION_ARN,
  machineOf,
  MACHINE_ARN,
  smallWorld,
  START_AT,
  task,
  waiting,
} from './small-machine.ts';

const PASS: JsonObject = { Type: 'Pass' };
const WAIT = { Type: 'Wait', Seconds: 60 };
const CHILD_ARN = `${MACHINE_ARN}-child`;
const CHILD_EXECUTION = EXECUTION_ARN.replace(':machine:one', ':machine-child:c');
const refusal = (name: string) => expect.objectContaining({ name });
const statusOf = (world: World, arn = EXECUTION_ARN) => world.describeExecution(arn).status;

describe('executions', () => {
  it('starts once by name and input while it runs, and never again under that name', async () => {
    const world = smallWorld(machineOf({ Only: WAIT }));
    const arn = world.startExecution(MACHINE_ARN, 'one', { a: 1 });
    await world.advance(1_000);
    expect(world.startExecution(MACHINE_ARN, 'one', { a: 1 })).toBe(arn);
    expect(() => world.startExecution(MACHINE_ARN, 'one', { a: 2 })).toThrow(
      refusal('ExecutionAlreadyExists'),
    );
    await world.runUntilIdle();
    expect(() => world.startExecution(MACHINE_ARN, 'one', { a: 1 })).toThrow(
      refusal('ExecutionAlreadyExists'),
    );
    expect(world.listExecutions()).toHaveLength(1);
  });

  it('refuses an unknown machine, an unknown execution and a name with a # in it', () => {
    const world = smallWorld(machineOf({ Only: PASS }));
    expect(() => world.startExecution('nowhere', 'one', {})).toThrow(refusal('StateMachineDoesNotExist'));
    expect(() => world.startExecution(MACHINE_ARN, 'd#1', {})).toThrow(refusal('InvalidName'));
    expect(() => world.describeExecution(EXECUTION_ARN)).toThrow(refusal('ExecutionDoesNotExist'));
  });

  it('tells the states entered and counts the transitions and the events', async () => {
    const world = smallWorld(machineOf({ A: WAIT, B: PASS }));
    world.startExecution(MACHINE_ARN, 'one', {});
    await world.runUntilIdle();
    expect(world.history(EXECUTION_ARN)).toEqual({
      states: [
        { stateName: 'A', type: 'Wait', enteredAt: START_AT },
        { stateName: 'B', type: 'Pass', enteredAt: START_AT + 60_000 },
      ],
      transitions: 2,
      events: 6,
    });
  });

  it('tells each start and end to the listeners, after the call that made it', async () => {
    const world = smallWorld(machineOf({ Only: { Type: 'Fail', Error: 'E' } }));
    const changes: Json[] = [];
    world.onStatusChange(({ name, status }) => {
      changes.push(`${name} ${status}`);
    });
    world.startExecution(MACHINE_ARN, 'one', {});
    expect(changes).toEqual([]);
    await world.runUntilIdle();
    expect(changes).toEqual(['one RUNNING', 'one FAILED']);
  });

  it('ends a machine that turns in a circle', async () => {
    const world = smallWorld(machineOf({ A: { ...PASS, Next: 'A' } }));
    world.startExecution(MACHINE_ARN, 'one', {});
    await world.runUntilIdle();
    expect(world.describeExecution(EXECUTION_ARN)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
    });
  });
});

describe('stopExecution', () => {
  it('aborts in the middle of a wait, and nothing follows', async () => {
    const world = smallWorld(machineOf({ A: WAIT, B: task('f') }));
    world.startExecution(MACHINE_ARN, 'one', {});
    await world.advance(10_000);
    world.stopExecution(EXECUTION_ARN, 'E', 'C');
    world.stopExecution(EXECUTION_ARN, 'again');
    await world.runUntilIdle();
    const stopDate = START_AT + 10_000;
    expect(world.describeExecution(EXECUTION_ARN)).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'C',
      stopDate,
    });
    expect(world.clock.now()).toBe(stopDate);
    expect(world.history(EXECUTION_ARN).transitions).toBe(1);
  });

  it('aborts in the middle of a callback, past Catch and Retry, and its token is over', async () => {
    const care = {
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }],
    };
    const world = smallWorld(machineOf({ A: waiting('park', care), B: PASS }));
    world.startExecution(MACHINE_ARN, 'one', {});
    await world.advance(10_000);
    world.stopExecution(EXECUTION_ARN);
    expect(() => world.sendTaskSuccess('task-token-1', {})).toThrow(refusal('TaskTimedOut'));
    await world.runUntilIdle();
    expect([statusOf(world), world.history(EXECUTION_ARN).transitions]).toEqual(['ABORTED', 1]);
  });

  it('wins over what ended the task in the same instant: no next state, no next attempt', async () => {
    const definition = machineOf({
      A: waiting('park', { Retry: [{ ErrorEquals: ['States.ALL'] }] }),
      B: PASS,
    });
    const tokenIsFailed = smallWorld(definition);
    const tokenIsSent = smallWorld(definition);
    for (const world of [tokenIsFailed, tokenIsSent]) {
      world.startExecution(MACHINE_ARN, 'one', {});
      await world.advance(0);
      if (world === tokenIsSent) world.sendTaskSuccess('task-token-1', {});
      else world.sendTaskFailure('task-token-1', 'E', 'C');
      world.stopExecution(EXECUTION_ARN);
      await world.runUntilIdle();
      const { transitions } = world.history(EXECUTION_ARN);
      expect([statusOf(world), transitions, world.clock.now()]).toEqual(['ABORTED', 1, START_AT]);
    }
  });

  it('aborts inside of a branch and between two attempts, while a handler at work runs to its end', async () => {
    const done: string[] = [];
    const iteration = {
      StartAt: 'Slow',
      States: { Slow: { ...task('slow'), Next: 'W' }, W: { ...WAIT, End: true } },
    };
    const Retry = [{ ErrorEquals: ['Broken'], IntervalSeconds: 60 }];
    const world: World = smallWorld(
      machineOf({
        Only: { Type: 'Parallel', Branches: [iteration, machineOf({ Retried: task('broken', { Retry }) })] },
      }),
      {
        slow: async () => {
          await world.clock.sleep(20_000);
          done.push('slow');
        },
        broken: () => {
          done.push('broken');
          throw Object.assign(new Error(), { name: 'Broken' });
        },
      },
    );
    world.startExecution(MACHINE_ARN, 'one', {});
    await world.advance(10_000);
    world.stopExecution(EXECUTION_ARN);
    await world.runUntilIdle();
    expect(done).toEqual(['broken', 'slow']);
    expect([statusOf(world), world.history(EXECUTION_ARN).transitions]).toEqual(['ABORTED', 3]);
  });
});

describe('nested executions', () => {
  const nested = (kind: string, Input: JsonObject, rest: JsonObject = {}) => ({
    Type: 'Task',
    Resource: `arn:aws:states:::states:startExecution.${kind}`,
    Parameters: { StateMachineArn: CHILD_ARN, Name: 'c', Input },
    ...rest,
  });
  const family = (parent: JsonObject, child: JsonObject, handlers = {}): World => {
    const world = smallWorld(machineOf({ Only: parent }), handlers);
    world.register('machine-child', CHILD_ARN, machineOf(child as Readonly<Record<string, JsonObject>>));
    world.startExecution(MACHINE_ARN, 'one', {});
    return world;
  };

  it('gives the output of a child that ends, for .sync:2', async () => {
    const world = family(nested('sync:2', { a: 1 }, { OutputPath: '$.Output' }), { A: WAIT });
    await world.runUntilIdle();
    expect(world.describeExecution(EXECUTION_ARN)).toMatchObject({
      output: { a: 1 },
      stopDate: START_AT + 60_000,
    });
  });

  it('fails with States.TaskFailed and the description of a child that fails, or that is stopped', async () => {
    const failed = family(nested('sync:2', {}), { A: { Type: 'Fail', Error: 'E' } });
    const stopped = family(nested('sync:2', {}), { A: WAIT });
    await failed.runUntilIdle();
    await stopped.advance(0);
    stopped.stopExecution(CHILD_EXECUTION);
    await stopped.runUntilIdle();
    for (const [world, part] of [
      [failed, '"Error":"E"'],
      [stopped, '"Status":"ABORTED"'],
    ] as const) {
      const { error, cause } = world.describeExecution(EXECUTION_ARN);
      expect([error, cause]).toEqual(['States.TaskFailed', expect.stringContaining(part)]);
    }
  });

  it("lets the parent's token end the task, whatever becomes of the child that got it", async () => {
    const tokens: string[] = [];
    const world = family(
      nested('waitForTaskToken', { 'token.$': '$$.Task.Token' }),
      { A: task('tell'), B: { Type: 'Fail', Error: 'E' } },
      { tell: ({ token }: JsonObject) => tokens.push(String(token)) },
    );
    await world.runUntilIdle();
    expect([statusOf(world), statusOf(world, CHILD_EXECUTION)]).toEqual(['RUNNING', 'FAILED']);
    for (const token of tokens) world.sendTaskSuccess(token, { from: 'child' });
    await world.runUntilIdle();
    expect(world.describeExecution(EXECUTION_ARN).output).toEqual({ from: 'child' });
  });

  it('runs on when its parent is stopped, and cannot take a name that is taken', async () => {
    const world = family(nested('sync:2', {}), { A: WAIT });
    await world.advance(0);
    world.stopExecution(EXECUTION_ARN);
    await world.runUntilIdle();
    expect([statusOf(world), statusOf(world, CHILD_EXECUTION)]).toEqual(['ABORTED', 'SUCCEEDED']);
    const again = world.startExecution(MACHINE_ARN, 'two', {});
    await world.runUntilIdle();
    expect(world.describeExecution(again).error).toBe('StepFunctions.ExecutionAlreadyExistsException');
  });
});

describe('faults', () => {
  const befalls = async (fault: InvocationFault, onCall = 1) => {
    let ran = 0;
    const Retry = [{ ErrorEquals: ['Lambda.Unknown', 'States.Timeout'], MaxAttempts: 1, IntervalSeconds: 1 }];
    const world = smallWorld(machineOf({ Only: task('f', { TimeoutSeconds: 30, Retry }) }), {
      f: () => {
        ran += 1;
      },
    });
    world.onInvoke(({ functionName, call }) => (functionName === 'f' && call === onCall ? fault : undefined));
    world.startExecution(MACHINE_ARN, 'one', {});
    await world.runUntilIdle();
    return [ran, (world.clock.now() - START_AT) / 1000, statusOf(world)];
  };

  it('kills before or after the effect, at the call that is named', async () => {
    expect(await befalls('kill-before')).toEqual([1, 1, 'SUCCEEDED']);
    expect(await befalls('kill-after')).toEqual([2, 1, 'SUCCEEDED']);
    expect(await befalls('kill-after', 2)).toEqual([1, 0, 'SUCCEEDED']);
  });

  it('swallows before or after the effect until the timeout', async () => {
    expect(await befalls('swallow-before')).toEqual([1, 31, 'SUCCEEDED']);
    expect(await befalls('swallow-after')).toEqual([2, 31, 'SUCCEEDED']);
  });

  it('kills a callback after it has parked its token, which is then over', async () => {
    const world = smallWorld(machineOf({ Only: waiting('park') }));
    world.onInvoke(() => 'kill-after');
    world.startExecution(MACHINE_ARN, 'one', {});
    await world.runUntilIdle();
    expect(world.describeExecution(EXECUTION_ARN).error).toBe('Lambda.Unknown');
    expect(() => world.sendTaskSuccess('task-token-1', {})).toThrow(refusal('TaskTimedOut'));
  });
});
