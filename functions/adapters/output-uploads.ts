import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { clientDefaults } from './aws-clients.ts';

/** Where our own agent may put the whole output of a lifecycle event. */
export interface OutputUploads {
  /** An address that takes one object of this key by PUT. */
  readonly address: (key: string) => Promise<string>;
}

/** A lifecycle event takes an hour at most, and its output is sent at its end. */
const ADDRESS_SECONDS = 2 * 60 * 60;

export function s3OutputUploads(bucket: string): OutputUploads {
  const client = new S3Client({ ...clientDefaults, requestChecksumCalculation: 'WHEN_REQUIRED' });
  return {
    address: (key) =>
      getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: ADDRESS_SECONDS,
      }),
  };
}
