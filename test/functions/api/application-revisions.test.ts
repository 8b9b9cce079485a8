import {
  BatchGetApplicationRevisionsCommand,
  GetApplicationRevisionCommand,
  RegisterApplicationRevisionCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { aDeployment, aGroup, appSpec, both, inline, succeed } from '../../support/api-groups.ts';

const { applicationName } = both;

function inS3(changes: object = {}) {
  const s3Location = { bucket: 'releases', key: 'CodeDeploy/quote.yaml', bundleType: 'YAML', ...changes };
  return { revisionType: 'S3', s3Location } as const;
}

async function anApplication(): Promise<Api> {
  const one = api();
  await aGroup(one);
  return one;
}

async function infoOf(one: Api, revision: object) {
  const { revisionInfo } = await one.ok('GetApplicationRevision', { applicationName, revision });
  return revisionInfo;
}

test('a revision in S3 is registered, and read as it was given, with its quotes', async () => {
  const { client, clock } = await anApplication();
  const revision = inS3({ version: 'v1', eTag: '"abc"' }) as never;
  const registered = { applicationName, revision, description: 'eight' };
  await client.send(new RegisterApplicationRevisionCommand(registered));
  const { $metadata: _, ...answer } = await client.send(
    new GetApplicationRevisionCommand({
      applicationName,
      revision: inS3({ version: 'v1', eTag: 'abc' }) as never,
    }),
  );
  expect(answer).toEqual({
    applicationName,
    revision,
    revisionInfo: { description: 'eight', deploymentGroups: [], registerTime: new Date(clock.now) },
  });
});

test('what was registered with a version and an eTag is found by both only', async () => {
  const one = await anApplication();
  await one.ok('RegisterApplicationRevision', {
    applicationName,
    revision: inS3({ version: 'v1', eTag: 'e' }),
  });
  for (const changes of [{}, { version: 'v1' }, { eTag: 'e' }, { version: 'v1', eTag: 'f' }]) {
    const body = { applicationName, revision: inS3(changes) };
    await one.refused('GetApplicationRevision', body, 'RevisionDoesNotExistException', 'repeating both');
  }
});

test('an AppSpec is answered with its content here, and here alone', async () => {
  const one = await anApplication();
  const revision = inline(appSpec());
  await one.ok('RegisterApplicationRevision', { applicationName, revision });
  const sha256 = one.ports.system.sha256(appSpec());
  const digest = { revisionType: 'AppSpecContent', appSpecContent: { sha256 } };
  const { revision: read } = await one.ok('GetApplicationRevision', { applicationName, revision: digest });
  expect(read).toEqual({ revisionType: 'AppSpecContent', appSpecContent: { content: appSpec(), sha256 } });
  const { revisions } = await one.ok('ListApplicationRevisions', { applicationName });
  expect(revisions).toEqual([digest]);
});

test('registering again keeps the time, and replaces a description that is given', async () => {
  const one = await anApplication();
  const registerTime = one.clock.now / 1000;
  const body = { applicationName, revision: inS3() };
  await one.ok('RegisterApplicationRevision', { ...body, description: 'first' });
  one.clock.now += 5000;
  await one.ok('RegisterApplicationRevision', body);
  expect(await infoOf(one, inS3())).toMatchObject({ description: 'first', registerTime });
  await one.ok('RegisterApplicationRevision', { ...body, description: 'second' });
  expect(await infoOf(one, inS3())).toMatchObject({ description: 'second', registerTime });
});

test('a deployment registers what it names in S3, and shows it as given', async () => {
  const one = await anApplication();
  const revision = inS3({ eTag: '"abc"' });
  const deploymentId = await aDeployment(one, { revision });
  const { deploymentInfo } = await one.ok('GetDeployment', { deploymentId });
  expect(deploymentInfo.revision).toEqual(revision);
  const { deploymentGroupInfo } = await one.ok('GetDeploymentGroup', both);
  expect(deploymentGroupInfo.targetRevision).toEqual(revision);
  expect(await infoOf(one, revision)).toMatchObject({
    description: expect.stringContaining(`registered by deployment ${deploymentId}`),
    deploymentGroups: ['live'],
  });
});

test('deployments give a revision its times of use, and take a group from the one before', async () => {
  const one = await anApplication();
  await aGroup(one, {}, { deploymentGroupName: 'canary' });
  await one.ok('RegisterApplicationRevision', { applicationName, revision: inline(appSpec()) });
  expect(await infoOf(one, inline(appSpec()))).not.toHaveProperty('firstUsedTime');
  await succeed(one, await aDeployment(one));
  const firstUsedTime = (one.clock.now - 0) / 1000;
  await aDeployment(one, { deploymentGroupName: 'canary' });
  const lastUsedTime = one.clock.now / 1000;
  const used = await infoOf(one, inline(appSpec()));
  expect(used).toMatchObject({ firstUsedTime, lastUsedTime, deploymentGroups: ['canary', 'live'] });

  await aDeployment(one, { revision: inline(appSpec('9')) });
  expect(await infoOf(one, inline(appSpec()))).toMatchObject({ lastUsedTime, deploymentGroups: ['canary'] });
  expect(await infoOf(one, inline(appSpec('9')))).toMatchObject({ deploymentGroups: ['live'] });

  await one.ok('DeleteDeploymentGroup', { applicationName, deploymentGroupName: 'canary' });
  const { deploymentGroups, ...times } = await infoOf(one, inline(appSpec()));
  expect(deploymentGroups).toEqual([]);
  expect(times).toMatchObject({ firstUsedTime, lastUsedTime });
});

test('of a batch those that are not registered are named, and the rest is answered', async () => {
  const one = await anApplication();
  await one.ok('RegisterApplicationRevision', { applicationName, revision: inS3() });
  const revisions = [inS3({ key: 'nowhere', version: 'v2' }), inS3()] as never;
  const answer = await one.client.send(
    new BatchGetApplicationRevisionsCommand({ applicationName, revisions }),
  );
  expect(answer.revisions).toEqual([
    {
      revisionLocation: inS3(),
      genericRevisionInfo: { deploymentGroups: [], registerTime: new Date(one.clock.now) },
    },
  ]);
  expect(answer.errorMessage).toContain('s3://releases/nowhere (bundleType YAML, version v2)');
  const known = await one.ok('BatchGetApplicationRevisions', { applicationName, revisions: [inS3()] });
  expect(known.errorMessage).toBe('');
});

test('what is missing or malformed is refused by its own error, in order', async () => {
  const one = await anApplication();
  const revision = inS3();
  const batch = (count: number) => Array.from({ length: count }, (_, index) => inS3({ key: `k${index}` }));
  for (const operation of [
    'RegisterApplicationRevision',
    'GetApplicationRevision',
    'BatchGetApplicationRevisions',
  ]) {
    const given = (value: object) => ({ revision: value, revisions: [value] });
    await one.refused(operation, given(revision), 'ApplicationNameRequiredException');
    await one.refused(operation, { applicationName: 'a b' }, 'RevisionRequiredException');
    const malformed = { applicationName: 'a b', ...given(inS3({ bundleType: 'zip' })) };
    await one.refused(operation, malformed, 'InvalidApplicationNameException');
    const unknown = { applicationName: 'nobody', ...given(revision) };
    await one.refused(operation, { ...unknown, ...given(inS3({ key: '' })) }, 'InvalidRevisionException');
    await one.refused(operation, unknown, 'ApplicationDoesNotExistException');
  }
  const tooLong = { applicationName, revision, description: 'x'.repeat(257) };
  await one.refused('RegisterApplicationRevision', tooLong, 'DescriptionTooLongException');
  const many = { applicationName, revisions: batch(26) };
  await one.refused('BatchGetApplicationRevisions', many, 'BatchLimitExceededException', '25');
  await one.ok('BatchGetApplicationRevisions', { applicationName, revisions: batch(25) });
  await one.refused(
    'BatchGetApplicationRevisions',
    { applicationName, revisions: [] },
    'RevisionRequiredException',
  );
});

test('the revisions of a deleted application are gone, and those of its namesake are its own', async () => {
  const one = await anApplication();
  await one.ok('RegisterApplicationRevision', { applicationName, revision: inS3() });
  await one.ok('DeleteApplication', { applicationName });
  await one.ok('CreateApplication', { applicationName, computePlatform: 'Lambda' });
  await one.refused(
    'GetApplicationRevision',
    { applicationName, revision: inS3() },
    'RevisionDoesNotExistException',
  );
  expect((await one.ok('ListApplicationRevisions', { applicationName })).revisions).toEqual([]);
});

test('an application for Server takes archives in S3 and commits in GitHub, and no AppSpec', async () => {
  const one = api();
  await one.ok('CreateApplication', { applicationName });
  const archives = ['zip', 'tar', 'tgz'].map((bundleType) => inS3({ bundleType, key: `web.${bundleType}` }));
  const gitHubLocation = { repository: 'shop/web', commitId: 'c0ffee0123456789c0ffee0123456789c0ffee01' };
  const commit = { revisionType: 'GitHub', gitHubLocation };
  for (const revision of [...archives, commit]) {
    const description = `of ${revision.revisionType}`;
    await one.ok('RegisterApplicationRevision', { applicationName, revision, description });
    const answer = await one.ok('GetApplicationRevision', { applicationName, revision });
    expect(answer).toMatchObject({ revision, revisionInfo: { description } });
  }
  const listed = await one.ok('ListApplicationRevisions', { applicationName });
  expect(listed.revisions).toHaveLength(4);
  expect(listed.revisions).toContainEqual(commit);
  const inBucket = await one.ok('ListApplicationRevisions', { applicationName, s3Bucket: 'releases' });
  expect(inBucket.revisions).toHaveLength(3);
  const other = { ...commit, gitHubLocation: { ...gitHubLocation, commitId: 'f00d0123' } };
  const batch = await one.ok('BatchGetApplicationRevisions', { applicationName, revisions: [commit, other] });
  expect(batch.revisions).toHaveLength(1);
  expect(batch.errorMessage).toContain('GitHub shop/web at f00d0123');
  for (const revision of [inS3(), inline(appSpec())]) {
    const body = { applicationName, revision };
    await one.refused('RegisterApplicationRevision', body, 'InvalidRevisionException', 'tar, tgz, zip');
  }
});
