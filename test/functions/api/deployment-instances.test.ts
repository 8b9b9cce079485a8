import {
  BatchGetDeploymentInstancesCommand,
  GetDeploymentInstanceCommand,
  ListDeploymentInstancesCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import { aDeployment, aGroup, inline, succeed, task } from '../../support/api-groups.ts';

async function deployed(revision?: object) {
  const one = api();
  await aGroup(one);
  return { one, deploymentId: await aDeployment(one, revision && { revision }) };
}

test('old clients see the one target of a Lambda deployment as its instance', async () => {
  const { one, deploymentId } = await deployed();
  await succeed(one, deploymentId);
  const instanceId = 'price-quote:8';
  const { instanceSummary } = await one.client.send(
    new GetDeploymentInstanceCommand({ deploymentId, instanceId }),
  );
  expect(instanceSummary).toMatchObject({ deploymentId, instanceId, status: 'Succeeded' });
  expect(instanceSummary?.lifecycleEvents?.map((event) => event.lifecycleEventName)).toEqual([
    'BeforeAllowTraffic',
    'AllowTraffic',
    'AfterAllowTraffic',
  ]);
  const batch = { deploymentId, instanceIds: ['nobody', 'price-quote'] };
  const answer = await one.client.send(new BatchGetDeploymentInstancesCommand(batch));
  expect(answer.instancesSummary).toEqual([instanceSummary]);
  expect(answer.errorMessage).toContain('nobody');
  const { instancesList } = await one.client.send(new ListDeploymentInstancesCommand({ deploymentId }));
  expect(instancesList).toEqual([instanceId]);
});

test('the list follows its filters, and a function has no label', async () => {
  const { one, deploymentId } = await deployed();
  await one.refused('ListDeploymentInstances', { deploymentId }, 'DeploymentNotStartedException');
  await one.decide(deploymentId, task.admit(), task.begin());
  const listed = async (filters: object) =>
    (await one.ok('ListDeploymentInstances', { deploymentId, ...filters })).instancesList;
  expect(await listed({ instanceStatusFilter: ['InProgress', 'Failed'] })).toEqual(['price-quote:8']);
  expect(await listed({ instanceStatusFilter: ['Failed'] })).toEqual([]);
  expect(await listed({ instanceTypeFilter: ['Green'] })).toEqual([]);
  const wrong: readonly (readonly [object, string])[] = [
    [{ instanceStatusFilter: ['Baking'] }, 'InvalidInstanceStatusException'],
    [{ instanceTypeFilter: ['Red'] }, 'InvalidInstanceTypeException'],
    [{ nextToken: 'x' }, 'InvalidNextTokenException'],
    [{ deploymentId: 'x' }, 'InvalidDeploymentIdException'],
    [{ deploymentId: 'd-NOBODY000' }, 'DeploymentDoesNotExistException'],
  ];
  for (const [body, code] of wrong)
    await one.refused('ListDeploymentInstances', { deploymentId, ...body }, code);
});

test('ids that are missing, malformed or unknown are refused by their own errors', async () => {
  const { one, deploymentId } = await deployed(inline('no AppSpec'));
  const cases: readonly (readonly [string | undefined, string | undefined, string])[] = [
    [undefined, 'a', 'DeploymentIdRequiredException'],
    ['x', undefined, 'InstanceIdRequiredException'],
    ['x', '', 'InstanceIdRequiredException'],
    ['x', 'a', 'InvalidDeploymentIdException'],
    [deploymentId, 'a b', 'InvalidInstanceNameException'],
    ['d-NOBODY000', 'a', 'DeploymentDoesNotExistException'],
  ];
  for (const [id, instanceId, code] of cases) {
    const body = { deploymentId: id, instanceId, instanceIds: instanceId === undefined ? [] : [instanceId] };
    await one.refused('GetDeploymentInstance', body, code);
    await one.refused('BatchGetDeploymentInstances', body, code);
  }
  // This operation declares nothing for a deployment that has not started, or never knew its target.
  await one.refused(
    'GetDeploymentInstance',
    { deploymentId, instanceId: 'a' },
    'InstanceDoesNotExistException',
  );
  const instanceIds = Array.from({ length: 26 }, (_, index) => `i-${index}`);
  const body = { deploymentId, instanceIds };
  await one.refused('BatchGetDeploymentInstances', body, 'BatchLimitExceededException', '25');
});

test('the waits of blue/green deployments are none of a Lambda deployment', async () => {
  const { one, deploymentId } = await deployed();
  const operations = ['ContinueDeployment', 'SkipWaitTimeForInstanceTermination'];
  for (const operation of operations) {
    await one.refused(operation, {}, 'DeploymentIdRequiredException');
    await one.refused(operation, { deploymentId: 'x' }, 'InvalidDeploymentIdException');
    await one.refused(operation, { deploymentId: 'd-NOBODY000' }, 'DeploymentDoesNotExistException');
    await one.refused(operation, { deploymentId }, 'UnsupportedActionForDeploymentTypeException', 'stop it');
  }
  const other = { deploymentId, deploymentWaitType: 'COFFEE' };
  await one.refused('ContinueDeployment', other, 'InvalidDeploymentWaitTypeException');
  await succeed(one, deploymentId);
  for (const operation of operations) {
    await one.refused(operation, { deploymentId }, 'DeploymentAlreadyCompletedException', 'Succeeded');
  }
});
