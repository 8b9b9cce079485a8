import {
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import { STACK_ROLE } from '../../support/api.ts';
import { STYLE, aGroup, both } from '../../support/api-groups.ts';

const PREFIX = 'arn:aws:codedeploy:eu-central-1:123456789012:';
const APPLICATION = `${PREFIX}application:quotes`;
const GROUP = `${PREFIX}deploymentgroup:quotes/live`;
const team = { Key: 'team', Value: 'shop' };
const stage = { Key: 'stage', Value: 'live' };

test('an application and a group are tagged, and each has its own tags', async () => {
  const one = api();
  await aGroup(one);
  for (const [ResourceArn, own] of [
    [APPLICATION, team],
    [GROUP, stage],
  ] as const) {
    const listed = async () => (await one.client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
    expect(await listed()).toEqual([]);
    await one.client.send(new TagResourceCommand({ ResourceArn, Tags: [own, { Key: 'a', Value: '' }] }));
    expect(await listed()).toEqual([{ Key: 'a', Value: '' }, own]);
    await one.client.send(new TagResourceCommand({ ResourceArn, Tags: [{ ...own, Value: 'new' }] }));
    await one.client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a', 'nobody'] }));
    expect(await listed()).toEqual([{ ...own, Value: 'new' }]);
  }
});

test('tags may come with the creation, and follow a rename', async () => {
  const one = api();
  await one.ok('CreateApplication', { applicationName: 'quotes', computePlatform: 'Lambda', tags: [team] });
  const group = { ...both, serviceRoleArn: STACK_ROLE, deploymentStyle: STYLE, tags: [stage] };
  await one.ok('CreateDeploymentGroup', group);
  const listed = async (ResourceArn: string) => (await one.ok('ListTagsForResource', { ResourceArn })).Tags;
  expect(await listed(APPLICATION)).toEqual([team]);
  expect(await listed(GROUP)).toEqual([stage]);
  await one.ok('UpdateApplication', { applicationName: 'quotes', newApplicationName: 'prices' });
  expect(await listed(`${PREFIX}application/prices`)).toEqual([team]);
  expect(await listed(`${PREFIX}deploymentgroup/prices/live`)).toEqual([stage]);
});

test('tagging again with the same, and removing what is not there, writes nothing', async () => {
  const one = api();
  await aGroup(one);
  await one.ok('TagResource', { ResourceArn: GROUP, Tags: [team] });
  const before = one.store.allEvents();
  await one.ok('TagResource', { ResourceArn: GROUP, Tags: [team] });
  await one.ok('UntagResource', { ResourceArn: GROUP, TagKeys: ['nobody', ''] });
  expect(one.store.allEvents()).toEqual(before);
});

test('a resource has fifty tags at most, whatever they came with', async () => {
  const one = api();
  await aGroup(one);
  const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: 'x' }));
  await one.ok('TagResource', { ResourceArn: APPLICATION, Tags });
  const more = { ResourceArn: APPLICATION, Tags: [team] };
  await one.refused('TagResource', more, 'InvalidTagsToAddException', 'at most 50');
  await one.ok('TagResource', { ResourceArn: APPLICATION, Tags: [{ Key: 'key-0', Value: 'new' }] });
  await one.refused(
    'TagResource',
    { ResourceArn: GROUP, Tags: [...Tags, team] },
    'InvalidTagsToAddException',
  );
});

test('what is missing, malformed or gone is refused by its own error', async () => {
  const one = api();
  await aGroup(one);
  const given = { Tags: [team], TagKeys: ['team'] };
  for (const operation of ['TagResource', 'UntagResource', 'ListTagsForResource']) {
    const refused = (ResourceArn: string | undefined, code: string) =>
      one.refused(operation, { ResourceArn, ...given }, code);
    await refused(undefined, 'ResourceArnRequiredException');
    await refused('', 'ResourceArnRequiredException');
    await refused('quotes', 'InvalidArnException');
    await refused('arn:aws:s3:::bucket', 'ArnNotSupportedException');
    await refused(`${PREFIX}deploymentconfig:quick`, 'ArnNotSupportedException');
  }
  for (const operation of ['TagResource', 'UntagResource']) {
    await one.refused(operation, { ResourceArn: APPLICATION }, 'TagRequiredException');
    await one.refused(operation, { ResourceArn: APPLICATION, Tags: [], TagKeys: [] }, 'TagRequiredException');
    const refused = (tail: string, code: string) =>
      one.refused(operation, { ResourceArn: `${PREFIX}${tail}`, ...given }, code);
    await refused('application:nobody', 'ApplicationDoesNotExistException');
    await refused('deploymentgroup:nobody/live', 'ApplicationDoesNotExistException');
    await refused('deploymentgroup:quotes/nobody', 'DeploymentGroupDoesNotExistException');
  }
  const reserved = { ResourceArn: GROUP, Tags: [{ Key: 'aws:owner', Value: 'x' }] };
  await one.refused('TagResource', reserved, 'InvalidTagsToAddException', 'aws:');
  const nobody = { ResourceArn: `${PREFIX}application:nobody` };
  await one.refused('ListTagsForResource', nobody, 'InvalidArnException', 'Nothing is there');
  const token = { ResourceArn: GROUP, NextToken: 'x' };
  await one.refused('ListTagsForResource', token, 'ValidationError');
});

test('tags go with what carried them', async () => {
  const one = api();
  await aGroup(one);
  await one.ok('TagResource', { ResourceArn: GROUP, Tags: [team] });
  await one.ok('TagResource', { ResourceArn: APPLICATION, Tags: [team] });
  await one.ok('DeleteDeploymentGroup', both);
  await one.ok('DeleteApplication', both);
  await aGroup(one);
  for (const ResourceArn of [APPLICATION, GROUP]) {
    expect((await one.ok('ListTagsForResource', { ResourceArn })).Tags).toEqual([]);
  }
});
