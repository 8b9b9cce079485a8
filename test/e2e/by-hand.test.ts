import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { alias, appSpec, eventually, fleet, local, stepFunctions } from './cloud.ts';

const ALL_AT_ONCE = 'CodeDeployDefault.LambdaAllAtOnce';

describe('an execution that is started by hand', () => {
  it('runs the deployment that its input asks for, with the execution as its actor', async () => {
    const shop = await fleet();
    const { executionArn = '' } = await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: local.stateMachines['Lambda'],
        name: `by-hand-${randomUUID().slice(0, 8)}`,
        input: JSON.stringify({
          applicationName: shop.applicationName,
          deploymentGroupName: shop.deploymentGroupName,
          deploymentConfigName: ALL_AT_ONCE,
          revision: {
            revisionType: 'AppSpecContent',
            appSpecContent: { content: appSpec(shop.functionName, '1', '2') },
          },
        }),
      }),
    );
    await succeeded(executionArn);
    expect((await alias(shop.functionName)).version).toBe('2');
  });

  it('with an input that cannot be ends in a Fail state whose cause is the refusal', async () => {
    const { executionArn = '' } = await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: local.stateMachines['Lambda'],
        name: `by-hand-${randomUUID().slice(0, 8)}`,
        input: JSON.stringify({ applicationName: 'nowhere', deploymentGroupName: 'prod' }),
      }),
    );
    const failed = await eventually(
      'the execution ends',
      () => stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status === 'FAILED',
    );
    expect(failed).toMatchObject({ error: 'RevisionRequiredException', cause: expect.any(String) });
  });
});

async function succeeded(executionArn: string): Promise<void> {
  await eventually(
    'the execution succeeds',
    () => stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status === 'SUCCEEDED',
  );
}
