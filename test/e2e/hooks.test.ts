import {
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { zippedFunction } from '../../scripts/local-cloud/zipped-function.ts';
import {
  alarm,
  alias,
  codedeploy,
  deploy,
  ended,
  events,
  eventually,
  executionRole,
  fleet,
  lambda,
  local,
  setAlarm,
  unparked,
} from './cloud.ts';
import {
  BOTO_HOOK,
  delegatingHook,
  hook,
  hookedAppSpec,
  inline,
  sdkHook,
  zippedPython,
} from './validation-functions.ts';

const ALL_AT_ONCE = 'CodeDeployDefault.LambdaAllAtOnce';
const CANARY = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';

describe('validation functions', () => {
  it('written for CodeDeploy, with the AWS SDK that Lambda brings, answer with the endpoint as their only change', async () => {
    const variables = { AWS_ENDPOINT_URL_CODEDEPLOY: local.hooksEndpoint };
    const name = await hook(zippedFunction(sdkHook('Succeeded')), 'nodejs24.x', variables);
    const shop = await fleet();
    const hooks = { BeforeAllowTraffic: name, AfterAllowTraffic: name };
    const id = await deploy(shop, { config: ALL_AT_ONCE, content: hookedAppSpec(shop, hooks) });
    expect((await ended(id)).status).toBe('Succeeded');
    expect((await alias(shop.functionName)).version).toBe('2');
    await unparked(id);
  });

  it('may leave it to another function to call back, long after they returned', async () => {
    const name = await delegatingHook('Succeeded', { endpoint: local.hooksEndpoint });
    const shop = await fleet();
    const content = hookedAppSpec(shop, { BeforeAllowTraffic: name });
    const id = await deploy(shop, { config: ALL_AT_ONCE, content });
    expect((await ended(id)).status).toBe('Succeeded');
    await unparked(id);
  });

  it('may so call back, signed, on the path of all operations', async () => {
    const settings = { endpoint: local.endpoint, credentials: local.credentials };
    const name = await delegatingHook('Succeeded', settings);
    const shop = await fleet();
    const content = hookedAppSpec(shop, { BeforeAllowTraffic: name });
    const id = await deploy(shop, { config: ALL_AT_ONCE, content });
    expect((await ended(id)).status).toBe('Succeeded');
  });

  it('may so call back that they failed, and then no traffic moves', async () => {
    const name = await delegatingHook('Failed', { endpoint: local.hooksEndpoint });
    const shop = await fleet();
    const content = hookedAppSpec(shop, { BeforeAllowTraffic: name });
    const id = await deploy(shop, { config: ALL_AT_ONCE, content });
    expect((await ended(id)).errorInformation?.code).toBe('HOOK_EXECUTION_FAILURE');
    expect((await alias(shop.functionName)).version).toBe('1');
  });

  it.each(['', '/'])(
    'written for CodeDeploy in Python do, with the endpoint ending in "%s"',
    async (ending) => {
      const variables = { AWS_ENDPOINT_URL_CODEDEPLOY: `${local.hooksEndpoint}${ending}` };
      const name = await hook(zippedPython(BOTO_HOOK), 'python3.12', variables);
      const shop = await fleet();
      const id = await deploy(shop, {
        config: ALL_AT_ONCE,
        content: hookedAppSpec(shop, { BeforeAllowTraffic: name }),
      });
      expect((await ended(id)).status).toBe('Succeeded');
    },
  );

  it('may return their status, and are told the function and the version that they validate', async () => {
    const name = await hook(
      inline(
        `return { status: 'Succeeded', message: event.FunctionName + ' ' + event.TargetVersion + ' is fine' };`,
      ),
    );
    const shop = await fleet();
    const id = await deploy(shop, {
      config: CANARY,
      content: hookedAppSpec(shop, { BeforeAllowTraffic: name, AfterAllowTraffic: name }),
    });
    expect((await ended(id)).status).toBe('Succeeded');
    const said = (await events(id)).flatMap((event) =>
      event.type === 'LifecycleEventSucceeded' ? [event.data.diagnostics.message] : [],
    );
    expect(said).toEqual([`${shop.functionName} 2 is fine`, 'Succeeded', `${shop.functionName} 2 is fine`]);
    await unparked(id);
  });

  it('that throw fail the deployment at once, with the end of their log', async () => {
    const name = await hook(inline(`throw new Error('the price is wrong');`));
    const shop = await fleet();
    const id = await deploy(shop, {
      config: CANARY,
      content: hookedAppSpec(shop, { BeforeAllowTraffic: name }),
    });
    expect(await ended(id)).toMatchObject({
      status: 'Failed',
      errorInformation: {
        code: 'HOOK_EXECUTION_FAILURE',
        message: expect.stringContaining('the price is wrong'),
      },
    });
    expect(await events(id)).toContainEqual(
      expect.objectContaining({
        type: 'LifecycleEventFailed',
        data: expect.objectContaining({
          diagnostics: expect.objectContaining({
            errorCode: 'ScriptFailed',
            logTail: expect.stringContaining('called'),
          }),
        }),
      }),
    );
    expect((await alias(shop.functionName)).version).toBe('1');
  });

  it.each([
    ['does not exist', 'ScriptMissing', () => Promise.resolve('CodeDeployHook_nowhere')],
    ['the role may not call', 'ScriptNotExecutable', otherName],
  ] as const)('one that %s fails its event with %s', async (_, errorCode, name) => {
    const shop = await fleet();
    const content = hookedAppSpec(shop, { BeforeAllowTraffic: await name() });
    const id = await deploy(shop, { config: ALL_AT_ONCE, content });
    await ended(id);
    expect(await events(id)).toContainEqual(
      expect.objectContaining({
        type: 'LifecycleEventFailed',
        data: expect.objectContaining({ diagnostics: expect.objectContaining({ errorCode }) }),
      }),
    );
  });

  it('that never answer are ended by a stop, at once though they still run', async () => {
    const name = await hook(inline(`await new Promise((resolve) => setTimeout(resolve, 20_000));`));
    const shop = await fleet();
    const id = await deploy(shop, {
      config: ALL_AT_ONCE,
      content: hookedAppSpec(shop, { BeforeAllowTraffic: name }),
    });
    await called(id);
    const answer = await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    expect(answer.status).toBe('Succeeded');
    const stoppedAt = Date.now();
    expect(await ended(id)).toMatchObject({ status: 'Stopped', errorInformation: { code: 'MANUAL_STOP' } });
    expect(Date.now() - stoppedAt).toBeLessThan(15_000);
  });

  it('are not waited for when an alarm rings', async () => {
    const name = await hook(inline(`return 'not an answer';`));
    const shop = await fleet();
    const id = await deploy(shop, {
      config: ALL_AT_ONCE,
      content: hookedAppSpec(shop, { AfterAllowTraffic: name }),
    });
    await called(id);
    await setAlarm(shop.alarmName, 'ALARM');
    const stopped = await ended(id);
    expect(stopped.errorInformation?.code).toBe('ALARM_ACTIVE');
    await ended(stopped.rollbackInfo?.rollbackDeploymentId ?? '');
    expect((await alias(shop.functionName)).version).toBe('1');
  });

  it('may have the last word but one: an alarm that told nobody is seen before the end', async () => {
    const name = await hook(
      inline(`await new Promise((resolve) => setTimeout(resolve, 3_000)); return { status: 'Succeeded' };`),
    );
    const shop = await fleet();
    await alarm(shop.alarmName, []);
    const id = await deploy(shop, {
      config: ALL_AT_ONCE,
      content: hookedAppSpec(shop, { AfterAllowTraffic: name }),
    });
    await called(id);
    await setAlarm(shop.alarmName, 'ALARM');
    const stopped = await ended(id);
    expect(stopped.errorInformation?.code).toBe('ALARM_ACTIVE');
    expect(await events(id)).toContainEqual(
      expect.objectContaining({ type: 'AlarmRaised', data: expect.objectContaining({ reason: 'ringing' }) }),
    );
    expect(await succeededHooks(id)).toContain('AfterAllowTraffic');
    await ended(stopped.rollbackInfo?.rollbackDeploymentId ?? '');
    expect((await alias(shop.functionName)).version).toBe('1');
  });

  it('answer once: a second answer and a guessed id are refused', async () => {
    const name = await hook(inline(`return 'not an answer';`));
    const shop = await fleet();
    const id = await deploy(shop, {
      config: ALL_AT_ONCE,
      content: hookedAppSpec(shop, { BeforeAllowTraffic: name }),
    });
    await called(id);
    const guess = new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId: id,
      lifecycleEventHookExecutionId: 'guessed',
      status: 'Succeeded',
    });
    await expect(codedeploy.send(guess)).rejects.toMatchObject({
      name: 'InvalidLifecycleEventHookExecutionIdException',
    });
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    await ended(id);
  });
});

describe('the unsigned route', () => {
  it('answers its one operation and no other', async () => {
    const answer = await fetch(local.hooksEndpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'CodeDeploy_20141006.ListApplications',
      },
      body: '{}',
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ __type: 'UnknownOperationException' });
  });
});

async function succeededHooks(id: string): Promise<readonly string[]> {
  return (await events(id)).flatMap((event) =>
    event.type === 'LifecycleEventSucceeded' ? [event.data.lifecycleEventName] : [],
  );
}

async function otherName(): Promise<string> {
  const FunctionName = `check-${randomUUID().slice(0, 8)}`;
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Role: await executionRole(),
      Handler: 'index.handler',
      Code: { ZipFile: inline('') },
    }),
  );
  return FunctionName;
}

async function called(id: string): Promise<void> {
  await eventually(
    `a hook of ${id} is called`,
    () => events(id),
    (seen) => seen.some(({ type }) => type === 'HookInvoked'),
  );
}
