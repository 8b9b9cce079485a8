import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import { STYLE, aDeployment, aGroup, both, succeed, task } from '../../support/api-groups.ts';
import { STACK_ROLE } from '../../support/api.ts';

const DAY = 24 * 60 * 60 * 1000;

test('names are read by their ids: a rename shows in what was deployed before it', async () => {
  const one = api();
  await aGroup(one);
  const deploymentId = await aDeployment(one);
  await one.ok('UpdateApplication', { applicationName: 'quotes', newApplicationName: 'prices' });
  const rename = { currentDeploymentGroupName: 'live', newDeploymentGroupName: 'prod' };
  await one.ok('UpdateDeploymentGroup', { applicationName: 'prices', ...rename });
  const renamed = { applicationName: 'prices', deploymentGroupName: 'prod' };
  expect((await one.ok('GetDeployment', { deploymentId })).deploymentInfo).toMatchObject(renamed);
  expect((await one.ok('ListDeployments', renamed)).deployments).toEqual([deploymentId]);
  const message = await one.refused(
    'CreateDeployment',
    { ...renamed, revision: { revisionType: 'String', string: { content: 'x' } } },
    'DeploymentLimitExceededException',
  );
  expect(message).toContain(`'prod' already has an active Deployment '${deploymentId}'`);
});

test('the deployments of a deleted group remain readable for 90 days, under its name', async () => {
  const one = api();
  await aGroup(one);
  const deploymentId = await aDeployment(one);
  await succeed(one, deploymentId);
  await one.ok('DeleteDeploymentGroup', both);
  await one.refused('GetDeploymentGroup', both, 'DeploymentGroupDoesNotExistException');
  await one.refused('ListDeployments', both, 'DeploymentGroupDoesNotExistException');

  one.clock.now += 90 * DAY;
  expect((await one.ok('GetDeployment', { deploymentId })).deploymentInfo).toMatchObject(both);
  expect((await one.ok('ListDeployments')).deployments).toEqual([deploymentId]);
  expect((await one.ok('ListDeploymentTargets', { deploymentId })).targetIds).toEqual(['price-quote:8']);

  one.clock.now += 1;
  await one.refused('GetDeployment', { deploymentId }, 'DeploymentDoesNotExistException');
  expect((await one.ok('ListDeployments')).deployments).toEqual([]);
});

test('a group is deleted while it deploys: the deployment runs on, and only cannot be stopped', async () => {
  const one = api();
  await aGroup(one);
  const deploymentId = await aDeployment(one);
  await one.ok('DeleteDeploymentGroup', both);
  await one.refused('StopDeployment', { deploymentId }, 'DeploymentGroupDoesNotExistException');
  await succeed(one, deploymentId);
  expect((await one.ok('GetDeployment', { deploymentId })).deploymentInfo.status).toBe('Succeeded');
});

test('a group that is made again is another one: it knows nothing of the deployments of the first', async () => {
  const one = api();
  const first = await aGroup(one);
  const deploymentId = await aDeployment(one);
  await one.ok('DeleteDeploymentGroup', both);
  const second = await aGroup(one);
  expect(second).not.toBe(first);
  expect((await one.ok('ListDeployments', both)).deployments).toEqual([]);
  const { deploymentGroupInfo } = await one.ok('GetDeploymentGroup', both);
  expect(deploymentGroupInfo).not.toHaveProperty('lastAttemptedDeployment');
  await aDeployment(one);
  expect((await one.ok('GetDeployment', { deploymentId })).deploymentInfo.status).toBe('Created');
});

test('with an application its groups and deployments are gone, also when one of its name is made again', async () => {
  const one = api();
  await aGroup(one);
  const deploymentId = await aDeployment(one);
  await one.ok('DeleteApplication', both);
  await one.refused('GetDeployment', { deploymentId }, 'DeploymentDoesNotExistException');
  await one.refused('StopDeployment', { deploymentId }, 'DeploymentDoesNotExistException');
  await one.refused('ListDeploymentTargets', { deploymentId }, 'DeploymentDoesNotExistException');
  await one.refused('GetDeploymentGroup', both, 'ApplicationDoesNotExistException');
  expect((await one.ok('ListDeployments')).deployments).toEqual([]);

  await aGroup(one);
  expect((await one.ok('ListDeploymentGroups', both)).deploymentGroups).toEqual(['live']);
  await one.refused('GetDeployment', { deploymentId }, 'DeploymentDoesNotExistException');
  expect(await aDeployment(one)).not.toBe(deploymentId);
});

test('an application that is deleted while a group is created in it takes no group', async () => {
  const one = api();
  await one.ok('CreateApplication', { applicationName: 'quotes', computePlatform: 'Lambda' });
  const [, created] = await Promise.all([
    one.call('DeleteApplication', both),
    one.call('CreateDeploymentGroup', { ...both, serviceRoleArn: STACK_ROLE, deploymentStyle: STYLE }),
  ]);
  expect(created.json.__type).toBe('ApplicationDoesNotExistException');
  expect(one.store.allEvents().map(({ type }) => type)).toEqual(['ApplicationCreated', 'ApplicationDeleted']);
});

test('the events of what was deleted stay for good', async () => {
  const one = api();
  await aGroup(one);
  const deploymentId = await aDeployment(one);
  await one.decide(deploymentId, task.fail('INVALID_REVISION', 'no'), task.finish());
  const before = one.store.allEvents();
  await one.ok('DeleteDeploymentGroup', both);
  await one.ok('DeleteApplication', both);
  const after = one.store.allEvents();
  expect(after).toEqual(expect.arrayContaining([...before]));
  expect(after).toHaveLength(before.length + 2);
});
