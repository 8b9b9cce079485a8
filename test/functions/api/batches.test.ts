import {
  BatchGetApplicationsCommand,
  BatchGetDeploymentGroupsCommand,
  BatchGetDeploymentTargetsCommand,
  BatchGetDeploymentsCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import { aDeployment, aGroup, both, succeed, task } from '../../support/api-groups.ts';

const { applicationName } = both;

function many(count: number, prefix = 'a'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

test('applications come in the order they were asked for, and one unknown name refuses them all', async () => {
  const one = api();
  await aGroup(one);
  await aGroup(one, {}, { applicationName: 'prices' });
  const applicationNames = ['prices', 'quotes'];
  const { applicationsInfo } = await one.client.send(new BatchGetApplicationsCommand({ applicationNames }));
  expect(applicationsInfo?.map((info) => info.applicationName)).toEqual(applicationNames);
  const unknown = { applicationNames: ['quotes', 'nobody'] };
  await one.refused('BatchGetApplications', unknown, 'ApplicationDoesNotExistException', /for name: nobody$/);
  const wrong: readonly (readonly [object, string])[] = [
    [{}, 'ApplicationNameRequiredException'],
    [{ applicationNames: [] }, 'ApplicationNameRequiredException'],
    [{ applicationNames: ['a b', ''] }, 'ApplicationNameRequiredException'],
    [{ applicationNames: ['nobody', 'a b'] }, 'InvalidApplicationNameException'],
    [{ applicationNames: many(101) }, 'BatchLimitExceededException'],
  ];
  for (const [body, code] of wrong) await one.refused('BatchGetApplications', body, code);
});

test('groups are answered as GetDeploymentGroup does, and unknown names are told beside', async () => {
  const one = api();
  await aGroup(one);
  await succeed(one, await aDeployment(one));
  const names = { applicationName, deploymentGroupNames: ['nobody', 'live'] };
  const answer = await one.client.send(new BatchGetDeploymentGroupsCommand(names));
  expect(answer.errorMessage).toContain('nobody');
  const { deploymentGroupInfo } = await one.ok('GetDeploymentGroup', both);
  const known = await one.ok('BatchGetDeploymentGroups', { applicationName, deploymentGroupNames: ['live'] });
  expect(known).toEqual({ deploymentGroupsInfo: [deploymentGroupInfo], errorMessage: '' });
  const wrong: readonly (readonly [object, string])[] = [
    [{ deploymentGroupNames: ['live'] }, 'ApplicationNameRequiredException'],
    [{ applicationName: 'a b' }, 'DeploymentGroupNameRequiredException'],
    [{ applicationName: 'a b', deploymentGroupNames: ['live'] }, 'InvalidApplicationNameException'],
    [{ applicationName, deploymentGroupNames: ['a b'] }, 'InvalidDeploymentGroupNameException'],
    [{ applicationName, deploymentGroupNames: many(101) }, 'BatchLimitExceededException'],
    [{ applicationName: 'nobody', deploymentGroupNames: ['live'] }, 'ApplicationDoesNotExistException'],
  ];
  for (const [body, code] of wrong) await one.refused('BatchGetDeploymentGroups', body, code);
});

test('deployments that are unknown, or hidden with their application, are left out in silence', async () => {
  const one = api();
  await aGroup(one);
  await aGroup(one, {}, { applicationName: 'prices' });
  const deploymentId = await aDeployment(one);
  const hidden = await aDeployment(one, { applicationName: 'prices' });
  await one.ok('DeleteApplication', { applicationName: 'prices' });
  const deploymentIds = ['d-NOBODY000', hidden, deploymentId];
  const { deploymentsInfo } = await one.client.send(new BatchGetDeploymentsCommand({ deploymentIds }));
  expect(deploymentsInfo?.map((info) => info.deploymentId)).toEqual([deploymentId]);
  const { deploymentInfo } = await one.ok('GetDeployment', { deploymentId });
  expect((await one.ok('BatchGetDeployments', { deploymentIds })).deploymentsInfo).toEqual([deploymentInfo]);
  const wrong: readonly (readonly [object, string])[] = [
    [{}, 'DeploymentIdRequiredException'],
    [{ deploymentIds: ['d-NOBODY000', ''] }, 'DeploymentIdRequiredException'],
    [{ deploymentIds: ['d-NOBODY000', 'nobody'] }, 'InvalidDeploymentIdException'],
    [{ deploymentIds: many(101, 'd-') }, 'BatchLimitExceededException'],
  ];
  for (const [body, code] of wrong) await one.refused('BatchGetDeployments', body, code);
});

test('a Lambda deployment has one target, so that exactly one may be asked for', async () => {
  const one = api();
  await aGroup(one);
  const deploymentId = await aDeployment(one);
  const body = { deploymentId, targetIds: ['price-quote:8'] };
  await one.refused('BatchGetDeploymentTargets', body, 'DeploymentNotStartedException');
  await one.decide(deploymentId, task.admit());
  const { deploymentTargets } = await one.client.send(new BatchGetDeploymentTargetsCommand(body));
  expect(deploymentTargets?.map((each) => each.lambdaTarget?.targetId)).toEqual(['price-quote:8']);
  const wrong: readonly (readonly [object, string])[] = [
    [{ targetIds: ['a'] }, 'DeploymentIdRequiredException'],
    [{ deploymentId }, 'DeploymentTargetIdRequiredException'],
    [{ deploymentId, targetIds: [''] }, 'DeploymentTargetIdRequiredException'],
    [{ deploymentId: 'x', targetIds: ['a'] }, 'InvalidDeploymentIdException'],
    [{ deploymentId, targetIds: ['price-quote', 'b'] }, 'DeploymentTargetListSizeExceededException'],
    [{ deploymentId, targetIds: ['a b'] }, 'InvalidDeploymentTargetIdException'],
    [{ deploymentId, targetIds: ['nobody'] }, 'DeploymentTargetDoesNotExistException'],
    [{ deploymentId: 'd-NOBODY000', targetIds: ['a'] }, 'DeploymentDoesNotExistException'],
  ];
  for (const [request, code] of wrong) await one.refused('BatchGetDeploymentTargets', request, code);
});
