import { describe, expect, it } from 'vitest';
import { HOOK_MACHINE_ARN, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;

describe('a task that calls a hook and dies', () => {
  it.each(['kill-before', 'kill-after', 'swallow-after'] as const)(
    '%s its effect: the function is called once, and the deployment succeeds',
    async (fault) => {
      const sim = await simulation();
      let struck = false;
      sim.world.onInvoke(({ stateName }) => {
        if (stateName !== 'InvokeHook' || struck) return undefined;
        struck = true;
        return fault;
      });
      const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' }, steps: [{ weight: 100 }] });
      await sim.world.runUntilIdle();
      expect(struck).toBe(true);
      expect(sim.hookCalls).toHaveLength(1);
      expect((await sim.deployment(id)).status).toBe('Succeeded');
    },
  );

  it('before its effect and without a word is given up by its deadline', async () => {
    const sim = await simulation();
    sim.world.onInvoke(({ stateName }) => (stateName === 'InvokeHook' ? 'swallow-before' : undefined));
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' } });
    await sim.world.advance(6 * MINUTE);
    expect(await sim.deployment(id)).toMatchObject({ status: 'Failed', end: { code: 'TIMEOUT' } });
    expect(sim.hookCalls).toHaveLength(0);
  });

  it('every time: nobody knows the token, so the deployment is repaired by the end of the child', async () => {
    const sim = await simulation();
    sim.world.onInvoke(({ stateName }) => (stateName === 'InvokeHook' ? 'kill-before' : undefined));
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' } });
    await sim.world.advance(5 * MINUTE);
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      executions: 2,
      end: { code: 'INTERNAL_ERROR' },
    });
    expect(sim.hookCalls).toHaveLength(0);
  });

  it('after the function was called leaves the answer to its callback', async () => {
    const sim = await simulation();
    sim.hook = async () => ({ status: 'returned', result: undefined, logTail: '' });
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' }, steps: [{ weight: 100 }] });
    await sim.world.advance(MINUTE);
    const child = sim.world
      .listExecutions()
      .find(({ stateMachineArn }) => stateMachineArn === HOOK_MACHINE_ARN);
    expect(child?.status).toBe('SUCCEEDED');
    const [event] = sim.hookCalls;
    if (event !== undefined) await sim.callBack(event, 'Succeeded');
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });

  it('and the wake of its answer is lost: the sweep brings it', async () => {
    const sim = await simulation();
    sim.hook = async () => ({ status: 'returned', result: undefined, logTail: '' });
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'check' }, steps: [{ weight: 100 }] });
    await sim.world.advance(MINUTE);
    const [event] = sim.hookCalls;
    sim.lost.wake = true;
    if (event !== undefined) await sim.callBack(event, 'Succeeded');
    sim.lost.wake = false;
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });
});
