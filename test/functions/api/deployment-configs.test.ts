import {
  CreateDeploymentConfigCommand,
  DeleteDeploymentConfigCommand,
  GetDeploymentConfigCommand,
  ListDeploymentConfigsCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import { aGroup, both } from '../../support/api-groups.ts';

const trafficRoutingConfig = {
  type: 'TimeBasedCanary',
  timeBasedCanary: { canaryPercentage: 20, canaryInterval: 3 },
} as const;
const slow = { deploymentConfigName: 'slow', computePlatform: 'Lambda', trafficRoutingConfig } as const;

test('a configuration is created, read, listed after the predefined ones and deleted', async () => {
  const { client, clock } = api();
  const { deploymentConfigId } = await client.send(new CreateDeploymentConfigCommand(slow));
  const read = await client.send(new GetDeploymentConfigCommand({ deploymentConfigName: 'slow' }));
  expect(read.deploymentConfigInfo).toEqual({
    ...slow,
    deploymentConfigId,
    createTime: new Date(clock.now),
  });
  const listed = await client.send(new ListDeploymentConfigsCommand());
  expect(listed.deploymentConfigsList).toHaveLength(18);
  expect(listed.deploymentConfigsList?.[0]).toBe('CodeDeployDefault.AllAtOnce');
  expect(listed.deploymentConfigsList?.at(-1)).toBe('slow');
  await client.send(new DeleteDeploymentConfigCommand({ deploymentConfigName: 'slow' }));
  expect((await client.send(new ListDeploymentConfigsCommand())).deploymentConfigsList).toHaveLength(17);
});

test('a predefined configuration is read like any other', async () => {
  const { deploymentConfigInfo } = await api().ok('GetDeploymentConfig', {
    deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  });
  expect(deploymentConfigInfo).toMatchObject({
    computePlatform: 'Lambda',
    trafficRoutingConfig: {
      type: 'TimeBasedCanary',
      timeBasedCanary: { canaryPercentage: 10, canaryInterval: 5 },
    },
  });
});

test('what is missing, malformed, forbidden or unknown is refused by its own error', async () => {
  const { ok, refused } = api();
  await ok('CreateDeploymentConfig', slow);
  for (const operation of ['CreateDeploymentConfig', 'GetDeploymentConfig', 'DeleteDeploymentConfig']) {
    await refused(operation, {}, 'DeploymentConfigNameRequiredException');
    await refused(operation, { deploymentConfigName: 'a b' }, 'InvalidDeploymentConfigNameException');
  }
  await refused(
    'GetDeploymentConfig',
    { deploymentConfigName: 'x' },
    'DeploymentConfigDoesNotExistException',
  );
  await refused('CreateDeploymentConfig', slow, 'DeploymentConfigAlreadyExistsException');
  const own = { ...slow, deploymentConfigName: 'CodeDeployDefault.Mine' };
  await refused('CreateDeploymentConfig', own, 'InvalidDeploymentConfigNameException');
  const all = { deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' };
  await refused('DeleteDeploymentConfig', all, 'InvalidOperationException');
  const bad = { ...slow, trafficRoutingConfig: { type: 'TimeBasedLinear' } };
  await refused('CreateDeploymentConfig', bad, 'InvalidTrafficRoutingConfigurationException');
  const hosts = { ...slow, minimumHealthyHosts: { type: 'HOST_COUNT', value: 1 } };
  await refused('CreateDeploymentConfig', hosts, 'InvalidMinimumHealthyHostValueException');
  const zonal = { ...slow, zonalConfig: { monitorDurationInSeconds: 1 } };
  await refused('CreateDeploymentConfig', zonal, 'InvalidZonalDeploymentConfigurationException');
  const ecs = { ...slow, computePlatform: 'ECS', deploymentConfigName: 'other' };
  await refused('CreateDeploymentConfig', ecs, 'InvalidComputePlatformException');
});

test('a configuration for Server is made, read with its zones, and deleted', async () => {
  const { client, ok, refused } = api();
  const minimumHealthyHosts = { type: 'FLEET_PERCENT', value: 75 } as const;
  const zonalConfig = {
    minimumHealthyHostsPerZone: { type: 'HOST_COUNT', value: 1 },
    monitorDurationInSeconds: 60,
  } as const;
  const members = { deploymentConfigName: 'zones', minimumHealthyHosts, zonalConfig };
  await client.send(new CreateDeploymentConfigCommand(members));
  const { deploymentConfigInfo } = await client.send(new GetDeploymentConfigCommand(members));
  expect(deploymentConfigInfo).toMatchObject({ ...members, computePlatform: 'Server' });
  await ok('DeleteDeploymentConfig', { deploymentConfigName: 'zones' });
  const gone = { deploymentConfigName: 'zones' };
  await refused('GetDeploymentConfig', gone, 'DeploymentConfigDoesNotExistException');
});

test('the quota of configurations is checked after the name', async () => {
  const { ok, refused } = api();
  for (let index = 0; index < 50; index += 1) {
    await ok('CreateDeploymentConfig', { ...slow, deploymentConfigName: `slow-${index}` });
  }
  await refused('CreateDeploymentConfig', slow, 'DeploymentConfigLimitExceededException');
  const taken = { ...slow, deploymentConfigName: 'slow-1' };
  await refused('CreateDeploymentConfig', taken, 'DeploymentConfigAlreadyExistsException');
});

test('a configuration that a group uses stays, unless the application of that group is gone', async () => {
  const one = api();
  await one.ok('CreateDeploymentConfig', slow);
  await aGroup(one, { deploymentConfigName: 'slow' });
  await one.refused('DeleteDeploymentConfig', slow, 'DeploymentConfigInUseException', 'live');
  await one.ok('DeleteApplication', both);
  await one.ok('DeleteDeploymentConfig', slow);
});

test('deleting what is not there succeeds and writes nothing', async () => {
  const { ok, store } = api();
  await ok('DeleteDeploymentConfig', { deploymentConfigName: 'nobody' });
  expect(store.allEvents()).toEqual([]);
});
