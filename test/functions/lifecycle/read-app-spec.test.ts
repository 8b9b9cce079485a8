import { describe, expect, it } from 'vitest';
import type { RevisionLocation, RevisionRow } from '../../../core/registry/revision.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import type { RevisionObject } from '../../../functions/adapters/revision-objects.ts';
import type { RowReader } from '../../../functions/adapters/row-reader.ts';
import { readAppSpec } from '../../../functions/lifecycle/read-app-spec.ts';

const serviceRoleArn = 'arn:aws:iam::123456789012:role/Deploy';
const inline: RevisionLocation = { revisionType: 'AppSpecContent', sha256: 'a'.repeat(64) };
const s3 = { revisionType: 'S3', bucket: 'releases', key: 'quote.yaml', bundleType: 'YAML' } as const;

function reading(location: RevisionLocation, object?: RevisionObject, row?: Partial<RevisionRow>) {
  const { pk } = rowKeys.revision('revision-1');
  const stored = row && { pk, sk: 'revision', owner: 'revision#revision-1', data: JSON.stringify(row) };
  const rows: RowReader = {
    get: async (key) => (key.pk === pk ? stored : undefined),
    query: async () => ({ rows: [], more: false }),
    count: async () => 0,
  };
  const read = async () => object ?? expect.fail('S3 is not asked');
  return readAppSpec(rows, { read }, { revision: { revisionId: 'revision-1', location }, serviceRoleArn });
}

describe('the AppSpec of a deployment', () => {
  it('is the content of its revision, and S3 is not asked', async () => {
    expect(await reading(inline, undefined, { content: 'text' })).toEqual({
      status: 'read',
      content: 'text',
    });
    expect(await reading(inline)).toMatchObject({
      status: 'refused',
      code: 'REVISION_MISSING',
      message: expect.stringContaining('deploy its content again'),
    });
  });

  it('is the object in S3', async () => {
    const object = { status: 'read', content: 'text' } as const;
    expect(await reading(s3, object)).toEqual(object);
  });

  it.each<[RevisionObject['status'], string, RegExp]>([
    ['missing', 'REVISION_MISSING', /s3:\/\/releases\/quote\.yaml \(version v7\).*words of S3.*Upload it/],
    [
      'denied',
      'IAM_ROLE_PERMISSIONS',
      /role\/Deploy.*s3:GetObject and s3:GetObjectVersion.*CodeDeploy\/ folder.*UseWithCodeDeploy=true.*no such object/,
    ],
    ['changed', 'INVALID_REVISION', /words of S3.*by its own eTag/],
    ['too-large', 'INVALID_REVISION', /words of S3.*no archive/],
    ['not-text', 'INVALID_REVISION', /one YAML or JSON document/],
    ['throttled', 'THROTTLED', /role\/Deploy.*words of S3/],
  ])('that is %s ends the deployment with %s and says what to do', async (status, code, message) => {
    const object = { status, message: 'words of S3' } as RevisionObject;
    expect(await reading({ ...s3, version: 'v7' }, object)).toMatchObject({
      status: 'refused',
      code,
      message: expect.stringMatching(message),
    });
  });

  it('without a version needs one permission only', async () => {
    const denied = await reading(s3, { status: 'denied', message: 'no' });
    expect(denied).not.toMatchObject({ message: expect.stringContaining('GetObjectVersion') });
  });
});
