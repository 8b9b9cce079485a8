import { describe, expect, it } from 'vitest';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import type { Simulation } from '../support/simulation.ts';
import { QUOTE, STATE_MACHINE_ARN, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOOKS = { BeforeAllowTraffic: 'check' };
const ONE_STEP = [{ weight: 100 }];

async function waiting(sim: Simulation, alarms: readonly string[] = []): Promise<string> {
  sim.hook = async () => ({ status: 'returned', result: undefined, logTail: '' });
  const id = await sim.launch({ hooks: HOOKS, steps: ONE_STEP, alarms: { names: alarms } });
  await sim.world.advance(MINUTE);
  return id;
}

describe('an execution that somebody starts beside the one that runs a deployment', () => {
  it.each(['stop', 'alarm', 'callback'] as const)(
    'is refused, and a %s still acts at once',
    async (signal) => {
      const sim = await simulation();
      sim.alarms.set('checkout-5xx', 'OK');
      const id = await waiting(sim, ['checkout-5xx']);
      const beside = sim.world.startExecution(STATE_MACHINE_ARN, 'new-execution', { deploymentId: id });
      await sim.world.advance(30_000);
      expect(sim.world.describeExecution(beside)).toMatchObject({
        status: 'FAILED',
        error: 'DeploymentAlreadyStartedException',
      });
      const [event] = sim.hookCalls;
      if (event === undefined) throw new Error('the hook was not called');
      if (signal === 'stop') await sim.stop(id);
      if (signal === 'alarm') await sim.ring('checkout-5xx');
      if (signal === 'callback') await sim.callBack(event, 'Succeeded');
      await sim.world.advance(0);
      expect((await sim.deployment(id)).status).toBe(signal === 'callback' ? 'Succeeded' : 'Stopped');
    },
  );
});

describe('a hook', () => {
  it('is called although its role could not be assumed at the first try', async () => {
    const sim = await simulation();
    const { role } = sim;
    let tries = 0;
    const id = await sim.launch({ hooks: HOOKS, steps: ONE_STEP });
    sim.role = () => {
      tries += 1;
      // Admit has it; then, where the hook is to be called, the connection breaks once.
      if (tries === 2) throw new Error('socket hang up');
      return role();
    };
    await sim.world.runUntilIdle();
    expect(sim.hookCalls).toHaveLength(1);
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });

  it('that Lambda throttles is called when it can be, once', async () => {
    const sim = await simulation();
    let calls = 0;
    sim.hook = async () => {
      calls += 1;
      return calls <= 3
        ? { status: 'throttled', message: 'Rate exceeded' }
        : { status: 'returned', result: { status: 'Succeeded' }, logTail: '' };
    };
    const id = await sim.launch({ hooks: HOOKS, steps: ONE_STEP });
    await sim.world.runUntilIdle();
    expect(calls).toBe(4);
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });

  it('that Lambda refuses to call fails at once, with the reason', async () => {
    const sim = await simulation();
    sim.hook = async () => ({
      status: 'refused',
      message: 'ResourceConflictException: the function is Pending',
    });
    const id = await sim.launch({ hooks: HOOKS });
    await sim.world.advance(MINUTE);
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      end: { code: 'HOOK_EXECUTION_FAILURE', message: expect.stringContaining('is Pending') },
    });
  });

  it('that succeeds at the end of its hour counts, though its wake is lost', async () => {
    const sim = await simulation();
    const id = await waiting(sim);
    await sim.world.advance(58 * MINUTE);
    const [event] = sim.hookCalls;
    if (event === undefined) throw new Error('the hook was not called');
    sim.lost.wake = true;
    await sim.callBack(event, 'Succeeded');
    sim.lost.wake = false;
    await sim.world.runUntilIdle();
    const state = await sim.deployment(id);
    expect(state.status).toBe('Succeeded');
    expect((state.completedAt ?? 0) - state.createdAt).toBeLessThan(HOUR + 5 * MINUTE);
  });
});

describe('a later try of a step that is on its way when its execution is killed', () => {
  it('is fenced off as the first one is', async () => {
    const sim = await simulation();
    let updates = 0;
    sim.lambda.failing = (operation) => {
      if (operation !== 'update') return undefined;
      updates += 1;
      return updates <= 3 ? { status: 'throttled', message: 'slow down' } : undefined;
    };
    const id = await sim.launch();
    let held = false;
    sim.lambda.beforeUpdate = async () => {
      if (held) return;
      held = true;
      sim.world.stopExecution(executionArnOf(STATE_MACHINE_ARN, id), 'Killed', 'by hand');
      await sim.world.clock.sleep(5_000);
    };
    await sim.world.runUntilIdle();
    expect(held).toBe(true);
    expect((await sim.deployment(id)).status).toBe('Failed');
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject({ functionVersion: '1', additionalVersionWeights: {} });
  });
});
