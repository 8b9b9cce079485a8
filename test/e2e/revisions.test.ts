import type { ErrorInformation, S3Location } from '@aws-sdk/client-codedeploy';
import {
  CreateDeploymentCommand,
  GetApplicationRevisionCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-codedeploy';
import { PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Fleet } from './cloud.ts';
import { alias, appSpec, codedeploy, deployment, ended, fleet, local } from './cloud.ts';
import { bucketOfReleases, s3 } from './releases.ts';

let bucket: string;

beforeAll(async () => {
  bucket = await bucketOfReleases();
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
});

async function upload(
  key: string,
  body: string,
): Promise<{ readonly version: string; readonly eTag: string }> {
  const { VersionId, ETag } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  return { version: VersionId ?? '', eTag: ETag ?? '' };
}

async function deployFrom(
  { applicationName, deploymentGroupName }: Fleet,
  s3Location: Omit<S3Location, 'bucket'>,
): Promise<string> {
  const revision = { revisionType: 'S3', s3Location: { bucket, ...s3Location } } as const;
  const { deploymentId } = await codedeploy.send(
    new CreateDeploymentCommand({ applicationName, deploymentGroupName, revision }),
  );
  return deploymentId ?? '';
}

async function failureOf(shop: Fleet, s3Location: Omit<S3Location, 'bucket'>): Promise<ErrorInformation> {
  const { status, errorInformation = {} } = await ended(await deployFrom(shop, s3Location));
  expect(status).toBe('Failed');
  expect(await alias(shop.functionName)).toEqual({ version: '1', weights: {} });
  return errorInformation;
}

describe('an AppSpec in S3', () => {
  it('is read with the rights of the group, by its version and eTag, and used once it was deployed', async () => {
    const shop = await fleet();
    const key = 'quote/CodeDeploy/appspec.json';
    const wanted = await upload(key, appSpec(shop.functionName, '1', '2'));
    // The newest object is another one: only the version that is named counts.
    await upload(key, 'no AppSpec');
    const s3Location = { key, bundleType: 'JSON', ...wanted } as const;
    const id = await deployFrom(shop, s3Location);
    expect((await ended(id)).status).toBe('Succeeded');
    expect(await alias(shop.functionName)).toEqual({ version: '2', weights: {} });
    const revision = { revisionType: 'S3', s3Location: { bucket, ...s3Location } } as const;
    expect((await deployment(id)).revision).toEqual(revision);
    const { revisionInfo } = await codedeploy.send(
      new GetApplicationRevisionCommand({ applicationName: shop.applicationName, revision }),
    );
    expect(revisionInfo).toMatchObject({
      deploymentGroups: [shop.deploymentGroupName],
      firstUsedTime: expect.any(Date),
    });
  });

  it('that is not there, or another, or no AppSpec, ends the deployment before any traffic moves', async () => {
    const shop = await fleet();
    const key = 'quote/CodeDeploy/appspec.yaml';
    const { eTag } = await upload(key, 'version: 0.0');
    await upload(key, 'x'.repeat(102_401));
    const bundleType = 'YAML';
    const changed = await failureOf(shop, { key, bundleType, eTag });
    expect(changed).toMatchObject({
      code: 'INVALID_REVISION',
      message: expect.stringContaining('actual eTag'),
    });
    const large = await failureOf(shop, { key, bundleType });
    expect(large).toMatchObject({ code: 'INVALID_REVISION', message: expect.stringContaining('102400') });
    const nowhere = await failureOf(shop, { key: 'quote/CodeDeploy/nowhere.yaml', bundleType });
    expect(nowhere.message).toContain(`s3://${bucket}/quote/CodeDeploy/nowhere.yaml`);
    // To one who may not list the bucket S3 says that access is denied, as the emulator may or may not.
    expect(['REVISION_MISSING', 'IAM_ROLE_PERMISSIONS']).toContain(nowhere.code);
  });

  it('where the stock role may not read is told with the rule of that role', async () => {
    const shop = await fleet();
    await upload('appspec.json', appSpec(shop.functionName, '1', '2'));
    const { code, message } = await failureOf(shop, { key: 'appspec.json', bundleType: 'JSON' });
    expect(code).toBe('IAM_ROLE_PERMISSIONS');
    expect(message).toMatch(/s3:GetObject.*CodeDeploy\/ folder.*UseWithCodeDeploy=true/s);
  });
});

it('an application carries tags under its ARN', async () => {
  const { applicationName } = await fleet();
  const [, , , , account = ''] = (local.serviceRoles.Lambda ?? '').split(':');
  const ResourceArn = `arn:aws:codedeploy:${local.region}:${account}:application:${applicationName}`;
  const Tags = [{ Key: 'team', Value: 'shop' }];
  await codedeploy.send(new TagResourceCommand({ ResourceArn, Tags }));
  expect((await codedeploy.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags).toEqual(Tags);
});
