import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { local } from './cloud.ts';

export const s3 = new S3Client({ ...clientSettings(local), forcePathStyle: true });

/** A new bucket, by its name. */
export async function bucketOfReleases(): Promise<string> {
  const Bucket = `releases-${randomUUID().slice(0, 8)}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}
