import {
  CreateDeploymentGroupCommand,
  DeleteDeploymentGroupCommand,
  GetDeploymentGroupCommand,
  ListDeploymentGroupsCommand,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { STACK_ROLE, api } from '../../support/api.ts';
import {
  CANARY,
  STYLE,
  aDeployment,
  aGroup,
  appSpec,
  both,
  inline,
  succeed,
} from '../../support/api-groups.ts';

const create = { ...both, serviceRoleArn: STACK_ROLE, deploymentStyle: STYLE };

async function anApplication() {
  const one = api();
  await one.ok('CreateApplication', { applicationName: 'quotes', computePlatform: 'Lambda' });
  return one;
}

test('a group is created with every default, and read', async () => {
  const { client } = await anApplication();
  const { deploymentGroupId } = await client.send(new CreateDeploymentGroupCommand(create));
  const { deploymentGroupInfo } = await client.send(new GetDeploymentGroupCommand(both));
  expect(deploymentGroupInfo).toEqual({
    ...both,
    deploymentGroupId,
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    serviceRoleArn: STACK_ROLE,
    computePlatform: 'Lambda',
    deploymentStyle: STYLE,
    outdatedInstancesStrategy: 'UPDATE',
    autoRollbackConfiguration: { enabled: false },
    alarmConfiguration: { enabled: false, ignorePollAlarmFailure: false, alarms: [] },
    autoScalingGroups: [],
    triggerConfigurations: [],
    ec2TagSet: { ec2TagSetList: [] },
    onPremisesTagSet: { onPremisesTagSetList: [] },
    terminationHookEnabled: false,
  });
});

test('an update keeps what is absent, replaces what is given and clears what is empty', async () => {
  const { client } = await anApplication();
  const alarms = [{ name: 'errors' }];
  await client.send(
    new CreateDeploymentGroupCommand({
      ...create,
      deploymentConfigName: CANARY,
      alarmConfiguration: { enabled: true, alarms },
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    }),
  );
  const names = { applicationName: 'quotes', currentDeploymentGroupName: 'live' };
  const answer = await client.send(
    new UpdateDeploymentGroupCommand({
      ...names,
      autoRollbackConfiguration: { enabled: false, events: [] },
      deploymentConfigName: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
      ec2TagFilters: [],
      triggerConfigurations: [],
      loadBalancerInfo: {},
    }),
  );
  expect(answer.hooksNotCleanedUp).toBeUndefined();
  const { deploymentGroupInfo } = await client.send(new GetDeploymentGroupCommand(both));
  expect(deploymentGroupInfo).toMatchObject({
    deploymentConfigName: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
    alarmConfiguration: { enabled: true, alarms },
    autoRollbackConfiguration: { enabled: false },
  });
});

test('a rename keeps the id, and the old name is free', async () => {
  const one = api();
  const { client, ok, refused } = one;
  const deploymentGroupId = await aGroup(one);
  await aGroup(one, {}, { deploymentGroupName: 'other' });
  const rename = { applicationName: 'quotes', currentDeploymentGroupName: 'live' };
  const taken = { ...rename, newDeploymentGroupName: 'other' };
  await refused('UpdateDeploymentGroup', taken, 'DeploymentGroupAlreadyExistsException');
  await ok('UpdateDeploymentGroup', { ...rename, newDeploymentGroupName: 'live' });
  await ok('UpdateDeploymentGroup', { ...rename, newDeploymentGroupName: 'prod' });
  const renamed = await client.send(
    new GetDeploymentGroupCommand({ applicationName: 'quotes', deploymentGroupName: 'prod' }),
  );
  expect(renamed.deploymentGroupInfo?.deploymentGroupId).toBe(deploymentGroupId);
  await refused('GetDeploymentGroup', both, 'DeploymentGroupDoesNotExistException', /found for name: live$/);
  await ok('CreateDeploymentGroup', create);
});

test('groups are listed by name with the name of their application', async () => {
  const one = api();
  for (const deploymentGroupName of ['live', 'beta', 'test']) await aGroup(one, {}, { deploymentGroupName });
  const listed = await one.client.send(new ListDeploymentGroupsCommand({ applicationName: 'quotes' }));
  expect(listed).toMatchObject({ applicationName: 'quotes', deploymentGroups: ['beta', 'live', 'test'] });
});

test('tokens of groups are bound to their application', async () => {
  const one = api();
  for (let index = 0; index < 101; index += 1)
    await aGroup(one, {}, { deploymentGroupName: `group-${index}` });
  await aGroup(one, {}, { applicationName: 'prices' });
  const { deploymentGroups, nextToken } = await one.ok('ListDeploymentGroups', { applicationName: 'quotes' });
  const rest = await one.ok('ListDeploymentGroups', { applicationName: 'quotes', nextToken });
  expect([deploymentGroups.length, rest.deploymentGroups.length]).toEqual([100, 1]);
  expect(rest).not.toHaveProperty('nextToken');
  const foreign = { applicationName: 'prices', nextToken };
  await one.refused('ListDeploymentGroups', foreign, 'InvalidNextTokenException');
});

test('what is missing is asked for in order, before any format is looked at', async () => {
  const { refused } = await anApplication();
  const wrong = { applicationName: 'a b', deploymentGroupName: 'a b', serviceRoleArn: 'no arn' };
  const operation = 'CreateDeploymentGroup';
  await refused(operation, { ...wrong, applicationName: '' }, 'ApplicationNameRequiredException');
  await refused(operation, { ...wrong, deploymentGroupName: '' }, 'DeploymentGroupNameRequiredException');
  await refused(operation, { ...wrong, serviceRoleArn: '' }, 'RoleRequiredException');
  await refused(operation, wrong, 'InvalidApplicationNameException');
  await refused(operation, { ...wrong, applicationName: 'x' }, 'InvalidDeploymentGroupNameException');
  const formats = { ...create, applicationName: 'x', serviceRoleArn: 'no arn' };
  await refused(operation, formats, 'InvalidRoleException');
  await refused('UpdateDeploymentGroup', {}, 'ApplicationNameRequiredException');
  const unnamed = { applicationName: 'quotes' };
  for (const other of ['UpdateDeploymentGroup', 'GetDeploymentGroup', 'DeleteDeploymentGroup']) {
    await refused(other, unnamed, 'DeploymentGroupNameRequiredException');
  }
});

test('the application comes before the group, that before the configuration, and all before the role', async () => {
  const one = await anApplication();
  const { refused, roles, ok } = one;
  roles.clear();
  const operation = 'CreateDeploymentGroup';
  const nobody = 'arn:aws:iam::123456789012:role/nobody';
  const body = { ...create, serviceRoleArn: nobody, deploymentConfigName: 'unknown' };
  const unknown = { ...body, applicationName: 'x', deploymentStyle: undefined };
  await refused(operation, unknown, 'ApplicationDoesNotExistException');
  await refused(operation, { ...body, deploymentStyle: undefined }, 'InvalidDeploymentStyleException');
  await refused(operation, body, 'DeploymentConfigDoesNotExistException');
  const server = { ...body, deploymentConfigName: 'CodeDeployDefault.OneAtATime' };
  await refused(operation, server, 'InvalidDeploymentConfigNameException', 'Lambda');
  const alarms = Array.from({ length: 51 }, (_, index) => ({ name: `alarm-${index}` }));
  const noisy = { ...body, alarmConfiguration: { enabled: true, alarms } };
  await refused(operation, noisy, 'DeploymentConfigDoesNotExistException');
  await refused(operation, { ...noisy, deploymentConfigName: CANARY }, 'AlarmsLimitExceededException');
  await refused(operation, { ...body, deploymentConfigName: CANARY }, 'InvalidRoleException', 'no such role');
  roles.set(STACK_ROLE, {});
  await ok(operation, create);
  await refused(operation, body, 'DeploymentGroupAlreadyExistsException');
  const update = { applicationName: 'quotes', currentDeploymentGroupName: 'live', serviceRoleArn: nobody };
  const gone = { ...update, currentDeploymentGroupName: 'x' };
  await refused('UpdateDeploymentGroup', gone, 'DeploymentGroupDoesNotExistException');
  await refused('UpdateDeploymentGroup', update, 'InvalidRoleException');
  const misnamed = { ...update, newDeploymentGroupName: '' };
  await refused('UpdateDeploymentGroup', misnamed, 'InvalidDeploymentGroupNameException');
  const config = { ...update, deploymentConfigName: 'unknown' };
  await refused('UpdateDeploymentGroup', config, 'DeploymentConfigDoesNotExistException');
});

test('members of other platforms, and what is not built, are refused by their modelled errors', async () => {
  const one = api();
  await aGroup(one);
  const filter = [{ Key: 'a', Value: 'b', Type: 'KEY_AND_VALUE' }];
  const topic = { triggerName: 't', triggerTargetArn: 'arn:aws:sns:eu-central-1:1:t', triggerEvents: ['x'] };
  const cases: readonly (readonly [object, string])[] = [
    [{ ec2TagFilters: filter }, 'InvalidEC2TagException'],
    [{ ec2TagSet: { ec2TagSetList: [filter] } }, 'InvalidEC2TagCombinationException'],
    [{ onPremisesInstanceTagFilters: filter }, 'InvalidTagException'],
    [{ onPremisesTagSet: { onPremisesTagSetList: [filter] } }, 'InvalidOnPremisesTagCombinationException'],
    [{ autoScalingGroups: ['g'] }, 'InvalidAutoScalingGroupException'],
    [{ loadBalancerInfo: { elbInfoList: [{ name: 'e' }] } }, 'InvalidLoadBalancerInfoException'],
    [{ blueGreenDeploymentConfiguration: {} }, 'InvalidBlueGreenDeploymentConfigurationException'],
    [{ ecsServices: [{ serviceName: 's', clusterName: 'c' }] }, 'InvalidECSServiceException'],
    [{ triggerConfigurations: [topic] }, 'InvalidTriggerConfigException'],
    [{ alarmConfiguration: { enabled: true } }, 'InvalidAlarmConfigException'],
    [{ autoRollbackConfiguration: { enabled: true } }, 'InvalidAutoRollbackConfigException'],
    [{ outdatedInstancesStrategy: 'NEVER' }, 'InvalidInputException'],
    [
      { ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: ['Terminate'] } },
      'InvalidAutoScalingGroupProcessToSuspendException',
    ],
    [{ deploymentStyle: { deploymentType: 'IN_PLACE' } }, 'InvalidDeploymentStyleException'],
  ];
  for (const [members, code] of cases) {
    const created = { ...create, deploymentGroupName: 'second', ...members };
    await one.refused('CreateDeploymentGroup', created, code);
    const updated = { applicationName: 'quotes', currentDeploymentGroupName: 'live', ...members };
    await one.refused('UpdateDeploymentGroup', updated, code);
  }
  const tagged = { ...create, tags: [{ Key: 'aws:a', Value: 'b' }] };
  await one.refused('CreateDeploymentGroup', tagged, 'InvalidTagsToAddException');
});

test('the quota of groups is checked before the role', async () => {
  const { ports } = await anApplication();
  const full = api({ store: ports.store, rows: { ...ports.rows, count: async () => 1000 } });
  full.roles.clear();
  await full.refused('CreateDeploymentGroup', create, 'DeploymentGroupLimitExceededException');
});

test('a group remembers its last attempt, its last success and the revision last asked for', async () => {
  const one = api();
  await aGroup(one);
  const good = await aDeployment(one);
  const goodAt = one.clock.now;
  one.clock.now += 2000;
  await succeed(one, good);
  const later = await aDeployment(one, { revision: inline(appSpec('9')) });
  const { deploymentGroupInfo } = await one.client.send(new GetDeploymentGroupCommand(both));
  const sha256 = one.ports.system.sha256(appSpec('9'));
  expect(deploymentGroupInfo).toMatchObject({
    lastSuccessfulDeployment: {
      deploymentId: good,
      status: 'Succeeded',
      createTime: new Date(goodAt),
      endTime: new Date(goodAt + 2000),
    },
    lastAttemptedDeployment: { deploymentId: later, status: 'Created', createTime: new Date(one.clock.now) },
    targetRevision: { revisionType: 'AppSpecContent', appSpecContent: { sha256 } },
  });
  expect(deploymentGroupInfo?.lastAttemptedDeployment).not.toHaveProperty('endTime');
});

test('deleting an unknown group, or one of an unknown application, succeeds and writes nothing', async () => {
  const { client, store } = await anApplication();
  const before = store.allEvents();
  for (const applicationName of ['quotes', 'nobody']) {
    const names = { applicationName, deploymentGroupName: 'nobody' };
    const { hooksNotCleanedUp } = await client.send(new DeleteDeploymentGroupCommand(names));
    expect(hooksNotCleanedUp).toEqual([]);
  }
  expect(store.allEvents()).toEqual(before);
});
