import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../core/decider.ts';
import type { World } from './asl-interpreter.ts';
import {
  EXECUTION_ARN,
  machineOf,
  MACHINE_ARN,
  runOnce,
  smallWorld,
  task,
  waiting,
} from './small-machine.ts';

const PASS: JsonObject = { Type: 'Pass' };
const WAIT: JsonObject = { Type: 'Wait', Seconds: 60 };
const DISTRIBUTED = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
const NESTED_ARN = `${MACHINE_ARN}-nested`;

/** A distributed map over `$.items`. */
function mapRun(states: Readonly<Record<string, JsonObject>>, rest: JsonObject = {}): JsonObject {
  const ItemProcessor = { ProcessorConfig: DISTRIBUTED, ...machineOf(states) };
  return { Type: 'Map', ItemsPath: '$.items', ToleratedFailurePercentage: 100, ItemProcessor, ...rest };
}

function childrenOf(world: World) {
  return world.listExecutions().filter(({ executionArn }) => executionArn.includes('/Slots:'));
}

describe('a distributed map', () => {
  it('runs each item as an execution of its own, with an ARN, an input and a context of its own', async () => {
    const Own = { Type: 'Pass', Parameters: { 'id.$': '$$.Execution.Id', 'input.$': '$$.Execution.Input' } };
    const ItemSelector = {
      'parent.$': '$$.Execution.Id',
      'slot.$': '$$.Map.Item.Value',
      'at.$': '$$.Map.Item.Index',
    };
    const { world, output } = await runOnce(machineOf({ Slots: mapRun({ Own }, { ItemSelector }) }), {
      items: ['a', 'b'],
    });
    const children = childrenOf(world);
    expect(output).toEqual(
      ['a', 'b'].map((slot, at) => ({
        id: children[at]?.executionArn,
        input: { parent: EXECUTION_ARN, slot, at },
      })),
    );
    const [{ executionArn, stateMachineArn, name } = { name: '' }] = children;
    expect(executionArn).toBe(EXECUTION_ARN.replace(':one', `/Slots:${name}`));
    expect(name).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(stateMachineArn).toBe(`${MACHINE_ARN}/Slots`);
  });

  it('keeps the histories of its children out of its own', async () => {
    const { world } = await runOnce(machineOf({ Slots: mapRun({ A: PASS, B: WAIT }) }), {
      items: [1, 2, 3],
    });
    expect(world.history(EXECUTION_ARN)).toMatchObject({ transitions: 1, events: 2 + 6 });
    for (const { executionArn } of childrenOf(world)) {
      expect(world.history(executionArn)).toMatchObject({ transitions: 2, events: 2 + 2 + 2 });
    }
  });

  it('outlives the failure of its children, whose place in the output is null', async () => {
    const check = ({ fails }: JsonObject) => {
      if (fails === true) throw new Error();
      return 'fine';
    };
    const states = { Only: task('check', { OutputPath: '$.Payload' }) };
    const items = [{ fails: true }, { fails: false }];
    const { world, output } = await runOnce(machineOf({ Slots: mapRun(states) }), { items }, { check });
    expect(output).toEqual([null, 'fine']);
    expect(childrenOf(world).map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it('catches inside of a child', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.ended', Next: 'Caught' }];
    const states = {
      Claim: waiting('claim', { Catch }),
      Caught: { Type: 'Pass', Parameters: { 'error.$': '$.ended.Error' } },
    };
    const world = smallWorld(machineOf({ Slots: mapRun(states) }));
    world.startExecution(MACHINE_ARN, 'one', { items: [{}] });
    await world.advance(0);
    world.sendTaskFailure('task-token-1', 'NothingToClaim', '');
    await world.runUntilIdle();
    expect(world.describeExecution(EXECUTION_ARN).output).toEqual([{ error: 'NothingToClaim' }]);
  });

  it('runs as many at once as MaxConcurrency says, beyond the forty of an inline one', async () => {
    const took = async (MaxConcurrency: number) => {
      const items = Array.from({ length: 120 }, () => ({}));
      const { tookSeconds } = await runOnce(
        machineOf({ Slots: mapRun({ Only: WAIT }, { MaxConcurrency }) }),
        { items },
      );
      return tookSeconds / 60;
    };
    expect([await took(1000), await took(60), await took(50)]).toEqual([1, 2, 3]);
  });

  it('ends its children with itself, but not the executions that those have started', async () => {
    const Nested = {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: {
        StateMachineArn: NESTED_ARN,
        Input: { 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$': '$$.Execution.Id' },
      },
    };
    const world = smallWorld(machineOf({ Slots: mapRun({ Nested }) }));
    world.register('nested', NESTED_ARN, machineOf({ Only: WAIT }));
    world.startExecution(MACHINE_ARN, 'one', { items: [1, 2] });
    await world.advance(10_000);
    world.stopExecution(EXECUTION_ARN);
    await world.runUntilIdle();
    expect(childrenOf(world).map(({ status }) => status)).toEqual(['ABORTED', 'ABORTED']);
    const nested = world.listExecutions().filter(({ stateMachineArn }) => stateMachineArn === NESTED_ARN);
    expect(nested.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(nested.map(({ input }) => input)).toEqual(
      childrenOf(world).map((child) => ({ AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: child.executionArn })),
    );
  });

  it('is refused where it is of another kind, or a failed child would fail it', () => {
    const refused = (rest: JsonObject, ProcessorConfig: JsonObject = DISTRIBUTED) => {
      const ItemProcessor = { ...machineOf({ Only: PASS }), ProcessorConfig };
      return () => smallWorld(machineOf({ Slots: { Type: 'Map', ItemProcessor, ...rest } }));
    };
    expect(refused({ ToleratedFailurePercentage: 100 })).not.toThrow();
    expect(refused({})).toThrow(/Slots: only/);
    expect(refused({ ToleratedFailurePercentage: 50 })).toThrow(/Slots: only/);
    const express = { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' };
    expect(refused({ ToleratedFailurePercentage: 100 }, express)).toThrow(/Slots: only/);
    expect(refused({ ToleratedFailurePercentage: 100 }, { Mode: 'INLINE' })).toThrow(/Slots: only/);
  });
});
