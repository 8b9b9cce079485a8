import { describe, expect, it } from 'vitest';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import type { HookEvent, Simulation } from '../support/simulation.ts';
import { QUOTE, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BOTH = { BeforeAllowTraffic: 'check-before', AfterAllowTraffic: 'check-after' };
const ROLLBACK = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'];
const whole = (functionVersion: string) => ({ functionVersion, additionalVersionWeights: {} });

function statuses({ lifecycleEvents }: ExistingDeployment): readonly string[] {
  return lifecycleEvents.map(({ status }) => status);
}

/** A function that runs until the test lets it end. */
function slowHook(sim: Simulation): { readonly called: () => HookEvent | undefined } {
  sim.hook = async () => {
    await sim.world.clock.sleep(10 * MINUTE);
    return { status: 'returned', result: undefined, logTail: '' };
  };
  return { called: () => sim.hookCalls.at(-1) };
}

describe('hooks that return their status', () => {
  it('let the canary begin and end, and are told what they validate', async () => {
    const sim = await simulation();
    const id = await sim.launch({ hooks: BOTH });
    await sim.world.runUntilIdle();
    const state = await sim.deployment(id);
    expect(state.status).toBe('Succeeded');
    expect(statuses(state)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
    expect(sim.hookCalls).toHaveLength(2);
    expect(sim.hookCalls[0]).toEqual({
      DeploymentId: id,
      LifecycleEventHookExecutionId: expect.any(String),
      FunctionName: QUOTE.functionName,
      Alias: QUOTE.functionAlias,
      CurrentVersion: '1',
      TargetVersion: '2',
    });
    expect(JSON.stringify(sim.store.allEvents())).not.toContain(
      sim.hookCalls[0]?.LifecycleEventHookExecutionId,
    );
  });

  it('cost at most 16 state transitions, parent and children together', async () => {
    const sim = await simulation();
    await sim.launch({ hooks: BOTH });
    await sim.world.runUntilIdle();
    const transitions = sim.world
      .listExecutions()
      .map(({ executionArn }) => sim.world.history(executionArn).transitions);
    expect(transitions).toHaveLength(3);
    expect(transitions.reduce((sum, some) => sum + some, 0)).toBeLessThanOrEqual(16);
  });

  it('run on a redeploy as well, which moves nothing', async () => {
    const sim = await simulation();
    await sim.launch();
    await sim.world.runUntilIdle();
    const id = await sim.launch({ hooks: BOTH });
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Succeeded',
      admission: { alreadyInPlace: true },
    });
    expect(sim.hookCalls).toHaveLength(2);
  });

  it('say Failed before any traffic moves: nothing is moved, the message and the log are in the diagnostics', async () => {
    const sim = await simulation();
    sim.hook = async () => ({
      status: 'returned',
      result: { status: 'Failed', message: 'the price is wrong' },
      logTail: 'expected 100, got 99',
    });
    const id = await sim.launch({ hooks: BOTH, rollbackOn: ROLLBACK });
    await sim.world.runUntilIdle();
    const state = await sim.deployment(id);
    expect(state).toMatchObject({
      status: 'Failed',
      end: { code: 'HOOK_EXECUTION_FAILURE', message: expect.stringContaining('the price is wrong') },
    });
    expect(state.lifecycleEvents[0]).toMatchObject({
      status: 'Failed',
      diagnostics: {
        errorCode: 'ScriptFailed',
        scriptName: 'check-before',
        message: 'the price is wrong',
        logTail: 'expected 100, got 99',
      },
    });
    expect(statuses(state)).toEqual(['Failed', 'Skipped', 'Skipped']);
    expect(sim.lambda.history(QUOTE)).toEqual([whole('1')]);
    // The rollback runs no hooks.
    expect(await sim.rollbackOf(id)).toMatchObject({ status: 'Succeeded' });
    expect(sim.hookCalls).toHaveLength(1);
  });

  it('say Failed after all traffic has moved: the rollback brings the version before back', async () => {
    const sim = await simulation();
    sim.hook = async (name) => ({
      status: 'returned',
      result: { status: name === 'check-after' ? 'Failed' : 'Succeeded' },
      logTail: '',
    });
    const id = await sim.launch({ hooks: BOTH, rollbackOn: ROLLBACK });
    await sim.world.runUntilIdle();
    expect(statuses(await sim.deployment(id))).toEqual(['Succeeded', 'Succeeded', 'Failed']);
    expect(await sim.rollbackOf(id)).toMatchObject({
      status: 'Succeeded',
      admission: { alreadyInPlace: false },
    });
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
  });
});

describe('a hook that calls back', () => {
  it('while it runs: the deployment goes on at once, and what it returns later is only recorded', async () => {
    const sim = await simulation();
    sim.hook = async (_, event) => {
      await sim.callBack(event, 'Succeeded');
      await sim.world.clock.sleep(10 * MINUTE);
      return { status: 'threw', message: 'too late'.padEnd(1001, '!'), logTail: '' };
    };
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' }, steps: [{ weight: 100 }] });
    await sim.world.advance(MINUTE);
    expect((await sim.deployment(id)).status).toBe('Succeeded');
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
    expect(sim.events(id).at(-1)).toMatchObject({
      type: 'HookAnsweredLate',
      data: { message: 'too late'.padEnd(1000, '!') },
    });
  });

  it('long after it has ended: the deployment waits for it', async () => {
    const sim = await simulation();
    sim.hook = async () => ({ status: 'returned', result: 'whatever CodeDeploy ignores', logTail: '' });
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' }, steps: [{ weight: 100 }] });
    await sim.world.advance(30 * MINUTE);
    expect((await sim.deployment(id)).status).toBe('InProgress');
    const [event] = sim.hookCalls;
    if (event !== undefined) await sim.callBack(event, 'Succeeded');
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });

  it('twice is told that the event is over, and so is one whose deployment has ended', async () => {
    const sim = await simulation();
    sim.hook = async () => ({ status: 'returned', result: undefined, logTail: '' });
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' }, steps: [{ weight: 100 }] });
    await sim.world.advance(MINUTE);
    const [event] = sim.hookCalls;
    if (event === undefined) throw new Error('the hook was not called');
    await sim.callBack(event, 'Succeeded');
    await expect(sim.callBack(event, 'Failed')).rejects.toMatchObject({
      code: 'LifecycleEventAlreadyCompletedException',
    });
    await sim.world.runUntilIdle();
    await expect(sim.callBack(event, 'Failed')).rejects.toMatchObject({
      code: 'LifecycleEventAlreadyCompletedException',
    });
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });

  it('with another id is refused and changes nothing', async () => {
    const sim = await simulation();
    sim.hook = async () => ({ status: 'returned', result: undefined, logTail: '' });
    await sim.launch({ hooks: { BeforeAllowTraffic: 'check' } });
    await sim.world.advance(MINUTE);
    const before = sim.store.allEvents().length;
    const [event] = sim.hookCalls;
    if (event === undefined) throw new Error('the hook was not called');
    await expect(
      sim.callBack({ ...event, LifecycleEventHookExecutionId: 'guessed' }, 'Succeeded'),
    ).rejects.toMatchObject({ code: 'InvalidLifecycleEventHookExecutionIdException' });
    expect(sim.store.allEvents()).toHaveLength(before);
  });

  it('says Failed: the deployment fails at once, though the function still runs', async () => {
    const sim = await simulation();
    sim.hook = async (_, event) => {
      await sim.callBack(event, 'Failed');
      await sim.world.clock.sleep(10 * MINUTE);
      return { status: 'returned', result: undefined, logTail: '' };
    };
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' } });
    await sim.world.advance(MINUTE);
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      end: { code: 'HOOK_EXECUTION_FAILURE' },
    });
  });
});

describe('a hook that cannot answer', () => {
  it.each([
    [
      'throws',
      { status: 'threw', message: 'TypeError: no price', logTail: 'at line 3' },
      'ScriptFailed',
      'no price',
    ],
    ['does not exist', { status: 'missing', message: 'not found' }, 'ScriptMissing', 'no such function'],
    [
      'may not be called',
      { status: 'denied', message: 'not authorized' },
      'ScriptNotExecutable',
      'lambda:InvokeFunction',
    ],
  ] as const)('because it %s fails its event at once', async (_, outcome, errorCode, words) => {
    const sim = await simulation();
    sim.hook = async () => outcome;
    const id = await sim.launch({ hooks: BOTH });
    await sim.world.advance(MINUTE);
    const state = await sim.deployment(id);
    expect(state).toMatchObject({ status: 'Failed', end: { code: 'HOOK_EXECUTION_FAILURE' } });
    expect(state.lifecycleEvents[0]?.diagnostics).toMatchObject({
      errorCode,
      message: expect.stringContaining(words),
    });
  });

  it('and never does fails its event after an hour, by the timer of the workflow', async () => {
    const sim = await simulation();
    sim.hook = async () => ({ status: 'unknown', message: 'socket hang up' });
    const id = await sim.launch({ hooks: BOTH });
    await sim.world.advance(59 * MINUTE);
    expect((await sim.deployment(id)).status).toBe('InProgress');
    await sim.world.runUntilIdle();
    const state = await sim.deployment(id);
    expect(state).toMatchObject({ status: 'Failed', end: { code: 'HOOK_EXECUTION_FAILURE' } });
    expect(state.lifecycleEvents[0]?.diagnostics).toMatchObject({
      errorCode: 'ScriptTimedOut',
      scriptName: 'check-before',
    });
    expect((state.completedAt ?? 0) - state.createdAt).toBeLessThanOrEqual(HOUR + 3 * MINUTE);
  });
});

describe('while a hook runs', () => {
  it('a stop ends the deployment at once', async () => {
    const sim = await simulation();
    slowHook(sim);
    const id = await sim.launch({ hooks: BOTH });
    await sim.world.advance(MINUTE);
    await sim.stop(id);
    await sim.world.advance(0);
    const state = await sim.deployment(id);
    expect(state).toMatchObject({ status: 'Stopped', end: { code: 'MANUAL_STOP' } });
    expect(statuses(state)).toEqual(['Failed', 'Skipped', 'Skipped']);
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Stopped');
  });

  it('an alarm ends it at once, and the rollback brings the traffic back', async () => {
    const sim = await simulation();
    sim.alarms.set('checkout-5xx', 'OK');
    slowHook(sim);
    const hooks = { AfterAllowTraffic: 'check' };
    const id = await sim.launch({
      hooks,
      steps: [{ weight: 100 }],
      alarms: { names: ['checkout-5xx'] },
      rollbackOn: ROLLBACK,
    });
    await sim.world.advance(MINUTE);
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('2'));
    await sim.ring('checkout-5xx');
    await sim.world.advance(MINUTE);
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'ALARM_ACTIVE' } });
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
    await sim.world.runUntilIdle();
  });
});
