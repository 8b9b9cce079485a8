import { describe, expect, it } from 'vitest';
import { QUOTE, simulation } from '../support/simulation.ts';

const ALL_ROLLBACKS = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'];
const whole = (functionVersion: string) => ({ functionVersion, additionalVersionWeights: {} });

describe('what cannot be admitted', () => {
  it.each([
    [
      'an alias that points elsewhere',
      { currentVersion: '3' },
      'INVALID_LAMBDA_CONFIGURATION',
      'Set CurrentVersion to 1',
    ],
    ['equal versions shifted step by step', { targetVersion: '1' }, 'INVALID_LAMBDA_CONFIGURATION', 'both 1'],
    ['a missing function', { functionName: 'nowhere' }, 'INVALID_LAMBDA_FUNCTION', 'nowhere'],
    ['a missing alias', { functionAlias: 'nowhere' }, 'INVALID_LAMBDA_FUNCTION', 'nowhere'],
    ['a missing version', { targetVersion: '9' }, 'INVALID_LAMBDA_FUNCTION', 'version 9'],
    ['an AppSpec that is none', { content: '{{{' }, 'INVALID_REVISION', ''],
    [
      'an AppSpec that says too little',
      { content: 'version: 0.0' },
      'INVALID_LAMBDA_CONFIGURATION',
      'Resources',
    ],
  ] as const)('fails for %s, in words that say what to do', async (_, launch, code, words) => {
    const sim = await simulation();
    const id = await sim.launch({ ...launch, rollbackOn: ALL_ROLLBACKS });
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      end: { code, message: expect.stringContaining(words), rollback: { status: 'none' } },
    });
    expect(sim.lambda.history(QUOTE)).toEqual([whole('1')]);
  });

  it('refuses an alias that is divided already, leaves it alone, and says how to make it whole', async () => {
    const sim = await simulation();
    const divided = { functionVersion: '1', additionalVersionWeights: { '3': 0.2 } };
    sim.lambda.changeByHand(QUOTE, divided);
    const id = await sim.launch();
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Failed',
      end: {
        code: 'INVALID_LAMBDA_CONFIGURATION',
        message: expect.stringContaining('aws lambda update-alias'),
      },
    });
    expect(sim.lambda.aliasOf(QUOTE)).toMatchObject(divided);
  });

  it('says that the role is missing, or what it lacks', async () => {
    for (const [status, code] of [
      ['missing', 'IAM_ROLE_MISSING'],
      ['denied', 'IAM_ROLE_PERMISSIONS'],
    ] as const) {
      const sim = await simulation();
      sim.role = () => ({ status, message: 'no' });
      const id = await sim.launch();
      await sim.world.runUntilIdle();
      expect(await sim.deployment(id)).toMatchObject({ status: 'Failed', end: { code } });
    }
  });

  it.each([
    ['version', 'whether version 2', 'lambda:GetFunctionConfiguration'],
    ['provisionedConcurrency', 'whether provisioned concurrency', 'lambda:GetProvisionedConcurrencyConfig'],
  ])('goes on without a look that the role may not take (%s), and says so', async (denied, what, action) => {
    const sim = await simulation();
    sim.lambda.failing = (operation) =>
      operation === denied ? { status: 'denied', message: 'not authorized' } : undefined;
    const id = await sim.launch();
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({
      status: 'Succeeded',
      admission: { skippedChecks: [expect.stringMatching(new RegExp(`^${what}.*denied: ${action}`))] },
    });
  });

  it.each([
    ['the application', 'deleteApplication', 'APPLICATION_MISSING'],
    ['the deployment group', 'deleteGroup', 'DEPLOYMENT_GROUP_MISSING'],
  ] as const)('because %s was deleted before the start', async (_, deletion, code) => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim[deletion]();
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Failed', end: { code } });
    expect(sim.lambda.history(QUOTE)).toEqual([whole('1')]);
  });
});
