import { StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cloudAt } from '../../scripts/local-cloud/cloud-address.ts';
import { deploy as deployStack, synthesize } from '../../scripts/local-cloud/deploy.ts';
import { makeRunFolder } from '../../scripts/local-cloud/run-folder.ts';
import { NEXT, nextRelease } from '../support/next-release.ts';
import {
  alias,
  baking,
  codedeploy,
  deploy,
  deployment,
  ended,
  events,
  fleet,
  functionOf,
  lambda,
  local,
  setAlarm,
  slowCanary,
  stepFunctions,
} from './cloud.ts';

const stack = {
  projectFolder: join(import.meta.dirname, '../..'),
  run: makeRunFolder(),
  stackName: local.stackName,
  timeScale: local.timeScale,
  signal: new AbortController().signal,
};
let released = '';
let next = '';

beforeAll(async () => {
  released = inject('assembly') ?? (await synthesize(stack));
  next = nextRelease(released, join(stack.run.path, 'next.out'));
});

afterAll(async () => {
  await install(released);
  stack.run.remove();
});

/** `cdk deploy`, in place, as whoever upgrades does it. */
async function install(assembly: string): Promise<void> {
  await deployStack(stack, await cloudAt(local.cloudEndpoint), assembly);
}

const whole = (version: string) => ({ version, weights: {} });

async function executionsOf(deploymentId: string): Promise<readonly (string | undefined)[]> {
  const { executions = [] } = await stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn: local.stateMachines['Lambda'] ?? '' }),
  );
  return executions.filter(({ name }) => name?.startsWith(deploymentId)).map(({ status }) => status);
}

async function isNext(): Promise<boolean> {
  const stateMachineArn = local.stateMachines['Lambda'] ?? '';
  const { definition } = await stepFunctions.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const FunctionName = await functionOf('AllowTraffic');
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return definition?.includes(NEXT) === true && Environment?.Variables?.['OF_THE_NEXT_RELEASE'] === 'yes';
}

describe('an upgrade of Sluice in the middle of a bake', () => {
  it('is survived by deployments that then go on, are stopped, or hear an alarm', async () => {
    const shops = await Promise.all([fleet(), fleet(), fleet()]);
    const [first, second, third] = shops;
    const config = await slowCanary();
    const ids = await Promise.all(shops.map((shop) => deploy(shop, { config })));
    const [goesOn = '', stopped = '', alarmed = ''] = ids;
    await Promise.all(ids.map((id) => baking(id)));

    await install(next);
    expect(await isNext()).toBe(true);
    // Else the test would show nothing.
    for (const id of ids) expect((await deployment(id)).status).toBe('InProgress');

    await codedeploy.send(new StopDeploymentCommand({ deploymentId: stopped }));
    await setAlarm(third?.alarmName ?? '', 'ALARM');
    expect(await ended(stopped)).toMatchObject({ status: 'Stopped' });
    expect(await ended(alarmed)).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'ALARM_ACTIVE' },
    });
    expect(await ended(goesOn)).toMatchObject({ status: 'Succeeded' });

    expect(await alias(first?.functionName ?? '')).toEqual(whole('2'));
    expect(await alias(second?.functionName ?? '')).toEqual(whole('1'));
    expect(await alias(third?.functionName ?? '')).toEqual(whole('1'));
    for (const id of ids) {
      expect(await executionsOf(id)).toEqual(['SUCCEEDED']);
      expect((await events(id)).map(({ type }) => type)).not.toContain('ExecutionReplaced');
    }
    const rollbacks = await Promise.all([stopped, alarmed].map((id) => deployment(id)));
    for (const { rollbackInfo } of rollbacks) {
      expect((await ended(rollbackInfo?.rollbackDeploymentId ?? '')).status).toBe('Succeeded');
    }
  });
});
