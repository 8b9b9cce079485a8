import { StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../core/chain.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import {
  alias,
  baking,
  codedeploy,
  deploy,
  ended,
  eventually,
  fleet,
  functionOf,
  lambda,
  local,
  slowCanary,
  stepFunctions,
  store,
} from './cloud.ts';

describe('what AWS tells twice, or wrongly', () => {
  it('a creation that the stream brings again starts no second execution, and is no failure', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    const [created] = await store.load(deploymentStream(id));
    if (created === undefined) throw new Error(`${id} has no events`);
    expect(await tell('OnEvents', { Records: [recordOf(created)] })).toEqual({ batchItemFailures: [] });
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    await ended(id);
  });

  it('an execution that lives and is called dead is stopped, and another one restores the traffic', async () => {
    const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    const executionArn = executionArnOf(local.stateMachines['Lambda'] ?? '', id);
    const input = JSON.stringify({ deploymentId: id });
    await tell('OnExecutionStatus', { detail: { executionArn, status: 'FAILED', input } });
    await ended(id);
    expect(await alias(shop.functionName)).toEqual({ version: '1', weights: {} });
    await eventually(
      'the old execution is stopped',
      () => stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status === 'ABORTED',
    );
  });
});

/** Calls one of Sluice's reactions as AWS does, and gives its answer. */
async function tell(reaction: string, event: object): Promise<unknown> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: await functionOf(reaction), Payload: JSON.stringify(event) }),
  );
  expect(FunctionError).toBeUndefined();
  return JSON.parse(Payload?.transformToString() ?? 'null') as unknown;
}

function recordOf(event: StoredEvent): object {
  const NewImage = Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );
  return { eventName: 'INSERT', dynamodb: { NewImage, SequenceNumber: '1' } };
}
