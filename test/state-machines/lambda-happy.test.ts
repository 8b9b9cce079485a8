import { describe, expect, it } from 'vitest';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import { QUOTE, STATE_MACHINE_ARN, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;
const whole = (functionVersion: string) => ({ functionVersion, additionalVersionWeights: {} });

describe('a canary', () => {
  it('moves 10 %, bakes five minutes, moves the rest, and ends whole on the target version', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.runUntilIdle();
    expect(sim.types(id)).toEqual([
      'DeploymentCreated',
      'DeploymentAdmitted',
      'LifecycleEventSucceeded',
      'LifecycleEventStarted',
      'TrafficShiftStarted',
      'TrafficShifted',
      'TrafficShiftStarted',
      'TrafficShifted',
      'LifecycleEventSucceeded',
      'LifecycleEventSucceeded',
      'DeploymentSucceeded',
    ]);
    expect(sim.lambda.history(QUOTE)).toEqual([
      whole('1'),
      { functionVersion: '1', additionalVersionWeights: { '2': 0.1 } },
      whole('2'),
    ]);
    const { createdAt, completedAt } = await sim.deployment(id);
    expect(completedAt).toBe(createdAt + 5 * MINUTE);
  });

  it('takes at most 10 state transitions, however long it bakes', async () => {
    const sim = await simulation();
    const id = await sim.launch({ steps: [{ weight: 10, bakeMinutes: 2880 }, { weight: 100 }] });
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
    const { transitions } = sim.world.history(executionArnOf(STATE_MACHINE_ARN, id));
    // Admit, Admitted?, AllowTraffic twice, Shifted?, Finish: the bound of 10 is for what comes.
    expect(transitions).toBe(6);
    expect(sim.world.listExecutions()).toHaveLength(1);
  });
});

describe('a linear deployment', () => {
  it('adds a step each interval and ends when the last one reaches 100', async () => {
    const sim = await simulation();
    const bakeMinutes = 1;
    const steps = [
      { weight: 33, bakeMinutes },
      { weight: 66, bakeMinutes },
      { weight: 99, bakeMinutes },
      { weight: 100 },
    ];
    const id = await sim.launch({ steps });
    await sim.world.runUntilIdle();
    const weights = sim.lambda
      .history(QUOTE)
      .map(({ additionalVersionWeights }) => additionalVersionWeights['2'] ?? 0);
    expect(weights).toEqual([0, 0.33, 0.66, 0.99, 0]);
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('2'));
    const { createdAt, completedAt } = await sim.deployment(id);
    expect(completedAt).toBe(createdAt + 3 * MINUTE);
  });
});

describe('all at once', () => {
  it('moves everything in one step', async () => {
    const sim = await simulation();
    const id = await sim.launch({ steps: [{ weight: 100 }] });
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
    expect(sim.lambda.history(QUOTE)).toEqual([whole('1'), whole('2')]);
  });
});

describe('a redeploy', () => {
  it('of what is already in place succeeds without touching the alias, and the log says so', async () => {
    const sim = await simulation();
    await sim.launch();
    await sim.world.runUntilIdle();
    const before = sim.lambda.history(QUOTE);
    const id = await sim.launch();
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Succeeded',
      admission: { alreadyInPlace: true },
    });
    expect(sim.events(id).filter(({ type }) => type === 'TrafficShifted')).toMatchObject([
      { data: { change: 'found', weight: 100 } },
    ]);
    expect(sim.lambda.history(QUOTE)).toEqual(before);
  });
});

describe('a reply of UpdateAlias that is lost', () => {
  it('is found to have been carried out when the step is tried again', async () => {
    const sim = await simulation();
    let lost = 0;
    sim.lambda.afterUpdate = () => {
      lost += 1;
      if (lost === 1) throw new Error('socket hang up');
    };
    const id = await sim.launch({ steps: [{ weight: 100 }] });
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
    expect(sim.events(id).filter(({ type }) => type === 'TrafficShifted')).toMatchObject([
      { data: { change: 'found' } },
    ]);
    expect(sim.lambda.history(QUOTE)).toEqual([whole('1'), whole('2')]);
  });
});

describe('provisioned concurrency that warms up', () => {
  it('is asked for after 15, 30 and 60 s and then the deployment goes on', async () => {
    const sim = await simulation();
    let looks = 0;
    sim.lambda.warmth = () => {
      looks += 1;
      // The first look is the admission's, which waits for nothing.
      return looks <= 4 ? { status: 'warming', message: 'allocating' } : { status: 'ready' };
    };
    const id = await sim.launch({ steps: [{ weight: 100 }] });
    await sim.world.runUntilIdle();
    const waits = sim
      .events(id)
      .flatMap((event) => (event.type === 'TrafficShiftPostponed' ? [event.data.waitSeconds] : []));
    expect(waits).toEqual([15, 30, 60]);
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });

  it('that never gets ready ends the deployment after an hour, with TIMEOUT', async () => {
    const sim = await simulation();
    sim.lambda.warmth = () => ({ status: 'warming', message: 'allocating' });
    const id = await sim.launch({ steps: [{ weight: 100 }] });
    await sim.world.runUntilIdle();
    const { status, end, createdAt, completedAt } = await sim.deployment(id);
    expect({ status, end }).toMatchObject({ status: 'Failed', end: { code: 'TIMEOUT' } });
    expect((completedAt ?? 0) - createdAt).toBeLessThan(70 * MINUTE);
  });
});
