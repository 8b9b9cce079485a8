import { GetObjectCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { TaskTime } from './aws-clients.ts';
import { clientDefaults, taskTime } from './aws-clients.ts';
import { isBusy } from './aws-failure.ts';
import type { Credentials } from './service-roles.ts';

export interface BundleObject {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
}

/** Addresses by which a host that has no rights of its own fetches a bundle, with those of the group's service role. */
export interface BundleAddresses {
  /** Good for `BUNDLE_ADDRESS_SECONDS`. Whether the object is there, and may be read, shows when it is fetched. */
  readonly address: (object: BundleObject) => Promise<string>;
}

/** A session of a role that was assumed just before lasts for so long. */
export const BUNDLE_ADDRESS_SECONDS = 60 * 60;

export function s3BundleAddresses(credentials: Credentials): BundleAddresses {
  const settings = { ...clientDefaults, credentials };
  const here = new S3Client(settings);
  const time = taskTime(credentials);
  return {
    address: async ({ bucket, key, version }) => {
      const region = await regionOf(here, bucket, time);
      const there = region === undefined ? here : new S3Client({ ...settings, region });
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version });
      return getSignedUrl(there, command, { expiresIn: BUNDLE_ADDRESS_SECONDS });
    },
  };
}

/** S3 says where a bucket is to everybody, also to whom it says no more. Undefined where there is none. Throws where S3 is busy. */
async function regionOf(client: S3Client, bucket: string, time: TaskTime): Promise<string | undefined> {
  try {
    const { BucketRegion } = await client.send(new HeadBucketCommand({ Bucket: bucket }), time);
    return BucketRegion;
  } catch (error) {
    const { $response } = error as {
      readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
    };
    const region = $response?.headers?.['x-amz-bucket-region'];
    // An address in the wrong region would be kept, and fail every host.
    if (region === undefined && isBusy(error)) throw error;
    return region;
  }
}
