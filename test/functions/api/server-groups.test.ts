import {
  CreateDeploymentGroupCommand,
  GetDeploymentGroupCommand,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { STACK_ROLE, api } from '../../support/api.ts';
import { STYLE } from '../../support/api-groups.ts';

const both = { applicationName: 'shop', deploymentGroupName: 'prod' } as const;
const create = { ...both, serviceRoleArn: STACK_ROLE };

async function aServerApplication() {
  const one = api();
  await one.ok('CreateApplication', { applicationName: 'shop' });
  return one;
}

async function infoOf(one: Awaited<ReturnType<typeof aServerApplication>>) {
  const { deploymentGroupInfo } = await one.client.send(new GetDeploymentGroupCommand(both));
  return deploymentGroupInfo;
}

test('a Server group is created with every default, and read', async () => {
  const one = await aServerApplication();
  const { deploymentGroupId } = await one.client.send(new CreateDeploymentGroupCommand(create));
  expect(await infoOf(one)).toEqual({
    ...both,
    deploymentGroupId,
    deploymentConfigName: 'CodeDeployDefault.OneAtATime',
    serviceRoleArn: STACK_ROLE,
    computePlatform: 'Server',
    deploymentStyle: { deploymentType: 'IN_PLACE', deploymentOption: 'WITHOUT_TRAFFIC_CONTROL' },
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

test('tags are answered in the form their caller used, and one form takes the place of the other', async () => {
  const one = await aServerApplication();
  const filters = [{ Key: 'stage', Value: 'Prod', Type: 'KEY_AND_VALUE' }] as const;
  await one.client.send(
    new CreateDeploymentGroupCommand({
      ...create,
      ec2TagFilters: [...filters],
      onPremisesTagSet: { onPremisesTagSetList: [[...filters]] },
      autoScalingGroups: ['fleet'],
    }),
  );
  expect(await infoOf(one)).toMatchObject({
    ec2TagFilters: filters,
    ec2TagSet: { ec2TagSetList: [] },
    onPremisesTagSet: { onPremisesTagSetList: [filters] },
    autoScalingGroups: [{ name: 'fleet' }],
  });
  await one.client.send(
    new UpdateDeploymentGroupCommand({
      applicationName: 'shop',
      currentDeploymentGroupName: 'prod',
      ec2TagFilters: [],
      ec2TagSet: { ec2TagSetList: [[...filters], [...filters]] },
      autoScalingGroups: [],
    }),
  );
  const info = await infoOf(one);
  expect(info).not.toHaveProperty('ec2TagFilters');
  expect(info).toMatchObject({ ec2TagSet: { ec2TagSetList: [filters, filters] }, autoScalingGroups: [] });
});

test('a configuration must be for Server, and may be a custom one', async () => {
  const { ok, refused } = await aServerApplication();
  const lambda = { ...create, deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' };
  await refused('CreateDeploymentGroup', lambda, 'InvalidDeploymentConfigNameException', /for Server\.$/);
  const trafficRoutingConfig = { type: 'AllAtOnce' };
  const shift = { deploymentConfigName: 'shift', computePlatform: 'Lambda', trafficRoutingConfig };
  await ok('CreateDeploymentConfig', shift);
  const shifting = { ...create, deploymentConfigName: 'shift' };
  await refused('CreateDeploymentGroup', shifting, 'InvalidDeploymentConfigNameException');
  const minimumHealthyHosts = { type: 'HOST_COUNT', value: 2 };
  await ok('CreateDeploymentConfig', { deploymentConfigName: 'two', minimumHealthyHosts });
  await ok('CreateDeploymentGroup', { ...create, deploymentConfigName: 'two' });
  const update = { applicationName: 'shop', currentDeploymentGroupName: 'prod' };
  const misfit = { ...update, deploymentConfigName: 'shift' };
  await refused('UpdateDeploymentGroup', misfit, 'InvalidDeploymentConfigNameException');
  const unknown = { ...update, deploymentConfigName: 'three' };
  await refused('UpdateDeploymentGroup', unknown, 'DeploymentConfigDoesNotExistException');
});

test('who forgot the platform of an application for Lambda is told when he makes its group', async () => {
  const { refused } = await aServerApplication();
  const lambda = { ...create, deploymentStyle: STYLE };
  await refused(
    'CreateDeploymentGroup',
    lambda,
    'InvalidDeploymentStyleException',
    /Server, which the application is for/,
  );
});
