import { S3Client } from '@aws-sdk/client-s3';
import { clientDefaults } from './aws-clients.ts';
import type { Credentials } from './service-roles.ts';

/** Reads revisions in S3 with the rights of the group's service role, wherever their bucket is. */
export function revisionClient(
  credentials: Credentials,
  more: { readonly maxAttempts?: number } = {},
): S3Client {
  return new S3Client({
    ...clientDefaults,
    ...more,
    credentials,
    // A bucket of another region answers where it is; the second request goes there.
    followRegionRedirects: true,
    // The eTag is what a revision may be held to, without it any object will do, and of a part of one no checksum is good.
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
