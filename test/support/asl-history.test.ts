import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../core/decider.ts';
import {
  EXECUTION_ARN,
  failing,
  machineOf,
  MACHINE_ARN,
  runOnce,
  smallWorld,
  task,
  waiting,
} from './small-machine.ts';

const PASS: JsonObject = { Type: 'Pass' };
/** Of the execution itself: its start and its end. */
const EXECUTION = 2;

describe('the events of a history', () => {
  const inline = (states: Readonly<Record<string, JsonObject>>): JsonObject => ({
    Type: 'Map',
    ItemProcessor: machineOf(states),
  });
  const parallel: JsonObject = {
    Type: 'Parallel',
    Branches: [machineOf({ A: PASS }), machineOf({ B: PASS })],
  };
  const choice: JsonObject = { Type: 'Choice', Choices: [], Default: 'B' };

  it.each<[what: string, states: Readonly<Record<string, JsonObject>>, events: number]>([
    ['two of a Pass', { A: PASS }, 2],
    ['two of a Choice', { A: choice, B: PASS }, 2 + 2],
    ['two of a Wait', { A: { Type: 'Wait', Seconds: 1 } }, 2],
    ['two of a Succeed', { A: { Type: 'Succeed' } }, 2],
    ['one of a Fail, which is never left', { A: { Type: 'Fail', Error: 'E' } }, 1],
    ['five of a task: entered, scheduled, started, succeeded, exited', { A: task('f') }, 5],
    ['four of a task that fails', { A: task('fails') }, 4],
    [
      'three for each retry',
      { A: task('fails', { Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }] }) },
      5 + 3,
    ],
    [
      'five of a task whose failure is caught',
      { A: task('fails', { Catch: [{ ErrorEquals: ['E'], Next: 'B' }] }), B: PASS },
      5 + 2,
    ],
    [
      'four of a Map, and two for each of its iterations beside their states',
      { A: inline({ B: PASS }) },
      4 + 2 * 4,
    ],
    ['four of a Parallel beside the states of its branches', { A: parallel }, 4 + 2 * 2],
  ])('are %s', async (_, states, events) => {
    const { world } = await runOnce(machineOf(states), [1, 2] as Json, { fails: failing('E') });
    expect(world.history(EXECUTION_ARN).events).toBe(EXECUTION + events);
  });

  it('are six of a task that waits, which is submitted as well', async () => {
    const world = smallWorld(machineOf({ A: waiting('park') }));
    world.startExecution(MACHINE_ARN, 'one', {});
    await world.advance(0);
    world.sendTaskSuccess('task-token-1', {});
    await world.runUntilIdle();
    expect(world.history(EXECUTION_ARN)).toMatchObject({ events: EXECUTION + 6, transitions: 1 });
  });

  it('are 25,000 at most, and then the execution fails', async () => {
    const { world, status, error } = await runOnce(machineOf({ A: { ...PASS, Next: 'A' } }));
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(world.history(EXECUTION_ARN).transitions).toBe((25_000 - EXECUTION) / 2 + 1);
  });
});
