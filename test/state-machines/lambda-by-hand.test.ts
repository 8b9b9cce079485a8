import { describe, expect, it } from 'vitest';
import { lambdaAppSpecText } from '../../core/appspec/lambda-appspec.ts';
import type { Json } from '../../core/decider.ts';
import { APPLICATION, GROUP } from '../support/a-deployment.ts';
import type { Simulation } from '../support/simulation.ts';
import { QUOTE, STATE_MACHINE_ARN, simulation } from '../support/simulation.ts';

const MINUTE = 60_000;
const content = lambdaAppSpecText({ ...QUOTE, currentVersion: '1', targetVersion: '2' }, 'quote');
const INPUT = {
  applicationName: APPLICATION.applicationName,
  deploymentGroupName: GROUP.deploymentGroupName,
  revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
  deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
};

/** As "Start execution" in the console does. */
function byHand(sim: Simulation, name: string, input: Json = INPUT): string {
  return sim.world.startExecution(STATE_MACHINE_ARN, name, input);
}

function deploymentIds(sim: Simulation): readonly string[] {
  const created = sim.store.allEvents().filter(({ type }) => type === 'DeploymentCreated');
  return created.map(({ stream }) => stream.slice('deployment#'.length));
}

describe('an execution that is started by hand', () => {
  it('with an input like that of CreateDeployment runs that deployment, once, and is its actor', async () => {
    const sim = await simulation();
    const executionArn = byHand(sim, 'by-hand');
    await sim.world.runUntilIdle();
    const [id = '', ...others] = deploymentIds(sim);
    expect(others).toEqual([]);
    expect(id).toMatch(/^d-[A-Z0-9]{9}$/);
    const state = await sim.deployment(id);
    expect(state).toMatchObject({
      status: 'Succeeded',
      executionArn,
      created: { creator: 'user', executionArn },
    });
    const [created] = sim.store.allEvents().filter(({ stream }) => stream === `deployment#${id}`);
    expect(JSON.parse(created?.actor ?? '{}')).toEqual({ type: 'execution', id: executionArn });
    expect(sim.world.listExecutions()).toHaveLength(1);
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject({ functionVersion: '2' });
  });

  it.each(['kill-before', 'kill-after', 'swallow-before', 'swallow-after'] as const)(
    'creates one deployment when Admit dies (%s its effect) and runs again',
    async (fault) => {
      const sim = await simulation();
      let struck = false;
      sim.world.onInvoke(({ stateName }) => {
        if (stateName !== 'Admit' || struck) return undefined;
        struck = true;
        return fault;
      });
      byHand(sim, 'by-hand');
      await sim.world.runUntilIdle();
      const [id = '', ...others] = deploymentIds(sim);
      expect(others).toEqual([]);
      expect((await sim.deployment(id)).status).toBe('Succeeded');
    },
  );

  it('under another name makes a deployment of its own, or is refused by the lock of the group', async () => {
    const sim = await simulation();
    byHand(sim, 'one');
    await sim.world.advance(MINUTE);
    const second = byHand(sim, 'two');
    await sim.world.advance(MINUTE);
    expect(sim.world.describeExecution(second)).toMatchObject({
      status: 'FAILED',
      error: 'DeploymentLimitExceededException',
      cause: expect.stringContaining('already has an active Deployment'),
    });
    await sim.world.runUntilIdle();
    byHand(sim, 'three');
    await sim.world.runUntilIdle();
    expect(deploymentIds(sim)).toHaveLength(2);
  });

  it.each([
    ['an unknown application', { ...INPUT, applicationName: 'nowhere' }, 'ApplicationDoesNotExistException'],
    ['no revision', { ...INPUT, revision: null }, 'RevisionRequiredException'],
    ['nothing at all', {}, 'ApplicationNameRequiredException'],
    ['a text', 'deploy it', 'SerializationException'],
    ['a deployment that does not exist', { deploymentId: 'd-NOTTHERE1' }, 'DeploymentDoesNotExistException'],
  ] as const)('with %s ends in a Fail state whose cause is the refusal', async (_, input, error) => {
    const sim = await simulation();
    const before = sim.store.allEvents().length;
    const executionArn = byHand(sim, 'by-hand', input);
    await sim.world.runUntilIdle();
    expect(sim.world.describeExecution(executionArn)).toMatchObject({ status: 'FAILED', error });
    expect(sim.store.allEvents()).toHaveLength(before);
  });

  it('and killed in the middle of a bake is repaired like any other', async () => {
    const sim = await simulation();
    const executionArn = byHand(sim, 'by-hand');
    await sim.world.advance(MINUTE);
    sim.world.stopExecution(executionArn, 'Killed', 'by hand');
    await sim.world.runUntilIdle();
    const [id = ''] = deploymentIds(sim);
    expect(await sim.deployment(id)).toMatchObject({ status: 'Failed', restore: { outcome: 'restored' } });
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject({ functionVersion: '1' });
  });
});
