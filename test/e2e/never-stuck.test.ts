import { StopDeploymentCommand, UpdateDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import {
  DeleteFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import { deploymentAggregates } from '../../functions/runtime/deployment-aggregates.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import { system } from '../../functions/runtime/system.ts';
import { createDeployment } from '../support/a-deployment.ts';
import type { Fleet } from './cloud.ts';
import {
  alias,
  appSpec,
  baking,
  codedeploy,
  deploy,
  dynamodb,
  ended,
  events,
  eventually,
  fleet,
  functionOf,
  lambda,
  local,
  slowCanary,
  sqs,
  stepFunctions,
  store,
} from './cloud.ts';
import { launch } from './launch.ts';
import { deleteRole, ownServiceRole } from './own-role.ts';

const ALL_AT_ONCE = 'CodeDeployDefault.LambdaAllAtOnce';
const whole = (version: string) => ({ version, weights: {} });

/** The group is free and its alias whole: what must hold whatever has happened. */
async function takesTheNext(shop: Fleet, from: string): Promise<void> {
  const id = await deploy(shop, { from, to: '3', config: ALL_AT_ONCE });
  expect((await ended(id)).status).toBe('Succeeded');
  expect(await alias(shop.functionName)).toEqual(whole('3'));
}

async function admittedExecution(deploymentId: string): Promise<string> {
  const admitted = (await events(deploymentId)).find((event) => event.type === 'DeploymentAdmitted');
  return admitted?.type === 'DeploymentAdmitted' ? admitted.data.executionArn : '';
}

const blocked: string[] = [];

async function block(name: string): Promise<void> {
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }),
  );
  blocked.push(name);
}

async function unblock(): Promise<void> {
  for (const FunctionName of blocked.splice(0)) {
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  }
}

afterEach(unblock);

describe('on the local cloud, a deployment', () => {
  it('whose execution is killed in the middle of a bake is repaired and rolled back', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    await stepFunctions.send(
      new StopExecutionCommand({
        executionArn: await admittedExecution(id),
        error: 'Killed',
        cause: 'by a test',
      }),
    );
    const failed = await ended(id);
    expect(failed).toMatchObject({ status: 'Failed', errorInformation: { code: 'INTERNAL_ERROR' } });
    expect((await events(id)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ExecutionReplaced', 'TrafficRestored']),
    );
    expect((await ended(failed.rollbackInfo?.rollbackDeploymentId ?? '')).status).toBe('Succeeded');
    expect(await alias(shop.functionName)).toEqual(whole('1'));
    await takesTheNext(shop, '1');
  });

  it.each(['Admit', 'Finish'])('whose %s cannot run ends all the same', async (state) => {
    const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
    const id = await deploy(shop, { config: await slowCanary() });
    if (state === 'Admit') {
      await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
      await ended(id);
      await block(await functionOf('Admit'));
      const next = await deploy(shop, { config: ALL_AT_ONCE });
      expect((await ended(next)).status).toBe('Failed');
    } else {
      await baking(id);
      await block(await functionOf('Finish'));
      await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
      expect((await ended(id)).status).toBe('Stopped');
    }
    expect(await alias(shop.functionName)).toEqual(whole('1'));
    await unblock();
    await takesTheNext(shop, '1');
  });

  it('whose alias nobody can move any more says so, with the command to run', async () => {
    const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    await block(await functionOf('AllowTraffic'));
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    expect(await ended(id)).toMatchObject({
      status: 'Stopped',
      errorInformation: { message: expect.stringContaining('aws lambda update-alias') },
    });
    expect((await events(id)).map(({ type }) => type)).toContain('TrafficLeftWeighted');
    await unblock();
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: shop.functionName,
        Name: 'live',
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
    await takesTheNext(shop, '1');
  });

  it('whose service role is gone from the start is refused, by hand as well', async () => {
    const serviceRoleArn = await ownServiceRole();
    const shop = await fleet({ serviceRoleArn, alarmConfiguration: { enabled: false } });
    await deleteRole(serviceRoleArn);
    const refusal = { name: 'InvalidRoleException', message: expect.stringContaining('no such role') };
    await expect(deploy(shop, { config: ALL_AT_ONCE })).rejects.toMatchObject(refusal);
    const executionArn = await launch(shop, ALL_AT_ONCE, appSpec(shop.functionName, '1', '2'));
    const failed = await eventually(
      'the execution ends',
      () => stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status === 'FAILED',
    );
    expect(failed).toMatchObject({ error: refusal.name, cause: refusal.message });
    expect(await alias(shop.functionName)).toEqual(whole('1'));
  });

  it('whose service role is deleted in the middle says so, and the group is free', async () => {
    const roleArn = await ownServiceRole();
    const shop = await fleet({
      serviceRoleArn: roleArn,
      alarmConfiguration: { enabled: false },
      autoRollbackConfiguration: { enabled: false },
    });
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    await deleteRole(roleArn);
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    expect(await ended(id)).toMatchObject({ errorInformation: { code: 'IAM_ROLE_MISSING' } });
    expect((await events(id)).map(({ type }) => type)).toContain('TrafficLeftWeighted');
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: shop.functionName,
        Name: 'live',
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
    await codedeploy.send(
      new UpdateDeploymentGroupCommand({
        applicationName: shop.applicationName,
        currentDeploymentGroupName: shop.deploymentGroupName,
        serviceRoleArn: local.serviceRoles.Lambda ?? '',
      }),
    );
    await takesTheNext(shop, '1');
  });
});

describe('on the local cloud, the sweep', () => {
  it('ends a deployment that is still there after its 50 hours, which nobody else would do', async () => {
    const id = system.deploymentId();
    const at = Date.now() - 51 * 60 * 60 * 1000;
    const command = createDeployment(id);
    // As one that an execution runs: none is started for it, and this one is long gone.
    const executionArn = executionArnOf(local.stateMachines['Lambda'] ?? '', id);
    await execute(
      { store, system, aggregates: deploymentAggregates },
      { id: randomUUID(), at, actor: { type: 'user', id: 'ada' } },
      [
        {
          ...commandTo(deployment, deploymentStream(id), {
            ...command,
            data: { ...command.data, executionArn, deploymentGroupId: `group-${id}` },
          }),
          orphan: true,
        },
      ],
    );
    const seen = await eventually(
      `${id} is ended`,
      () => events(id),
      (found) => found.some(({ type }) => type === 'FailureFound'),
    );
    expect(seen.at(-1)).toMatchObject({ data: { code: 'TIMEOUT' } });
  });
});

describe('a record in the stream that is no event', () => {
  it('is parked in the dead-letter queue, and the deployments after it run', async () => {
    const stream = `poison#${randomUUID()}`;
    await dynamodb.send(
      new PutCommand({ TableName: local.tables.log, Item: { stream, version: 1, type: 7 } }),
    );
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    const QueueUrl = QueueUrls?.find((url) => url.includes('ReactionsDeadLetter'));
    expect(QueueUrl).toBeDefined();
    const message = await eventually(
      'the record is parked',
      async () =>
        (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).Messages?.[0]?.Body ??
        '',
      (body) => body.includes(stream),
    );
    expect(message).toContain('no event of this log');
    // No writer could have written it, and the tests of the log want it whole.
    await dynamodb.send(new DeleteCommand({ TableName: local.tables.log, Key: { stream, version: 1 } }));
    const shop = await fleet();
    expect((await ended(await deploy(shop, { config: ALL_AT_ONCE }))).status).toBe('Succeeded');
  });
});
