import { lambdaAppSpecText } from '../../core/appspec/lambda-appspec.ts';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import { APPLICATION, GROUP } from '../support/a-deployment.ts';
import type { Simulation } from '../support/simulation.ts';
import { QUOTE, STATE_MACHINE_ARN } from '../support/simulation.ts';

const MINUTE = 60_000;
const ROLLBACKS = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'];

/** What can befall a deployment; together they take every state of the workflows and every reaction. */
export const stories: Readonly<Record<string, (sim: Simulation) => Promise<void>>> = {
  'a canary with hooks that succeeds': async (sim) => {
    sim.alarms.set('checkout-5xx', 'OK');
    const hooks = { BeforeAllowTraffic: 'CodeDeployHook_before', AfterAllowTraffic: 'CodeDeployHook_after' };
    await sim.launch({ hooks, alarms: { names: ['checkout-5xx'] } });
    await sim.world.runUntilIdle();
  },
  'an alarm in the middle of a bake, with its rollback': async (sim) => {
    sim.alarms.set('checkout-5xx', 'OK');
    await sim.launch({ alarms: { names: ['checkout-5xx'] }, rollbackOn: ROLLBACKS });
    await sim.world.advance(2 * MINUTE);
    await sim.ring('checkout-5xx');
    await sim.world.runUntilIdle();
  },
  'a stop in the middle of a bake, whose wake is lost': async (sim) => {
    const id = await sim.launch({ steps: [{ weight: 10, bakeMinutes: 30 }, { weight: 100 }] });
    await sim.world.advance(2 * MINUTE);
    sim.lost.wake = true;
    await sim.stop(id);
    sim.lost.wake = false;
    await sim.world.runUntilIdle();
  },
  'a shift that is throttled and postponed': async (sim) => {
    const until = sim.world.clock.now() + 20_000;
    sim.lambda.failing = (operation) =>
      operation === 'update' && sim.world.clock.now() < until
        ? { status: 'throttled', message: 'Rate exceeded' }
        : undefined;
    await sim.launch({ steps: [{ weight: 100 }] });
    await sim.world.runUntilIdle();
  },
  'an execution that is killed in the middle of a bake': async (sim) => {
    const id = await sim.launch({ rollbackOn: ROLLBACKS });
    await sim.world.advance(2 * MINUTE);
    sim.world.stopExecution(executionArnOf(STATE_MACHINE_ARN, id), 'Killed', 'by hand');
    await sim.world.runUntilIdle();
  },
  'an execution that is started by hand': async (sim) => {
    const content = lambdaAppSpecText({ ...QUOTE, currentVersion: '1', targetVersion: '2' }, 'quote');
    sim.world.startExecution(STATE_MACHINE_ARN, 'by-hand', {
      applicationName: APPLICATION.applicationName,
      deploymentGroupName: GROUP.deploymentGroupName,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    });
    await sim.world.runUntilIdle();
  },
};
