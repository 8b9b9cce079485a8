import { GetDeploymentTargetCommand, ListDeploymentTargetsCommand } from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import { CANARY, aDeployment, aGroup, inline, succeed, task } from '../../support/api-groups.ts';

async function deployed(revision?: object) {
  const one = api();
  await aGroup(one, { deploymentConfigName: CANARY });
  return { one, deploymentId: await aDeployment(one, revision && { revision }) };
}

test('a running target shows its events and the percentage on the new version', async () => {
  const { one, deploymentId } = await deployed();
  await one.decide(deploymentId, task.admit(), task.begin());
  const startedAt = one.clock.now;
  one.clock.now += 1500;
  await one.decide(deploymentId, task.shift(1, one.clock.now));
  const { deploymentTarget } = await one.client.send(
    new GetDeploymentTargetCommand({ deploymentId, targetId: 'price-quote:8' }),
  );
  const success = { errorCode: 'Success', scriptName: '', message: 'Succeeded', logTail: '' };
  const at = new Date(startedAt);
  expect(deploymentTarget).toEqual({
    deploymentTargetType: 'LambdaTarget',
    lambdaTarget: {
      deploymentId,
      targetId: 'price-quote:8',
      targetArn: 'arn:aws:lambda:eu-central-1:123456789012:function:price-quote:8',
      status: 'InProgress',
      lastUpdatedAt: new Date(startedAt + 1500),
      lifecycleEvents: [
        {
          lifecycleEventName: 'BeforeAllowTraffic',
          status: 'Succeeded',
          startTime: at,
          endTime: at,
          diagnostics: success,
        },
        { lifecycleEventName: 'AllowTraffic', status: 'InProgress', startTime: at },
        { lifecycleEventName: 'AfterAllowTraffic', status: 'Pending' },
      ],
      lambdaFunctionInfo: {
        functionName: 'price-quote',
        functionAlias: 'live',
        currentVersion: '7',
        targetVersion: '8',
        targetVersionWeight: 10,
      },
    },
  });
});

test('the name of the function names the target as well; anything else names none', async () => {
  const { one, deploymentId } = await deployed();
  await one.decide(deploymentId, task.admit());
  await one.ok('GetDeploymentTarget', { deploymentId, targetId: 'price-quote' });
  for (const targetId of ['price-quote:7', 'other', 'price-quote:8:live']) {
    const body = { deploymentId, targetId };
    await one.refused('GetDeploymentTarget', body, 'DeploymentTargetDoesNotExistException');
  }
});

test('all events over, the target has succeeded with all traffic', async () => {
  const { one, deploymentId } = await deployed();
  await succeed(one, deploymentId);
  const { deploymentTarget } = await one.ok('GetDeploymentTarget', { deploymentId, targetId: 'price-quote' });
  expect(deploymentTarget.lambdaTarget).toMatchObject({
    status: 'Succeeded',
    lambdaFunctionInfo: { targetVersionWeight: 100 },
  });
});

test('a stop in a bake fails the event in flight and skips the rest', async () => {
  const { one, deploymentId } = await deployed();
  await one.decide(deploymentId, task.admit(), task.begin(), task.shift(1, one.clock.now));
  await one.ok('StopDeployment', { deploymentId });
  await one.decide(deploymentId, task.beginRestore(), task.restore(), task.finish());
  const { deploymentTarget } = await one.ok('GetDeploymentTarget', { deploymentId, targetId: 'price-quote' });
  const { status, lifecycleEvents, lambdaFunctionInfo } = deploymentTarget.lambdaTarget;
  expect(status).toBe('Failed');
  expect(lifecycleEvents.map((event: { status: string }) => event.status)).toEqual([
    'Succeeded',
    'Failed',
    'Skipped',
  ]);
  expect(lambdaFunctionInfo.targetVersionWeight).toBe(0);
});

test('before a deployment has started its targets are not known', async () => {
  const { one, deploymentId } = await deployed();
  await one.refused('GetDeploymentTarget', { deploymentId, targetId: 'x' }, 'DeploymentNotStartedException');
  await one.refused('ListDeploymentTargets', { deploymentId }, 'DeploymentNotStartedException');
});

test('one that ended before its admission shows what its AppSpec names, where that can be read', async () => {
  const readable = await deployed();
  const fail = task.fail('INVALID_LAMBDA_CONFIGURATION', 'The alias is divided.');
  await readable.one.decide(readable.deploymentId, fail, task.finish());
  const body = { deploymentId: readable.deploymentId, targetId: 'price-quote:8' };
  const { deploymentTarget } = await readable.one.ok('GetDeploymentTarget', body);
  expect(deploymentTarget.lambdaTarget.status).toBe('Skipped');

  const unreadable = await deployed(inline('no AppSpec'));
  await unreadable.one.decide(unreadable.deploymentId, fail, task.finish());
  const { deploymentId } = unreadable;
  expect(await unreadable.one.ok('ListDeploymentTargets', { deploymentId })).toEqual({ targetIds: [] });
});

test('the one target is listed, as far as the filters let it', async () => {
  const { one, deploymentId } = await deployed();
  await one.decide(deploymentId, task.admit(), task.begin());
  const listed = async (targetFilters: Record<string, string[]> = {}) =>
    (await one.client.send(new ListDeploymentTargetsCommand({ deploymentId, targetFilters }))).targetIds;
  expect(await listed()).toEqual(['price-quote:8']);
  expect(await listed({ TargetStatus: ['InProgress', 'Failed'] })).toEqual(['price-quote:8']);
  expect(await listed({ TargetStatus: [] })).toEqual(['price-quote:8']);
  expect(await listed({ TargetStatus: ['Failed'] })).toEqual([]);
  expect(await listed({ ServerInstanceLabel: ['Blue'] })).toEqual([]);
});

test('filters, ids and tokens that are missing or malformed are refused by their own errors', async () => {
  const { one, deploymentId } = await deployed();
  const { refused } = one;
  const wrong: readonly (readonly [object, string])[] = [
    [{ Colour: ['Blue'] }, 'InvalidTargetFilterNameException'],
    [{ TargetStatus: ['Baking'] }, 'InvalidInstanceStatusException'],
    [{ ServerInstanceLabel: ['Red'] }, 'InvalidInstanceTypeException'],
  ];
  for (const [targetFilters, code] of wrong) {
    await refused('ListDeploymentTargets', { deploymentId, targetFilters }, code);
  }
  await refused('ListDeploymentTargets', { deploymentId, nextToken: 'x' }, 'InvalidNextTokenException');
  await refused('ListDeploymentTargets', {}, 'DeploymentIdRequiredException');
  await refused('ListDeploymentTargets', { deploymentId: 'x' }, 'InvalidDeploymentIdException');
  const unknown = { deploymentId: 'd-ZZZZZZZZZ', targetId: 'a' };
  await refused('ListDeploymentTargets', unknown, 'DeploymentDoesNotExistException');
  await refused('GetDeploymentTarget', {}, 'DeploymentIdRequiredException');
  await refused('GetDeploymentTarget', { deploymentId: 'x' }, 'DeploymentTargetIdRequiredException');
  await refused('GetDeploymentTarget', { deploymentId: 'x', targetId: 'a' }, 'InvalidDeploymentIdException');
  const spaced = { deploymentId, targetId: 'a b' };
  await refused('GetDeploymentTarget', spaced, 'InvalidDeploymentTargetIdException');
  await refused('GetDeploymentTarget', unknown, 'DeploymentDoesNotExistException');
});
