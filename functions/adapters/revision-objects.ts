import { GetObjectCommand } from '@aws-sdk/client-s3';
import { APPSPEC_BYTES } from '../../core/appspec/appspec.ts';
import type { S3Location } from '../../core/registry/revision.ts';
import { unquotedETag } from '../../core/registry/revision.ts';
import { taskTime } from './aws-clients.ts';
import { awsFailure, isBusy } from './aws-failure.ts';
import { revisionClient } from './revision-client.ts';
import type { Credentials } from './service-roles.ts';

/** AppSpecs that lie in S3, read with the rights of the group's service role. */
export interface RevisionObjects {
  /** Reads no more than an AppSpec may have, whatever the object holds. */
  readonly read: (location: S3Location) => Promise<RevisionObject>;
}

export type RevisionObject =
  | { readonly status: 'read'; readonly content: string }
  /** `changed`: another eTag than the revision names. `not-text`: no UTF-8. */
  | {
      readonly status: 'missing' | 'denied' | 'throttled' | 'changed' | 'too-large' | 'not-text';
      readonly message: string;
    };

export function s3RevisionObjects(credentials: Credentials): RevisionObjects {
  const client = revisionClient(credentials);
  const time = taskTime(credentials);
  return {
    read: async ({ bucket, key, version, eTag }) => {
      try {
        const { Body, ContentLength, ETag } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }),
          time,
        );
        const body = Body as unknown as ObjectBody | undefined;
        const change = changeOf(eTag, ETag);
        if (change === undefined) return await contentOf(body, ContentLength ?? 0);
        body?.destroy();
        return { status: 'changed', message: change };
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

/** Thrown where an object is another than the one that a revision names. */
export class ChangedObject extends Error {
  constructor(change: string) {
    super(change);
    this.name = 'ChangedObject';
  }
}

/** How an object differs from the one that the revision names; undefined where it names any, or this one. */
export function changeOf(expected: string | undefined, actual = ''): string | undefined {
  if (expected === undefined || unquotedETag(actual) === unquotedETag(expected)) return undefined;
  return `expected eTag ${unquotedETag(expected)}, actual eTag ${unquotedETag(actual)}`;
}

/** What the client gives on Node: a stream that can be left unread. */
export type ObjectBody = AsyncIterable<Uint8Array> & { readonly destroy: () => unknown };

/** `announcedBytes` may be wrong or lacking: the count of what came decides. */
export async function contentOf(
  body: ObjectBody | undefined,
  announcedBytes: number,
): Promise<RevisionObject> {
  const chunks: Uint8Array[] = [];
  let bytes = announcedBytes > APPSPEC_BYTES ? announcedBytes : 0;
  if (bytes === 0 && body !== undefined) {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > APPSPEC_BYTES) break;
      chunks.push(chunk);
    }
  }
  if (bytes > APPSPEC_BYTES) {
    body?.destroy();
    return { status: 'too-large', message: `it is larger than ${APPSPEC_BYTES} bytes` };
  }
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return { status: 'read', content: decoder.decode(Buffer.concat(chunks)) };
  } catch {
    return { status: 'not-text', message: 'it is no UTF-8 text' };
  }
}

export type ObjectFailure = Exclude<RevisionObject, { readonly status: 'read' }>;

/** Each of these is something that the author of the revision, or of the role, can mend. Undefined for all else. */
export function objectFailure(error: unknown): ObjectFailure | undefined {
  if (error instanceof ChangedObject) return { status: 'changed', message: error.message };
  const known = awsFailure(error);
  if (known !== undefined) return known;
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (MISSING.has(name)) return { status: 'missing', message: `${name}: ${message}` };
  if (DENIED.has(name)) return { status: 'denied', message: `${name}: ${message}` };
  return isBusy(error) ? { status: 'throttled', message } : undefined;
}

/** The same, which throws on all else. */
export function failureOf(error: unknown): ObjectFailure {
  const failure = objectFailure(error);
  if (failure === undefined) throw error;
  return failure;
}

/** A malformed version is an InvalidArgument; a version that is a deletion answers MethodNotAllowed. */
const MISSING: ReadonlySet<string> = new Set([
  'NoSuchKey',
  'NoSuchBucket',
  'NoSuchVersion',
  'NotFound',
  'InvalidArgument',
  'InvalidBucketName',
  'KeyTooLongError',
  'MethodNotAllowed',
  'InvalidObjectState',
]);

/** InvalidRequest: encrypted with a key that only its author has. */
const DENIED: ReadonlySet<string> = new Set([
  'InvalidRequest',
  'InvalidAccessKeyId',
  'AllAccessDisabled',
  'KMS.DisabledException',
  'KMS.NotFoundException',
]);
