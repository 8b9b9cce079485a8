import { describe, expect, it } from 'vitest';
import type { Simulation } from '../support/simulation.ts';
import { QUOTE, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;
const ALL_ROLLBACKS = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'];
const whole = (functionVersion: string) => ({ functionVersion, additionalVersionWeights: {} });

async function watched(
  rollbackOn: readonly string[] = ALL_ROLLBACKS,
): Promise<{ sim: Simulation; id: string }> {
  const sim = await simulation();
  sim.alarms.set('checkout-5xx', 'OK');
  const id = await sim.launch({ alarms: { names: ['checkout-5xx'] }, rollbackOn });
  return { sim, id };
}

describe('an alarm', () => {
  it('in the middle of the bake restores the alias at once and rolls back', async () => {
    const { sim, id } = await watched();
    await sim.world.advance(2 * MINUTE);
    await sim.ring('checkout-5xx');
    await sim.world.advance(0);
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Stopped',
      end: { code: 'ALARM_ACTIVE', message: expect.stringContaining('<checkout-5xx>') },
      completedAt: expect.any(Number),
      traffic: { weight: 0 },
    });
    expect(sim.types(id)).toContain('TrafficRestored');
    const rollback = await sim.rollbackOf(id);
    expect(rollback).toMatchObject({
      status: 'Succeeded',
      created: { creator: 'codeDeployRollback', rollbackOf: { deploymentId: id }, alarms: { names: [] } },
      admission: { alreadyInPlace: true },
    });
  });

  it('that rings already at the start stops the deployment before any traffic moves', async () => {
    const sim = await simulation();
    sim.alarms.set('checkout-5xx', 'ALARM');
    const id = await sim.launch({ alarms: { names: ['checkout-5xx'] } });
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'ALARM_ACTIVE' } });
    expect(sim.lambda.history(QUOTE)).toEqual([whole('1')]);
  });

  it('whose message is lost is seen by the look before the next shift', async () => {
    const { sim, id } = await watched();
    sim.lost.alarm = true;
    await sim.world.advance(MINUTE);
    await sim.ring('checkout-5xx');
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'ALARM_ACTIVE' } });
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
  });

  it('whose wake is lost is found by the sweep', async () => {
    const { sim, id } = await watched();
    await sim.world.advance(MINUTE);
    sim.lost.wake = true;
    await sim.ring('checkout-5xx');
    sim.lost.wake = false;
    await sim.world.advance(4 * MINUTE);
    expect((await sim.deployment(id)).status).toBe('Stopped');
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
  });

  it('that cannot be read stops the deployment, unless ignorePollAlarmFailure says otherwise', async () => {
    const sim = await simulation();
    const strict = await sim.launch({ alarms: { names: ['no-such-alarm'] } });
    await sim.world.runUntilIdle();
    expect(await sim.deployment(strict)).toMatchObject({
      status: 'Stopped',
      end: { code: 'ALARM_ACTIVE', message: expect.stringContaining('could not be read') },
    });
    const lenient = await sim.launch({ alarms: { names: ['no-such-alarm'], ignorePollAlarmFailure: true } });
    await sim.world.runUntilIdle();
    expect((await sim.deployment(lenient)).status).toBe('Succeeded');
  });

  it('that the role may not read before the end any more stops the deployment as well', async () => {
    const sim = await simulation();
    sim.alarms.set('checkout-5xx', 'OK');
    sim.hook = async () => {
      sim.role = () => ({ status: 'denied', message: 'not authorized to perform: sts:AssumeRole' });
      return { status: 'returned', result: { status: 'Succeeded' }, logTail: '' };
    };
    const hooks = { AfterAllowTraffic: 'check' };
    const id = await sim.launch({ alarms: { names: ['checkout-5xx'] }, hooks });
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Stopped',
      end: { code: 'ALARM_ACTIVE', message: expect.stringContaining('not authorized') },
    });
  });

  it('of somebody else, another account or another region, changes nothing', async () => {
    const { sim, id } = await watched();
    await sim.world.advance(MINUTE);
    await sim.ring('unrelated');
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });

  it('does not stop a rollback', async () => {
    const { sim, id } = await watched();
    await sim.world.advance(MINUTE);
    await sim.ring('checkout-5xx');
    await sim.world.runUntilIdle();
    expect(await sim.rollbackOf(id)).toMatchObject({ status: 'Succeeded' });
  });
});

describe('a stop', () => {
  it('during the bake puts the alias back whole although no rollback is configured', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    await sim.stop(id);
    await sim.world.advance(0);
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Stopped',
      end: { code: 'MANUAL_STOP', rollback: { status: 'none' } },
    });
    expect(sim.events(id).filter(({ type }) => type === 'TrafficRestored')).toMatchObject([
      { data: { outcome: 'restored', weight: 0 } },
    ]);
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
  });

  it('before the workflow starts ends it before anything moves', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.stop(id);
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'MANUAL_STOP' } });
    expect(sim.lambda.history(QUOTE)).toEqual([whole('1')]);
  });

  it('in the middle of a shift lets the shift be recorded and then puts it back', async () => {
    const sim = await simulation();
    let stopped = false;
    sim.lambda.afterUpdate = () => {
      if (stopped) return;
      stopped = true;
      sim.world.clock.track('stop', () => sim.stop(id));
    };
    const id = await sim.launch();
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Stopped');
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
  });

  it('with autoRollbackEnabled true rolls back whatever is configured, with false it does not', async () => {
    for (const [wanted, configured] of [
      [true, []],
      [false, ALL_ROLLBACKS],
    ] as const) {
      const sim = await simulation();
      const id = await sim.launch({ rollbackOn: configured });
      await sim.world.advance(MINUTE);
      await sim.stop(id, wanted);
      await sim.world.runUntilIdle();
      expect((await sim.rollbackOf(id)) !== undefined).toBe(wanted);
    }
  });

  it('is the same stop when it is asked for again', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    await sim.stop(id);
    await sim.stop(id);
    await sim.world.runUntilIdle();
    await sim.stop(id);
    expect(sim.types(id).filter((type) => type === 'StopRequested')).toHaveLength(1);
  });
});

describe('a foreign hand on the alias', () => {
  it('fails the deployment and the alias is left to whoever changed it', async () => {
    const sim = await simulation();
    const id = await sim.launch({ rollbackOn: ALL_ROLLBACKS });
    await sim.world.advance(MINUTE);
    sim.lambda.changeByHand(QUOTE, whole('3'));
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      end: { code: 'INVALID_LAMBDA_CONFIGURATION', message: expect.stringContaining('Somebody else') },
      restore: { outcome: 'left-alone' },
    });
    expect(await sim.rollbackOf(id)).toMatchObject({ status: 'Failed' });
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('3'));
  });

  it('that only changes the weights between our two versions is taken for Lambda itself', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    sim.lambda.changeByHand(QUOTE, { functionVersion: '1', additionalVersionWeights: { '2': 0.4 } });
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });
});

describe('a group that deploys two functions in turn', () => {
  it('rolls each back to its own version', async () => {
    const sim = await simulation();
    const tax = { functionName: 'tax', functionAlias: 'live' };
    sim.lambda.give(tax, whole('7'), ['7', '8']);
    await sim.launch();
    await sim.world.runUntilIdle();
    const good = await sim.launch({ ...tax, currentVersion: '7', targetVersion: '8' });
    await sim.world.runUntilIdle();
    expect((await sim.deployment(good)).status).toBe('Succeeded');

    const bad = await sim.launch({ currentVersion: '2', targetVersion: '3', rollbackOn: ALL_ROLLBACKS });
    await sim.world.advance(MINUTE);
    await sim.stop(bad);
    await sim.world.runUntilIdle();
    const rollback = await sim.rollbackOf(bad);
    expect(rollback).toMatchObject({
      status: 'Succeeded',
      created: { revision: (await sim.deployment('d-000000001')).created.revision },
    });
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('2'));
    expect(sim.lambda.aliasOf(tax)).toMatchObject(whole('8'));
  });
});
