import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isBusy } from '../../../functions/adapters/aws-failure.ts';
import { s3BundleAddresses } from '../../../functions/adapters/bundle-addresses.ts';
import { insteadOfAws } from '../../support/instead-of-aws.ts';

/** The address of an object in a bucket of which S3 says this when it is asked where that is. */
function addressOf(says: (response: ServerResponse) => unknown): Promise<string> {
  return insteadOfAws(
    (_, response) => void says(response),
    () =>
      s3BundleAddresses({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }).address({
        bucket: 'bundles',
        key: 'web.zip',
      }),
  );
}

const regionOf = (address: string) => new URL(address).searchParams.get('X-Amz-Credential')?.split('/')[2];

describe('the address of a bundle', () => {
  it('is one in the region of its bucket, also where S3 tells no more of that', async () => {
    const elsewhere = { 'x-amz-bucket-region': 'us-west-2' };
    expect(regionOf(await addressOf((response) => response.writeHead(200, elsewhere).end()))).toBe(
      'us-west-2',
    );
    expect(regionOf(await addressOf((response) => response.writeHead(403, elsewhere).end()))).toBe(
      'us-west-2',
    );
    expect(regionOf(await addressOf((response) => response.writeHead(404).end()))).toBe('eu-north-1');
  });

  it('is none where S3 cannot say where the bucket is: hosts would be sent to a wrong one', async () => {
    const faults = [
      (response: ServerResponse) => response.writeHead(503).end(),
      (response: ServerResponse) => response.writeHead(500).end(),
      (response: ServerResponse) => response.destroy(),
    ];
    for (const fault of faults) {
      expect(isBusy(await addressOf(fault).catch((error: unknown) => error))).toBe(true);
    }
  });
});
