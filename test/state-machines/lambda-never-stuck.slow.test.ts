import { describe, expect, it } from 'vitest';
import { isWeighted } from '../../core/deployments/alias.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import type { InvocationFault } from '../support/asl-invocations.ts';
import type { Simulation } from '../support/simulation.ts';
import { QUOTE, STATE_MACHINE_ARN, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;
const ROLLBACK = ['DEPLOYMENT_FAILURE'];
const whole = (functionVersion: string) => ({ functionVersion, additionalVersionWeights: {} });

/** What must hold at the end whatever has happened. */
async function endsWell(sim: Simulation, id: string): Promise<void> {
  const state = await sim.deployment(id);
  expect(hasEnded(state.status), `${id} is ${state.status}`).toBe(true);
  expect(isWeighted(sim.lambda.aliasOf(QUOTE)), 'the alias is whole').toBe(false);
  // The group takes the next deployment.
  const { functionVersion } = sim.lambda.aliasOf(QUOTE);
  const next = await sim.launch({
    currentVersion: functionVersion,
    targetVersion: '3',
    steps: [{ weight: 100 }],
  });
  await sim.world.runUntilIdle();
  expect((await sim.deployment(next)).status).toBe('Succeeded');
}

describe('an execution that is killed', () => {
  it('in the middle of a bake is replaced at once by one that restores, and the deployment is rolled back', async () => {
    const sim = await simulation();
    const id = await sim.launch({ rollbackOn: ROLLBACK });
    await sim.world.advance(2 * MINUTE);
    sim.world.stopExecution(executionArnOf(STATE_MACHINE_ARN, id), 'Killed', 'by hand');
    await sim.world.advance(0);
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      end: { code: 'INTERNAL_ERROR', message: expect.stringContaining('by hand') },
      restore: { outcome: 'restored' },
    });
    await sim.world.runUntilIdle();
    expect(await sim.rollbackOf(id)).toMatchObject({ status: 'Succeeded' });
    await endsWell(sim, id);
  });

  it('in the middle of a shift is replaced, and the shift that still lives does not move the alias again', async () => {
    const sim = await simulation();
    let killed = false;
    const id = await sim.launch();
    sim.lambda.afterUpdate = () => {
      if (killed) return;
      killed = true;
      sim.world.stopExecution(executionArnOf(STATE_MACHINE_ARN, id), 'Killed', 'by hand');
    };
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Failed');
    await endsWell(sim, id);
  });

  it('again and again is replaced three times, and then the deployment is ended where it stands', async () => {
    const sim = await simulation();
    sim.world.onInvoke(({ stateName }) => (stateName === 'Finish' && blocked ? 'kill-before' : undefined));
    let blocked = true;
    const id = await sim.launch({ steps: [{ weight: 100 }] });
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      executions: 4,
      end: { code: 'INTERNAL_ERROR' },
    });
    blocked = false;
    await endsWell(sim, id);
  });
});

describe('a task that dies', () => {
  const faults: readonly InvocationFault[] = ['kill-before', 'kill-after', 'swallow-before', 'swallow-after'];
  const states = ['Admit', 'AllowTraffic', 'RestoreTraffic', 'Finish'] as const;
  const cases = states.flatMap((state) => faults.map((fault) => [state, fault] as const));

  it.each(cases)('%s, once, %s its effect', async (state, fault) => {
    const sim = await simulation();
    let struck = false;
    sim.world.onInvoke(({ stateName }) => {
      if (stateName !== state || struck) return undefined;
      struck = true;
      return fault;
    });
    const id = await sim.launch({ rollbackOn: ROLLBACK });
    if (state === 'RestoreTraffic') {
      await sim.world.advance(MINUTE);
      await sim.stop(id);
    }
    await sim.world.runUntilIdle();
    expect(struck).toBe(true);
    await endsWell(sim, id);
  });

  it.each(cases)('%s, every time until its execution is replaced, %s its effect', async (state, fault) => {
    const sim = await simulation();
    sim.world.onInvoke(({ stateName, executionArn: arn }) =>
      stateName === state && arn === executionArnOf(STATE_MACHINE_ARN, 'd-000000001') ? fault : undefined,
    );
    const id = await sim.launch({ rollbackOn: ROLLBACK });
    if (state === 'RestoreTraffic') {
      await sim.world.advance(MINUTE);
      await sim.stop(id);
    }
    await sim.world.runUntilIdle();
    await endsWell(sim, id);
  });
});

it('each sweep records that it came to its end, also where it could help nobody', async () => {
  const sim = await simulation();
  await sim.sweep();
  expect(sim.sweeps).toEqual([sim.world.clock.now()]);
  const id = await sim.launch();
  sim.lost.stream = true;
  sim.lost.status = true;
  sim.deaf.add(`deployment#${id}`);
  await sim.world.advance(50 * MINUTE);
  await sim.sweep();
  expect(sim.sweeps.at(-1)).toBe(sim.world.clock.now());
});

describe('a signal that is lost', () => {
  it('the start: the sweep starts the workflow by a replacement', async () => {
    const sim = await simulation();
    sim.lost.stream = true;
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    sim.lost.stream = false;
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Failed', end: { code: 'TIMEOUT' } });
    await endsWell(sim, id);
  });

  it('the end of a killed execution: the sweep finds it by its deadline', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    sim.lost.status = true;
    sim.world.stopExecution(executionArnOf(STATE_MACHINE_ARN, id), 'Killed', 'by hand');
    await sim.world.runUntilIdle();
    const { createdAt, completedAt } = await sim.deployment(id);
    // The bake ends after 5 minutes, its grace and the sweep's patience are a minute each, a sweep comes every minute.
    expect((completedAt ?? 0) - createdAt).toBeLessThanOrEqual(8 * MINUTE);
    await endsWell(sim, id);
  });

  it('all of them: nothing is left waiting', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    Object.assign(sim.lost, { status: true, alarm: true, wake: true });
    await sim.stop(id);
    await sim.world.advance(10 * MINUTE);
    Object.assign(sim.lost, { status: false, alarm: false, wake: false });
    await sim.world.runUntilIdle();
    await endsWell(sim, id);
  });
});

describe('a role that breaks in the middle of a deployment', () => {
  it('is tried for five minutes; then the log says what to run, the group is free and our alarm counts', async () => {
    const sim = await simulation();
    const role = sim.role;
    const id = await sim.launch({ rollbackOn: ROLLBACK });
    await sim.world.advance(MINUTE);
    sim.role = () => ({ status: 'missing', message: 'no such role' });
    await sim.stop(id);
    await sim.world.advance(4 * MINUTE);
    expect((await sim.deployment(id)).status).toBe('InProgress');
    await sim.world.runUntilIdle();
    const { end, completedAt, createdAt } = await sim.deployment(id);
    expect(end).toMatchObject({
      code: 'IAM_ROLE_MISSING',
      message: expect.stringContaining('aws lambda update-alias'),
    });
    expect((completedAt ?? 0) - createdAt).toBeLessThan(8 * MINUTE);
    expect(sim.events(id).filter(({ type }) => type === 'TrafficLeftWeighted')).toMatchObject([
      { data: { command: expect.stringContaining('--function-version 1 ') } },
    ]);
    expect(sim.counted).toContain('TrafficLeftWeighted');
    sim.role = role;
    sim.lambda.changeByHand(QUOTE, whole('1'));
    await endsWell(sim, id);
  });

  it('and is mended within the five minutes: the alias is whole after all', async () => {
    const sim = await simulation();
    const role = sim.role;
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    sim.role = () => ({ status: 'denied', message: 'not authorized' });
    await sim.stop(id);
    await sim.world.advance(2 * MINUTE);
    sim.role = role;
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'MANUAL_STOP' } });
    await endsWell(sim, id);
  });
});

describe('a repair', () => {
  it('that races with a task that still lives wins: the old execution is refused', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    await sim.command(id, {
      type: 'RepairDeployment',
      data: {
        deadExecutionArn: executionArnOf(STATE_MACHINE_ARN, id),
        replacementArns: [2, 3, 4].map((attempt) => `${executionArnOf(STATE_MACHINE_ARN, id)}-${attempt}`),
        reason: 'a test says that it is dead',
        rollbackDeploymentId: 'd-ROLLBACK0',
      },
    });
    await sim.world.runUntilIdle();
    expect(sim.world.describeExecution(executionArnOf(STATE_MACHINE_ARN, id)).status).toBe('ABORTED');
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      executionArn: `${executionArnOf(STATE_MACHINE_ARN, id)}-2`,
    });
    await endsWell(sim, id);
  });

  it('of an execution that is not the recorded one changes nothing', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    await sim.command(id, {
      type: 'RepairDeployment',
      data: {
        deadExecutionArn: `${STATE_MACHINE_ARN}:another`,
        replacementArns: [],
        reason: 'a mistake',
        rollbackDeploymentId: 'd-ROLLBACK0',
      },
    });
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });
});

describe('a deployment that lives too long', () => {
  it('ends with TIMEOUT at its ceiling of 50 hours, whatever it waits for', async () => {
    const sim = await simulation();
    const steps = [{ weight: 10, bakeMinutes: 60 * 60 }, { weight: 100 }];
    const id = await sim.launch({ steps });
    await sim.world.runUntilIdle();
    const { end, createdAt, completedAt } = await sim.deployment(id);
    expect(end).toMatchObject({ code: 'TIMEOUT' });
    expect((completedAt ?? 0) - createdAt).toBeLessThanOrEqual(50 * 60 * MINUTE + 2 * MINUTE);
    await endsWell(sim, id);
  });
});

describe('a record of the stream that is no event', () => {
  it('is parked as a dead letter and blocks nobody', async () => {
    const sim = await simulation();
    await sim.poison({ eventName: 'INSERT', dynamodb: { NewImage: { stream: { S: 'deployment#d-1' } } } });
    await sim.poison({ eventName: 'INSERT' });
    expect(sim.deadLetters).toHaveLength(2);
    expect(sim.counted).toEqual(['DeadLetter', 'DeadLetter']);
    const id = await sim.launch();
    await sim.world.runUntilIdle();
    expect((await sim.deployment(id)).status).toBe('Succeeded');
  });
});
