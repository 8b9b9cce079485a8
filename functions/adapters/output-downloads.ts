import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { clientDefaults } from './aws-clients.ts';

/** Where the whole output of a lifecycle event can be fetched. */
export interface OutputDownloads {
  /** An address that gives one object of this key by GET, good for `OUTPUT_ADDRESS_SECONDS`. */
  readonly address: (key: string) => Promise<string>;
}

/** It is followed at once, and whoever has it needs no rights: not for long. */
export const OUTPUT_ADDRESS_SECONDS = 5 * 60;

export function s3OutputDownloads(bucket: string): OutputDownloads {
  const client = new S3Client(clientDefaults);
  return {
    address: (key) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: OUTPUT_ADDRESS_SECONDS,
      }),
  };
}
