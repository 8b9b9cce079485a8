import { GetDeploymentCommand, waitUntilDeploymentSuccessful } from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { EXECUTION, api } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { CANARY, aDeployment, aGroup, both, succeed, target, task } from '../../support/api-groups.ts';

const rollback = { enabled: true, events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'] };

async function deployed(settings: object = {}) {
  const one = api();
  await aGroup(one, { deploymentConfigName: CANARY, ...settings });
  return { one, deploymentId: await aDeployment(one) };
}

async function info({ client }: Api, deploymentId: string) {
  const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }));
  return deploymentInfo;
}

test('a success shows its times and counts its one target, and the waiter of the SDK is content', async () => {
  const { one, deploymentId } = await deployed();
  const createdAt = one.clock.now;
  one.clock.now += 1000;
  await one.decide(deploymentId, task.admit());
  const running = await info(one, deploymentId);
  expect(running).toMatchObject({ status: 'InProgress', startTime: new Date(createdAt + 1000) });
  for (const member of ['completeTime', 'deploymentOverview', 'errorInformation', 'rollbackInfo']) {
    expect(running).not.toHaveProperty(member);
  }
  await succeed(one, deploymentId);
  expect(await info(one, deploymentId)).toMatchObject({
    status: 'Succeeded',
    createTime: new Date(createdAt),
    completeTime: new Date(one.clock.now),
    deploymentOverview: { Pending: 0, InProgress: 0, Succeeded: 1, Failed: 0, Skipped: 0, Ready: 0 },
  });
  const waited = await waitUntilDeploymentSuccessful(
    { client: one.client, maxWaitTime: 60 },
    { deploymentId },
  );
  expect(waited.state).toBe('SUCCESS');
});

test('a failure carries its code and message, and nothing about a rollback that nobody asked for', async () => {
  const { one, deploymentId } = await deployed();
  await one.decide(deploymentId, task.fail('INVALID_REVISION', 'Line 3 is no YAML.'), task.finish());
  const failed = await info(one, deploymentId);
  expect(failed).toMatchObject({
    status: 'Failed',
    errorInformation: { code: 'INVALID_REVISION', message: 'Line 3 is no YAML.' },
    deploymentOverview: { Skipped: 1 },
  });
  expect(failed).not.toHaveProperty('rollbackInfo');
  expect(failed).not.toHaveProperty('startTime');
});

test('a rollback that was asked for and is not possible is told, with the reason', async () => {
  const { one, deploymentId } = await deployed({ autoRollbackConfiguration: rollback });
  await one.decide(deploymentId, task.fail('INVALID_REVISION', 'Line 3 is no YAML.'), task.finish());
  const rollbackInfo = (await info(one, deploymentId))?.rollbackInfo;
  expect(rollbackInfo).toEqual({
    rollbackMessage: expect.stringMatching(/no automatic rollback was possible/),
  });
  expect(rollbackInfo?.rollbackMessage).toMatch(/nothing to roll back/);
});

test('a deployment and its rollback name each other, and the words follow the fate of the rollback', async () => {
  const { one, deploymentId } = await deployed({ autoRollbackConfiguration: rollback });
  await one.decide(deploymentId, task.admit(), task.begin(), task.shift(1, one.clock.now));
  await one.ok('StopDeployment', { deploymentId });
  await one.decide(deploymentId, task.beginRestore(), task.restore(), task.finish('d-ROLLBACK1'));

  const stopped = await info(one, deploymentId);
  expect(stopped?.errorInformation?.code).toBe('MANUAL_STOP');
  expect(stopped?.rollbackInfo).toEqual({
    rollbackDeploymentId: 'd-ROLLBACK1',
    rollbackMessage: expect.stringMatching(new RegExp(`${deploymentId}.*d-ROLLBACK1.*triggered\\.$`)),
  });
  const second = await info(one, 'd-ROLLBACK1');
  expect(second).toMatchObject({
    ...both,
    creator: 'codeDeployRollback',
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    rollbackInfo: {
      rollbackTriggeringDeploymentId: deploymentId,
      rollbackMessage: expect.stringMatching(new RegExp(`d-ROLLBACK1.*${deploymentId}`)),
    },
  });
  expect(second?.rollbackInfo).not.toHaveProperty('rollbackDeploymentId');

  await succeed(one, 'd-ROLLBACK1');
  expect((await info(one, deploymentId))?.rollbackInfo?.rollbackMessage).toMatch(/succeeded/);
});

test('a rollback that fails is told on the deployment that it was to roll back', async () => {
  const { one, deploymentId } = await deployed({ autoRollbackConfiguration: rollback });
  await one.decide(
    deploymentId,
    task.admit(),
    task.begin(),
    task.fail('INVALID_LAMBDA_CONFIGURATION', 'A foreign hand.'),
    task.finish('d-ROLLBACK1'),
  );
  await one.decide('d-ROLLBACK1', task.fail('INVALID_LAMBDA_CONFIGURATION', 'Again.'), task.finish());
  expect((await info(one, deploymentId))?.rollbackInfo?.rollbackMessage).toMatch(/failed/);
});

test('messages tell why a shift is held', async () => {
  const { one, deploymentId } = await deployed();
  await one.decide(deploymentId, task.admit(), task.begin(), {
    type: 'PostponeShift',
    data: {
      random: 0,
      executionArn: EXECUTION,
      step: 1,
      reason: 'provisioned-concurrency',
      message: 'Provisioned concurrency is still warming up.',
      policy: { timeScale: 1, bakeGraceSeconds: 60 },
    },
  });
  expect((await info(one, deploymentId))?.deploymentStatusMessages).toEqual([
    expect.stringMatching(/Step 1 .* held .*warming up/),
  ]);
});

test('messages tell why an admission is held, until it is made', async () => {
  const { one, deploymentId } = await deployed();
  await one.decide(deploymentId, {
    type: 'PostponeAdmission',
    data: { executionArn: EXECUTION, message: 'Rate exceeded', random: 0 },
  });
  const messages = async () => (await info(one, deploymentId))?.deploymentStatusMessages ?? [];
  expect(await messages()).toEqual(['The admission is held and tried again: Rate exceeded']);
  await one.decide(deploymentId, task.admit());
  expect(await messages()).toEqual([]);
});

test('messages tell what failed first, what became of the traffic, and what to run where it is left', async () => {
  const { one, deploymentId } = await deployed();
  await one.decide(deploymentId, task.admit(), task.begin(), task.shift(1, one.clock.now));
  await one.decide(deploymentId, task.fail('INVALID_LAMBDA_CONFIGURATION', 'A foreign hand.'));
  expect((await info(one, deploymentId))?.deploymentStatusMessages).toEqual([
    expect.stringContaining('A foreign hand.'),
  ]);
  await one.decide(deploymentId, task.beginRestore(), {
    type: 'FailRestore',
    data: {
      executionArn: EXECUTION,
      code: 'IAM_ROLE_MISSING',
      message: 'The role is gone.',
    },
  });
  await one.decide(deploymentId, task.finish());
  const left = await info(one, deploymentId);
  expect(left?.errorInformation?.code).toBe('IAM_ROLE_MISSING');
  expect(left?.deploymentStatusMessages).toEqual([
    expect.stringContaining('The role is gone.'),
    expect.stringContaining('aws lambda update-alias --function-name price-quote'),
  ]);
});

test('checks that the role does not permit are told', async () => {
  const { one, deploymentId } = await deployed();
  const admit = task.admit();
  if (admit.type !== 'AdmitDeployment') throw new Error('not an admission');
  const data = { ...admit.data, skippedChecks: ['whether version 8 exists'] };
  await one.decide(deploymentId, { ...admit, data });
  expect((await info(one, deploymentId))?.deploymentStatusMessages).toEqual([
    'Not checked: whether version 8 exists.',
  ]);
});

test('the revision before is told without its content', async () => {
  const { one, deploymentId } = await deployed();
  const admit = task.admit();
  if (admit.type !== 'AdmitDeployment') throw new Error('not an admission');
  const sha256 = 'c'.repeat(64);
  const previousRevision = {
    revisionId: 'd'.repeat(64),
    location: { revisionType: 'AppSpecContent', sha256 },
  } as const;
  await one.decide(deploymentId, { ...admit, data: { ...admit.data, previousRevision } });
  const { deploymentInfo } = await one.ok('GetDeployment', { deploymentId });
  expect(deploymentInfo.previousRevision).toEqual({
    revisionType: 'AppSpecContent',
    appSpecContent: { sha256 },
  });
  expect(JSON.stringify(deploymentInfo)).not.toContain(target.functionName);
});

test('a missing, malformed or unknown id is refused by its own error', async () => {
  const { refused } = api();
  await refused('GetDeployment', {}, 'DeploymentIdRequiredException');
  for (const deploymentId of ['x', 'd-abcdefghi', 'd-ABCDEFGHIJ', 'D-ABCDEFGHI']) {
    await refused('GetDeployment', { deploymentId }, 'InvalidDeploymentIdException', deploymentId);
  }
  await refused('GetDeployment', { deploymentId: 'd-ABCDEFGHI' }, 'DeploymentDoesNotExistException');
});
