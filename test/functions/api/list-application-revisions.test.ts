import { paginateListApplicationRevisions } from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { aDeployment, aGroup, appSpec, both, inline, succeed } from '../../support/api-groups.ts';

const { applicationName } = both;

function inS3(key: string, bucket = 'releases') {
  return { revisionType: 'S3', s3Location: { bucket, key, bundleType: 'JSON' } } as const;
}

async function registered(...revisions: readonly object[]): Promise<Api> {
  const one = api();
  await aGroup(one);
  for (const revision of revisions) {
    one.clock.now += 1000;
    await one.ok('RegisterApplicationRevision', { applicationName, revision });
  }
  return one;
}

async function keys(one: Api, body: object = {}) {
  const { revisions } = await one.ok('ListApplicationRevisions', { applicationName, ...body });
  return revisions.map((each: ReturnType<typeof inS3>) => each.s3Location?.key ?? each.revisionType);
}

test('without a sort they come as they were registered, and by it either way', async () => {
  const one = await registered(inS3('b'), inS3('c'), inline(appSpec()), inS3('a'));
  expect(await keys(one)).toEqual(['b', 'c', 'AppSpecContent', 'a']);
  expect(await keys(one, { sortBy: 'registerTime', sortOrder: 'ascending' })).toEqual(await keys(one));
  expect(await keys(one, { sortOrder: 'descending' })).toEqual(['a', 'AppSpecContent', 'c', 'b']);
});

test('by their use they come with those that were never used last', async () => {
  const one = await registered(inS3('never'), inS3('b'), inS3('c'));
  for (const key of ['c', 'b', 'c']) await succeed(one, await aDeployment(one, { revision: inS3(key) }));
  expect(await keys(one, { sortBy: 'firstUsedTime' })).toEqual(['c', 'b', 'never']);
  expect(await keys(one, { sortBy: 'firstUsedTime', sortOrder: 'descending' })).toEqual(['b', 'c', 'never']);
  expect(await keys(one, { sortBy: 'lastUsedTime' })).toEqual(['b', 'c', 'never']);
  expect(await keys(one, { sortBy: 'lastUsedTime', sortOrder: 'descending' })).toEqual(['c', 'b', 'never']);
});

test('deployed tells those that are the target of a group now from the others', async () => {
  const one = await registered(inS3('never'), inS3('old'), inS3('new'), inS3('gone'));
  await aGroup(one, {}, { deploymentGroupName: 'short-lived' });
  for (const key of ['old', 'new']) await succeed(one, await aDeployment(one, { revision: inS3(key) }));
  await aDeployment(one, { revision: inS3('gone'), deploymentGroupName: 'short-lived' });
  expect(await keys(one, { deployed: 'include' })).toEqual(['new', 'gone']);
  await one.ok('DeleteDeploymentGroup', { applicationName, deploymentGroupName: 'short-lived' });
  expect(await keys(one, { deployed: 'include' })).toEqual(['new']);
  expect(await keys(one, { deployed: 'exclude' })).toEqual(['never', 'old', 'gone']);
  expect(await keys(one, { deployed: 'ignore' })).toHaveLength(4);
});

test('a bucket, and the beginning of a key in it, narrow the list', async () => {
  const one = await registered(
    inS3('a/1'),
    inS3('a/2'),
    inS3('b/1'),
    inS3('a/1', 'other'),
    inline(appSpec()),
  );
  expect(await keys(one, { s3Bucket: 'releases' })).toEqual(['a/1', 'a/2', 'b/1']);
  expect(await keys(one, { s3Bucket: 'releases', s3KeyPrefix: 'a/' })).toEqual(['a/1', 'a/2']);
  expect(await keys(one, { s3Bucket: 'releases', s3KeyPrefix: '' })).toHaveLength(3);
  expect(await keys(one, { s3Bucket: 'nobodys' })).toEqual([]);
});

test('pages follow the order and the filters, and only a last one is short', async () => {
  const names = Array.from({ length: 205 }, (_, index) => `k-${String(index).padStart(3, '0')}`);
  const one = await registered(...names.map((name) => inS3(name)), inS3('x', 'other'));
  const filters = { applicationName, s3Bucket: 'releases', sortOrder: 'descending' } as const;
  const pages: (readonly (string | undefined)[])[] = [];
  for await (const page of paginateListApplicationRevisions({ client: one.client }, { ...filters })) {
    pages.push((page.revisions ?? []).map(({ s3Location }) => s3Location?.key));
  }
  expect(pages.map(({ length }) => length)).toEqual([100, 100, 5]);
  expect(pages.flat()).toEqual([...names].reverse());
  const { nextToken } = await one.ok('ListApplicationRevisions', filters);
  const other = { applicationName, nextToken };
  await one.refused('ListApplicationRevisions', other, 'InvalidNextTokenException');
});

test('words and filters that are unknown or malformed are refused by their own errors', async () => {
  const { refused } = await registered();
  const wrong: readonly (readonly [object, string])[] = [
    [{ sortBy: 'name' }, 'InvalidSortByException'],
    [{ sortOrder: 'up' }, 'InvalidSortOrderException'],
    [{ deployed: 'yes' }, 'InvalidDeployedStateFilterException'],
    [{ s3Bucket: 'a b' }, 'InvalidBucketNameFilterException'],
    [{ s3Bucket: 'releases', s3KeyPrefix: 'x'.repeat(1025) }, 'InvalidKeyPrefixFilterException'],
    [{ s3KeyPrefix: 'a/' }, 'BucketNameFilterRequiredException'],
    [{ nextToken: 'x' }, 'InvalidNextTokenException'],
  ];
  for (const [body, code] of wrong)
    await refused('ListApplicationRevisions', { applicationName, ...body }, code);
  await refused('ListApplicationRevisions', {}, 'ApplicationNameRequiredException');
  await refused('ListApplicationRevisions', { applicationName: 'a b' }, 'InvalidApplicationNameException');
  await refused(
    'ListApplicationRevisions',
    { applicationName: 'nobody' },
    'ApplicationDoesNotExistException',
  );
});
