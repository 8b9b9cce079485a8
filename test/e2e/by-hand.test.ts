import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { zippedFunction } from '../../scripts/local-cloud/zipped-function.ts';
import { alias, appSpec, eventually, fleet, local, slowCanary, stepFunctions } from './cloud.ts';
import { launch } from './launch.ts';
import { hook } from './validation-functions.ts';

const ALL_AT_ONCE = 'CodeDeployDefault.LambdaAllAtOnce';

describe('an execution that is started by hand', () => {
  it('runs the deployment that its input asks for, with the execution as its actor', async () => {
    const shop = await fleet();
    const executionArn = await launch(shop, ALL_AT_ONCE, appSpec(shop.functionName, '1', '2'));
    await succeeded(executionArn);
    expect((await alias(shop.functionName)).version).toBe('2');
  });

  it('has its revision validated by hooks as well', async () => {
    const name = await hook(zippedFunction(`export const handler = async () => ({ status: 'Succeeded' });`));
    const shop = await fleet();
    const spec = JSON.parse(appSpec(shop.functionName, '1', '2')) as object;
    const content = JSON.stringify({ ...spec, Hooks: [{ BeforeAllowTraffic: name }] });
    await succeeded(await launch(shop, ALL_AT_ONCE, content));
    expect((await alias(shop.functionName)).version).toBe('2');
  });

  it('and killed in the middle of a bake has its deployment repaired', async () => {
    const shop = await fleet();
    const executionArn = await launch(shop, await slowCanary(), appSpec(shop.functionName, '1', '2'));
    await eventually(
      'it bakes',
      () => alias(shop.functionName),
      ({ weights }) => Object.keys(weights).length > 0,
    );
    await stepFunctions.send(new StopExecutionCommand({ executionArn }));
    expect(
      await eventually(
        'the alias is whole',
        () => alias(shop.functionName),
        ({ weights }) => Object.keys(weights).length === 0,
      ),
    ).toEqual({ version: '1', weights: {} });
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
