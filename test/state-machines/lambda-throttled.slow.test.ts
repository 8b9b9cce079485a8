import { describe, expect, it } from 'vitest';
import { lambdaAppSpecText } from '../../core/appspec/lambda-appspec.ts';
import type { AwsFailure } from '../../functions/adapters/aws-failure.ts';
import { APPLICATION, GROUP } from '../support/a-deployment.ts';
import type { Simulation } from '../support/simulation.ts';
import { QUOTE, STATE_MACHINE_ARN, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const whole = (functionVersion: string) => ({ functionVersion, additionalVersionWeights: {} });
const ALL_AT_ONCE = [{ weight: 100 }];
const THROTTLED: AwsFailure = { status: 'throttled', message: 'Rate exceeded' };

/** Each call of this kind is throttled so many times, and then answered. */
function times(count: number): () => AwsFailure | undefined {
  let calls = 0;
  return () => {
    calls += 1;
    return calls <= count ? THROTTLED : undefined;
  };
}

/** From this moment on, for so long. */
function during(sim: Simulation, milliseconds: number): () => AwsFailure | undefined {
  const until = sim.world.clock.now() + milliseconds;
  return () => (sim.world.clock.now() < until ? THROTTLED : undefined);
}

async function endsWell(sim: Simulation, id: string): Promise<void> {
  await sim.world.runUntilIdle();
  expect(await sim.deployment(id)).toMatchObject({ status: 'Succeeded', executions: 1 });
  expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('2'));
}

const count = (sim: Simulation, id: string, type: string): number =>
  sim.types(id).filter((each) => each === type).length;

describe('a shift that AWS throttles is delayed and succeeds,', () => {
  it.each(['get', 'update', 'provisionedConcurrency'] as const)('at %s of the alias', async (throttled) => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    const fails = times(3);
    sim.lambda.failing = (operation) => (operation === throttled ? fails() : undefined);
    await endsWell(sim, id);
    expect(count(sim, id, 'TrafficShiftPostponed')).toBe(3);
  });

  it('at the look at its alarms', async () => {
    const sim = await simulation();
    sim.alarms.set('checkout-5xx', 'OK');
    const id = await sim.launch({ alarms: { names: ['checkout-5xx'] } });
    await sim.world.advance(MINUTE);
    sim.blind = times(3);
    await endsWell(sim, id);
    expect(count(sim, id, 'TrafficShiftPostponed')).toBe(3);
  });

  it('at the loan of its role', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    const { role } = sim;
    const fails = times(2);
    sim.role = () => (fails() === undefined ? role() : { status: 'throttled', message: 'Rate exceeded' });
    await endsWell(sim, id);
    expect(count(sim, id, 'TrafficShiftPostponed')).toBe(2);
  });

  it('also when that lasts for hours, with pauses that grow to two minutes', async () => {
    const sim = await simulation();
    const id = await sim.launch({ steps: ALL_AT_ONCE });
    const busy = during(sim, 3 * HOUR);
    sim.lambda.failing = (operation) => (operation === 'update' ? busy() : undefined);
    await endsWell(sim, id);
    const waits = sim
      .events(id)
      .flatMap((event) => (event.type === 'TrafficShiftPostponed' ? [event.data.waitSeconds] : []));
    expect(waits.slice(0, 5)).toEqual([15, 30, 60, 120, 120]);
    const { createdAt, completedAt } = await sim.deployment(id);
    expect((completedAt ?? 0) - createdAt).toBeLessThan(3 * HOUR + 3 * MINUTE);
  });

  it('and a stop ends that at once', async () => {
    const sim = await simulation();
    sim.lambda.failing = (operation) => (operation === 'update' ? THROTTLED : undefined);
    const id = await sim.launch();
    await sim.world.advance(HOUR);
    sim.lambda.failing = () => undefined;
    await sim.stop(id);
    await sim.world.advance(0);
    expect((await sim.deployment(id)).status).toBe('Stopped');
  });
});

describe('an admission that AWS throttles is delayed and succeeds,', () => {
  const admission = async (throttle: (sim: Simulation) => void): Promise<readonly [Simulation, string]> => {
    const sim = await simulation();
    sim.alarms.set('checkout-5xx', 'OK');
    throttle(sim);
    const id = await sim.launch({ alarms: { names: ['checkout-5xx'] } });
    await endsWell(sim, id);
    return [sim, id];
  };

  it('at the alias', async () => {
    const fails = times(3);
    const [sim, id] = await admission(({ lambda }) => {
      lambda.failing = (operation) => (operation === 'get' ? fails() : undefined);
    });
    expect(count(sim, id, 'AdmissionPostponed')).toBe(3);
    expect(sim.types(id).slice(0, 5)).toEqual([
      'DeploymentCreated',
      'AdmissionPostponed',
      'AdmissionPostponed',
      'AdmissionPostponed',
      'DeploymentAdmitted',
    ]);
  });

  it('at the loan of its role', async () => {
    const fails = times(3);
    const [sim, id] = await admission((world) => {
      const { role } = world;
      world.role = () => (fails() === undefined ? role() : { status: 'throttled', message: 'slow down' });
    });
    expect(count(sim, id, 'AdmissionPostponed')).toBe(3);
  });

  it('not even delayed at the extra check of the version, which is skipped and said so', async () => {
    const [sim, id] = await admission(({ lambda }) => {
      lambda.failing = (operation) => (operation === 'version' ? THROTTLED : undefined);
    });
    expect(count(sim, id, 'AdmissionPostponed')).toBe(0);
    expect((await sim.deployment(id)).admission?.skippedChecks?.join()).toContain('throttled');
  });

  it('at the look at its alarms, which the shift makes good', async () => {
    const [sim, id] = await admission((world) => {
      world.blind = times(2);
    });
    expect(count(sim, id, 'TrafficShiftPostponed')).toBe(1);
  });

  it('at its AppSpec in S3', async () => {
    const sim = await simulation();
    const fails = times(3);
    sim.object = async () =>
      fails() === undefined
        ? {
            status: 'read',
            content: lambdaAppSpecText({ ...QUOTE, currentVersion: '1', targetVersion: '2' }, 'quote'),
          }
        : { status: 'throttled', message: 'Please reduce your request rate.' };
    const s3Location = { bucket: 'releases', key: 'CodeDeploy/quote.json', bundleType: 'JSON' };
    sim.world.startExecution(STATE_MACHINE_ARN, 'by-hand', {
      applicationName: APPLICATION.applicationName,
      deploymentGroupName: GROUP.deploymentGroupName,
      revision: { revisionType: 'S3', s3Location },
    });
    await sim.world.runUntilIdle();
    const created = sim.store.allEvents().find(({ type }) => type === 'DeploymentCreated');
    const id = created?.stream.slice('deployment#'.length) ?? '';
    expect(await sim.deployment(id)).toMatchObject({ status: 'Succeeded', executions: 1 });
    expect(count(sim, id, 'AdmissionPostponed')).toBe(3);
  });

  it('for hours, unless a stop ends it', async () => {
    const sim = await simulation();
    sim.lambda.failing = () => THROTTLED;
    const id = await sim.launch();
    await sim.world.advance(2 * HOUR);
    expect(await sim.deployment(id)).toMatchObject({ status: 'Created', executions: 1 });
    await sim.stop(id);
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', executions: 1 });
    await sim.world.runUntilIdle();
    expect(sim.types(id).at(-1)).toBe('DeploymentStopped');
    expect(sim.world.listExecutions().map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(sim.lambda.history(QUOTE)).toEqual([whole('1')]);
  });
});

describe('what else AWS throttles', () => {
  it('at the last look at the alarms does not keep a deployment from its end', async () => {
    const sim = await simulation();
    sim.alarms.set('checkout-5xx', 'OK');
    const id = await sim.launch({ alarms: { names: ['checkout-5xx'] } });
    sim.blind = () => (count(sim, id, 'TrafficShifted') === 2 ? THROTTLED : undefined);
    await endsWell(sim, id);
  });

  it('a hook waits two minutes for its role, and is called once', async () => {
    const sim = await simulation();
    const { role } = sim;
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'CodeDeployHook_quote' } });
    await sim.world.runUntil(() => sim.types(id).includes('DeploymentAdmitted'));
    const busy = during(sim, 2 * MINUTE);
    sim.role = () => (busy() === undefined ? role() : { status: 'throttled', message: 'Rate exceeded' });
    await endsWell(sim, id);
    expect(sim.hookCalls).toHaveLength(1);
  });

  it('a hook that waits in vain for its role has failed and says so, in the workflow that it has', async () => {
    const sim = await simulation();
    const id = await sim.launch({ hooks: { BeforeAllowTraffic: 'CodeDeployHook_quote' } });
    await sim.world.runUntil(() => sim.types(id).includes('DeploymentAdmitted'));
    sim.role = () => ({ status: 'throttled', message: 'Rate exceeded' });
    await sim.world.runUntilIdle();
    const { status, executions, end, lifecycleEvents } = await sim.deployment(id);
    expect({ status, executions }).toEqual({ status: 'Failed', executions: 1 });
    expect(end).toMatchObject({ code: 'HOOK_EXECUTION_FAILURE' });
    expect(lifecycleEvents[0]?.diagnostics?.message).toContain('Rate exceeded');
    expect(sim.hookCalls).toEqual([]);
  });

  it('a restore is tried for longer than its five minutes, and puts the alias back', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.advance(MINUTE);
    const busy = during(sim, 40 * MINUTE);
    sim.lambda.failing = busy;
    await sim.stop(id);
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', executions: 1 });
    expect(sim.types(id)).not.toContain('TrafficLeftWeighted');
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(whole('1'));
  });
});
