import { describe, expect, test } from 'vitest';
import type { Specification } from '../../../core/hosts/specification.ts';
import { specificationPayload, specificationShape } from '../../../core/hosts/specification.ts';

const specification: Specification = {
  DeploymentId: 'd-ABCDEF123',
  DeploymentGroupId: '8d1c3a52-1111-4222-8333-944445555666',
  DeploymentGroupName: 'prod',
  ApplicationName: 'shop',
  DeploymentCreator: 'user',
  DeploymentType: 'IN_PLACE',
  AppSpecFilename: 'appspec.yaml',
  Revision: {
    RevisionType: 'S3',
    S3Revision: { Bucket: 'b', Key: 'shop.tgz', BundleType: 'tgz', Version: undefined, ETag: '' },
  },
  FileExistsBehavior: 'OVERWRITE',
  BundleAddress: 'https://b.s3.amazonaws.com/shop.tgz?X-Amz-Signature=1',
  LastLifecycleEvent: 'ValidateService',
};

function payload(): Record<string, unknown> {
  return JSON.parse(specificationPayload(specification)) as Record<string, unknown>;
}

describe('the specification that is sent', () => {
  test('leaves out what is unknown: an empty ETag would match no object', () => {
    expect(payload()['Revision']).toEqual({
      RevisionType: 'S3',
      S3Revision: { Bucket: 'b', Key: 'shop.tgz', BundleType: 'tgz' },
    });
    expect(payload()).not.toHaveProperty('GitHubAccessToken');
  });

  test('says nothing of all possible lifecycle events: the Ruby agent fails its Install on them', () => {
    expect(payload()).not.toHaveProperty('AllPossibleLifecycleEvents');
  });

  test('says how to treat existing files where agents look for it', () => {
    expect(payload()['AgentActionOverrides']).toEqual({
      AgentOverrides: { FileExistsBehavior: 'OVERWRITE' },
    });
    expect(payload()).not.toHaveProperty('FileExistsBehavior');
  });

  test('is read by our agent as it was written', () => {
    const {
      ETag: _,
      Version: __,
      ...S3Revision
    } = { ETag: '', Version: '', Bucket: 'b', Key: 'shop.tgz', BundleType: 'tgz' };
    expect(specificationShape.parse(payload())).toEqual({
      ...specification,
      Revision: { RevisionType: 'S3', S3Revision },
    });
  });
});

describe('a specification that is read', () => {
  const read = (change: object) => specificationShape.safeParse({ ...payload(), ...change });

  test('takes nulls for absent members and drops what it does not know', () => {
    const { data } = read({
      DeploymentCreator: null,
      AppSpecFilename: null,
      AgentActionOverrides: null,
      Extra: 1,
    });
    expect(data).toMatchObject({ DeploymentCreator: 'user', FileExistsBehavior: 'DISALLOW' });
    expect(data).not.toHaveProperty('Extra');
  });

  test('takes the ARN of a deployment for its id, and any case of the behavior', () => {
    const { data } = read({
      DeploymentId: 'arn:aws:codedeploy:eu-west-1:123456789012:deployment/d-XYZ',
      AgentActionOverrides: { AgentOverrides: { FileExistsBehavior: 'Retain' } },
    });
    expect(data).toMatchObject({ DeploymentId: 'd-XYZ', FileExistsBehavior: 'RETAIN' });
  });

  test.each([
    ['an id that leaves its folder', { DeploymentId: '../../etc' }],
    ['a group that is no folder name', { DeploymentGroupId: '../x' }],
    ['a group that is hidden', { DeploymentGroupId: '..' }],
    [
      'a behavior that there is none of',
      { AgentActionOverrides: { AgentOverrides: { FileExistsBehavior: 'ASK' } } },
    ],
    ['a local revision', { Revision: { RevisionType: 'Local File', LocalRevision: { Location: '/etc' } } }],
    ['no revision', { Revision: null }],
  ])('is refused with %s', (_, change) => {
    expect(read(change).success).toBe(false);
  });
});
