import {
  GetDeploymentTargetCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import {
  alarm,
  alias,
  baking,
  codedeploy,
  deploy,
  deployment,
  ended,
  events,
  fleet,
  lambda,
  local,
  setAlarm,
  slowCanary,
  stepFunctions,
  unparked,
} from './cloud.ts';

const ALL_AT_ONCE = 'CodeDeployDefault.LambdaAllAtOnce';
const whole = (version: string) => ({ version, weights: {} });

describe('deployments through API Gateway, with the AWS SDK', () => {
  it('a canary moves a tenth of the traffic, waits, and moves the rest', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' });
    await baking(id);
    expect(await alias(shop.functionName)).toEqual({ version: '1', weights: { '2': 0.1 } });
    const { deploymentTarget } = await codedeploy.send(
      new GetDeploymentTargetCommand({ deploymentId: id, targetId: `${shop.functionName}:2` }),
    );
    expect(deploymentTarget?.lambdaTarget).toMatchObject({
      status: 'InProgress',
      lambdaFunctionInfo: { currentVersion: '1', targetVersion: '2', targetVersionWeight: 10 },
    });
    expect(await ended(id)).toMatchObject({
      status: 'Succeeded',
      creator: 'user',
      deploymentOverview: { Succeeded: 1, Failed: 0 },
      computePlatform: 'Lambda',
    });
    expect(await alias(shop.functionName)).toEqual(whole('2'));
    await unparked(id);
  });

  it('a linear one goes step by step', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute' });
    expect((await ended(id)).status).toBe('Succeeded');
    const weights = (await events(id)).flatMap((event) =>
      event.type === 'TrafficShifted' ? [event.data.weight] : [],
    );
    expect(weights).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(await alias(shop.functionName)).toEqual(whole('2'));
  });

  it('an alarm in the middle stops it, and the rollback is another deployment', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    await setAlarm(shop.alarmName, 'ALARM');
    const stopped = await ended(id);
    expect(stopped).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE', message: expect.stringContaining(`<${shop.alarmName}>`) },
    });
    const rollbackId = stopped.rollbackInfo?.rollbackDeploymentId ?? '';
    const rollback = await ended(rollbackId);
    expect(rollback).toMatchObject({
      status: 'Succeeded',
      creator: 'codeDeployRollback',
      rollbackInfo: { rollbackTriggeringDeploymentId: id },
      deploymentConfigName: ALL_AT_ONCE,
    });
    expect(await alias(shop.functionName)).toEqual(whole('1'));
    const { deployments } = await codedeploy.send(
      new ListDeploymentsCommand({
        applicationName: shop.applicationName,
        deploymentGroupName: shop.deploymentGroupName,
      }),
    );
    expect(deployments).toEqual([rollbackId, id]);
    await unparked(id);
  });

  it('an alarm that rings already stops the next deployment before it moves anything', async () => {
    const shop = await fleet();
    await setAlarm(shop.alarmName, 'ALARM');
    const id = await deploy(shop, { config: await slowCanary() });
    expect(await ended(id)).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
    expect((await events(id)).map(({ type }) => type)).not.toContain('TrafficShiftStarted');
  });

  it('an alarm that tells nobody is seen before the next step, which is not taken', async () => {
    const shop = await fleet();
    await alarm(shop.alarmName, []);
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' });
    await baking(id);
    await setAlarm(shop.alarmName, 'ALARM');
    expect(await ended(id)).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
    expect(await alias(shop.functionName)).toEqual(whole('1'));
    // The step says so itself: a function that only broke would end the same way.
    const executionArn = executionArnOf(local.stateMachines['Lambda'] ?? '', id);
    const { events: history = [] } = await stepFunctions.send(
      new GetExecutionHistoryCommand({ executionArn }),
    );
    expect(history.map(({ taskFailedEventDetails }) => taskFailedEventDetails?.error)).toContain('Ending');
  });

  it('a stop during the bake answers Succeeded and puts the alias back whole', async () => {
    const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    const answer = await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    expect(answer.status).toBe('Succeeded');
    expect(await ended(id)).toMatchObject({ status: 'Stopped', errorInformation: { code: 'MANUAL_STOP' } });
    expect(await alias(shop.functionName)).toEqual(whole('1'));
    const again = await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    expect(again.status).toBe('Succeeded');
    await unparked(id);
  });

  it('a redeploy of what is in place succeeds without moving anything', async () => {
    const shop = await fleet();
    await ended(await deploy(shop, { config: ALL_AT_ONCE }));
    const id = await deploy(shop, { config: ALL_AT_ONCE });
    expect((await ended(id)).status).toBe('Succeeded');
    expect(await events(id)).toContainEqual(
      expect.objectContaining({ type: 'TrafficShifted', data: expect.objectContaining({ change: 'found' }) }),
    );
  });

  it('a foreign hand on the alias fails it', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' });
    await baking(id);
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: shop.functionName,
        Name: 'live',
        FunctionVersion: '3',
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
    expect(await ended(id)).toMatchObject({
      status: 'Failed',
      errorInformation: { code: 'INVALID_LAMBDA_CONFIGURATION' },
    });
    expect(await alias(shop.functionName)).toEqual(whole('3'));
  });

  it('a group runs one deployment at a time, and the refusal names the one that runs', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    await expect(deploy(shop)).rejects.toMatchObject({
      name: 'DeploymentLimitExceededException',
      message: expect.stringContaining(
        `'${shop.deploymentGroupName}' already has an active Deployment '${id}'`,
      ),
    });
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    await ended(id);
  });

  it.each([
    ['names a missing version', { to: '9' }, 'INVALID_LAMBDA_FUNCTION'],
    ['names a version that is not in place', { from: '3' }, 'INVALID_LAMBDA_CONFIGURATION'],
    ['is no document', { content: '{{{' }, 'INVALID_REVISION'],
  ] as const)('an AppSpec that %s fails with its code and moves nothing', async (_, change, code) => {
    const shop = await fleet();
    const id = await deploy(shop, { config: ALL_AT_ONCE, ...change });
    expect(await ended(id)).toMatchObject({ status: 'Failed', errorInformation: { code } });
    expect(await alias(shop.functionName)).toEqual(whole('1'));
  });

  it('targets are listed once the deployment has been admitted', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: ALL_AT_ONCE });
    await ended(id);
    const { targetIds } = await codedeploy.send(new ListDeploymentTargetsCommand({ deploymentId: id }));
    expect(targetIds).toEqual([`${shop.functionName}:2`]);
    expect((await deployment(id)).deploymentOverview).toMatchObject({ Succeeded: 1 });
  });
});
