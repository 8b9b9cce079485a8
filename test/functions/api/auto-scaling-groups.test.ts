import { expect, test } from 'vitest';
import type { AssumedRole } from '../../../functions/adapters/service-roles.ts';
import { STACK_ROLE, api } from '../../support/api.ts';

const both = { applicationName: 'shop', deploymentGroupName: 'prod' } as const;
const create = { ...both, serviceRoleArn: STACK_ROLE };
const update = { applicationName: 'shop', currentDeploymentGroupName: 'prod' };
const deploy = {
  ...both,
  revision: { revisionType: 'S3', s3Location: { bucket: 'bundles', key: 'shop.zip', bundleType: 'zip' } },
};

async function anApplication() {
  const one = api();
  await one.ok('CreateApplication', { applicationName: 'shop' });
  return one;
}

test('Auto Scaling groups that are given are looked up at once, with the rights of the role of the group', async () => {
  const one = await anApplication();
  const credentials = { accessKeyId: 'of', secretAccessKey: 'the', sessionToken: 'role' };
  one.roles.set(STACK_ROLE, { assume: (): AssumedRole => ({ status: 'assumed', credentials }) });
  await one.ok('CreateDeploymentGroup', { ...create, autoScalingGroups: ['web', 'api', 'web'] });
  await one.ok('UpdateDeploymentGroup', { ...update, autoScalingGroups: ['api'] });
  await one.ok('UpdateDeploymentGroup', { ...update, outdatedInstancesStrategy: 'IGNORE' });
  expect(one.autoScaling.asked).toEqual([
    { names: ['web', 'api'], by: credentials },
    { names: ['api'], by: credentials },
  ]);
});

test('a group of an Auto Scaling group that is not there is neither created, nor changed, nor deployed to', async () => {
  const one = await anApplication();
  one.autoScaling.gone.add('wbe').add('ipa');
  const code = 'InvalidAutoScalingGroupException';
  const wrong = { autoScalingGroups: ['web', 'wbe', 'ipa'] };
  await one.refused('CreateDeploymentGroup', { ...create, ...wrong }, code, '"wbe", nor "ipa"');
  await one.ok('CreateDeploymentGroup', { ...create, autoScalingGroups: ['web'] });
  await one.refused('UpdateDeploymentGroup', { ...update, ...wrong }, code, '"wbe", nor "ipa"');
  one.autoScaling.gone.add('web');
  await one.refused('CreateDeployment', deploy, code, '"web"');
  await one.ok('UpdateDeploymentGroup', { ...update, autoScalingGroups: [] });
  await one.ok('CreateDeployment', deploy);
});

test('a role that may not ask is refused with the statement that it lacks, and throttling as such', async () => {
  const one = await anApplication();
  const given = { ...create, autoScalingGroups: ['web'] };
  one.autoScaling.failure = { status: 'denied', message: 'not authorized' };
  const message = await one.refused('CreateDeploymentGroup', given, 'InvalidRoleException', STACK_ROLE);
  expect(JSON.parse(message.slice(message.indexOf('{')))).toEqual({
    Effect: 'Allow',
    Action: 'autoscaling:DescribeAutoScalingGroups',
    Resource: '*',
  });
  one.autoScaling.failure = { status: 'throttled', message: 'Rate exceeded' };
  await one.refused('CreateDeploymentGroup', given, 'ThrottlingException', 'Try again');
});
