import { describe, expect, it } from 'vitest';
import { isWeighted } from '../../core/deployments/alias.ts';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import type { Simulation } from '../support/simulation.ts';
import { QUOTE, STATE_MACHINE_ARN, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;
const ROLLBACK = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'];
const whole = (functionVersion: string) => ({ functionVersion, additionalVersionWeights: {} });

/** Holds the first update on its way to Lambda for so long, and does something meanwhile. */
function slowFirstUpdate(sim: Simulation, milliseconds: number, meanwhile: () => void): void {
  let first = true;
  sim.lambda.beforeUpdate = async () => {
    if (!first) return;
    first = false;
    meanwhile();
    await sim.world.clock.sleep(milliseconds);
  };
}

describe('an update of the alias that is still on its way', () => {
  it('when its execution is killed and replaced does not divide the alias afterwards', async () => {
    const sim = await simulation();
    const id = await sim.launch({ rollbackOn: ROLLBACK });
    slowFirstUpdate(sim, 3_000, () =>
      sim.world.stopExecution(executionArnOf(STATE_MACHINE_ARN, id), 'Killed', 'by hand'),
    );
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Failed');
    expect(isWeighted(sim.lambda.aliasOf(QUOTE))).toBe(false);
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
  });

  it('when its state has timed out and a stop comes does not divide the alias afterwards', async () => {
    const sim = await simulation();
    const steps = [{ weight: 10, bakeMinutes: 1 }, { weight: 100 }];
    const id = await sim.launch({ steps, rollbackOn: ROLLBACK });
    slowFirstUpdate(sim, 70_000, () => {});
    await sim.world.advance(65_000);
    await sim.stop(id);
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Stopped');
    expect(isWeighted(sim.lambda.aliasOf(QUOTE))).toBe(false);
  });

  it('when its state has timed out and was entered again counts once', async () => {
    const sim = await simulation();
    const steps = [{ weight: 10, bakeMinutes: 1 }, { weight: 100 }];
    const id = await sim.launch({ steps });
    slowFirstUpdate(sim, 70_000, () => {});
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('2'));
  });

  it('is waited out where writing the alias as it is does not make its revision id stale', async () => {
    const sim = await simulation();
    const id = await sim.launch({ rollbackOn: ROLLBACK });
    // A Lambda that gives no new revision id for what changes nothing.
    const { update } = sim.lambda.aliases;
    const stubborn: typeof update = async (name, routing, revisionId) => {
      const { functionVersion, additionalVersionWeights } = sim.lambda.aliasOf(name);
      const same =
        JSON.stringify({ functionVersion, additionalVersionWeights }) ===
        JSON.stringify({
          functionVersion: routing.functionVersion,
          additionalVersionWeights: routing.additionalVersionWeights,
        });
      return same ? { status: 'updated' } : update(name, routing, revisionId);
    };
    Object.assign(sim.lambda.aliases, { update: stubborn });
    slowFirstUpdate(sim, 30_000, () =>
      sim.world.stopExecution(executionArnOf(STATE_MACHINE_ARN, id), 'Killed', 'by hand'),
    );
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Failed');
    expect(isWeighted(sim.lambda.aliasOf(QUOTE))).toBe(false);
  });
});

describe('patience', () => {
  it('with a throttled call after a long warm-up begins anew', async () => {
    const sim = await simulation();
    const startedAt = sim.world.clock.now();
    const warmUntil = startedAt + 20 * MINUTE;
    sim.lambda.warmth = () =>
      sim.world.clock.now() < warmUntil ? { status: 'warming', message: 'allocating' } : { status: 'ready' };
    let throttled = 0;
    sim.lambda.failing = (operation) => {
      if (operation !== 'get' || sim.world.clock.now() < warmUntil || throttled > 0) return undefined;
      throttled += 1;
      return { status: 'throttled', message: 'slow down' };
    };
    const id = await sim.launch({ steps: [{ weight: 100 }] });
    await sim.world.runUntilIdle();
    expect(throttled).toBe(1);
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });

  it('with an alias that warms up is not needed for an alarm: it ends the wait at once', async () => {
    const sim = await simulation();
    sim.alarms.set('checkout-5xx', 'OK');
    let warm = false;
    sim.lambda.warmth = () => (warm ? { status: 'ready' } : { status: 'warming', message: 'allocating' });
    const id = await sim.launch({ alarms: { names: ['checkout-5xx'] } });
    await sim.world.advance(3 * MINUTE);
    warm = true;
    await sim.ring('checkout-5xx');
    await sim.world.advance(0);
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'ALARM_ACTIVE' } });
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
  });

  it('with a broken role is a whole five minutes for a replacement, too', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    sim.role = () => ({ status: 'denied', message: 'not authorized' });
    sim.world.stopExecution(executionArnOf(STATE_MACHINE_ARN, id), 'Killed', 'by hand');
    await sim.world.runUntilIdle();
    const state = await sim.deployment(id);
    expect(state).toMatchObject({ executions: 2, end: { code: 'IAM_ROLE_PERMISSIONS' } });
    expect((state.completedAt ?? 0) - state.createdAt).toBeLessThan(9 * MINUTE);
  });
});

describe('an end that nobody could restore', () => {
  it('is counted for our alarm also when a repair has to give up', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    sim.world.onInvoke(({ stateName }) =>
      stateName === 'RestoreTraffic' || stateName === 'Finish' ? 'kill-before' : undefined,
    );
    await sim.stop(id);
    await sim.world.runUntilIdle();
    expect(sim.types(id)).toContain('TrafficLeftWeighted');
    expect(sim.counted.filter((name) => name === 'TrafficLeftWeighted')).toHaveLength(1);
    expect(sim.counted.filter((name) => name === 'DeploymentRepaired')).toHaveLength(3);
  });

  it('keeps its own code where something else than the role was in the way', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    sim.lambda.failing = (operation) =>
      operation === 'update' ? { status: 'throttled', message: 'slow down' } : undefined;
    await sim.stop(id);
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'MANUAL_STOP' } });
  });

  it('is none where the alias is gone: there is nothing to restore', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    sim.lambda.failing = (operation) =>
      operation === 'get' ? { status: 'missing', message: 'no alias' } : undefined;
    await sim.stop(id);
    await sim.world.advance(0);
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Stopped',
      end: { code: 'MANUAL_STOP' },
      restore: { outcome: 'left-alone', message: expect.stringContaining('no longer exists') },
    });
  });
});

describe('an alarm that several deployments watch', () => {
  it('is told to each, though one of them cannot be told', async () => {
    const sim = await simulation();
    sim.alarms.set('shared', 'OK');
    const tax = { functionName: 'tax', functionAlias: 'live' };
    sim.lambda.give(tax, whole('1'), ['1', '2']);
    const first = await sim.launch({ alarms: { names: ['shared'] } });
    const second = await sim.launch({ ...tax, group: 'group-2', alarms: { names: ['shared'] } });
    await sim.world.advance(MINUTE);
    sim.deafen(first);
    await expect(sim.ring('shared')).rejects.toThrow('shared was not told to all');
    await sim.world.advance(0);
    expect((await sim.deployment(second)).status).toBe('Stopped');
  });
});
