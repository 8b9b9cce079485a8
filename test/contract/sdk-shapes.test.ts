import * as sdk from '@aws-sdk/client-codedeploy';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { operations } from '../../functions/api/operations.ts';
import { STACK_ROLE, api } from '../support/api.ts';
import { CANARY, STYLE, aDeployment, aGroup, both, succeed } from '../support/api-groups.ts';
import { inputFaults, outputFaults } from './sdk-model.ts';

const built = [...operations.keys()];

describe.each(built)('%s', (name) => {
  const operation = operations.get(name);

  test('is an operation of the model and takes its members with their JSON types, all of them optional', () => {
    expect(sdk).toHaveProperty(`${name}Command`);
    expect(inputFaults(name, operation?.input ?? z.never())).toEqual([]);
  });
});

test('the twenty operations of this slice are built, and no other', () => {
  expect(built).toHaveLength(20);
  expect(new Set(built).size).toBe(20);
});

test('the check of inputs notices a member that lacks, is invented or has another type', () => {
  const input = z.object({ applicationName: z.number(), invented: z.string() });
  expect(inputFaults('UpdateApplication', input)).toEqual([
    'UpdateApplication.invented: the model has no such member',
    'UpdateApplication.applicationName: must be optional, its absence has an error of its own',
    'UpdateApplication.applicationName: takes no string',
    'UpdateApplication.newApplicationName: is missing',
  ]);
});

test('the check of outputs notices what the model does not have', () => {
  const application = { createTime: '2026', invented: 1, gitHubAccountName: null };
  expect(outputFaults('GetApplication', { application })).toEqual([
    'GetApplication.application.createTime: is no number',
    'GetApplication.application.invented: the model has no such member',
    'GetApplication.application.gitHubAccountName: is null, absent members are left out',
  ]);
  expect(outputFaults('DeleteApplication', {})).toEqual(['DeleteApplication: has no output']);
});

/** Every answer of the harness is held against the model; here each operation gives one at least. */
test('the answers of all operations are what the model says', async () => {
  const one = api();
  const alarms = [{ name: 'errors' }];
  const deploymentGroupId = await aGroup(one, {
    deploymentConfigName: CANARY,
    alarmConfiguration: { enabled: true, alarms },
    autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: [] },
  });
  expect(deploymentGroupId).toMatch(/^[0-9a-f-]{36}$/);
  const config = {
    deploymentConfigName: 'quick',
    computePlatform: 'Lambda',
    trafficRoutingConfig: { type: 'AllAtOnce' },
  };
  await one.ok('CreateDeploymentConfig', config);
  const overrideAlarmConfiguration = { enabled: true, alarms };
  const deploymentId = await aDeployment(one, { overrideAlarmConfiguration, description: 'all members' });
  await succeed(one, deploymentId);
  const update = { currentDeploymentGroupName: 'live', serviceRoleArn: STACK_ROLE, deploymentStyle: STYLE };
  const calls: readonly (readonly [string, object])[] = [
    ['GetApplication', both],
    ['ListApplications', {}],
    ['GetDeploymentGroup', both],
    ['ListDeploymentGroups', both],
    ['UpdateDeploymentGroup', { ...both, ...update }],
    ['GetDeploymentConfig', config],
    ['ListDeploymentConfigs', {}],
    ['DeleteDeploymentConfig', config],
    ['GetDeployment', { deploymentId }],
    ['ListDeployments', {}],
    ['ListDeploymentTargets', { deploymentId }],
    ['GetDeploymentTarget', { deploymentId, targetId: 'price-quote' }],
    ['StopDeployment', { deploymentId: await aDeployment(one) }],
    ['DeleteDeploymentGroup', both],
    ['UpdateApplication', { ...both, newApplicationName: 'prices' }],
    ['DeleteApplication', { applicationName: 'prices' }],
  ];
  const creations = [
    'CreateApplication',
    'CreateDeploymentGroup',
    'CreateDeploymentConfig',
    'CreateDeployment',
  ];
  expect([...creations, ...calls.map(([name]) => name)].sort()).toEqual([...built].sort());
  for (const [name, body] of calls) expect(outputFaults(name, await one.ok(name, body))).toEqual([]);
});
