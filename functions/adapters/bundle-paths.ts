import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { tarPaths } from '../../core/appspec/tar-paths.ts';
import { zipPaths } from '../../core/appspec/zip-paths.ts';
import type { ArchiveType, S3Location } from '../../core/registry/revision.ts';
import { taskTime } from './aws-clients.ts';
import { revisionClient } from './revision-client.ts';
import type { ObjectBody } from './revision-objects.ts';
import { ChangedObject, changeOf } from './revision-objects.ts';
import type { Credentials } from './service-roles.ts';

export type Bundle = Omit<S3Location, 'revisionType' | 'bundleType'> & { readonly bundleType: ArchiveType };

/** What is in the bundles that lie in S3, seen with the rights of the group's service role. */
export interface BundlePaths {
  /**
   * The paths of the entries, as they stand in it. Throws where the object is not to be had, is another than the revision
   * names, is no such archive, or would have to be read further, or longer, than its worth.
   */
  readonly of: (bundle: Bundle) => AsyncIterable<string>;
}

/** The others who are asked in the same task have to have time, too. */
const LOOK_MILLISECONDS = 8_000;

/** With the pauses between them within that time, so that S3 is heard where it says that it is busy. */
const ATTEMPTS = 3;

export class LookTookTooLong extends Error {
  constructor() {
    super(`the bundle was not seen within ${LOOK_MILLISECONDS} ms`);
    this.name = 'LookTookTooLong';
  }
}

/** A zip archive has a directory; any other is read from its start, for a second or two. */
const MOST_UNPACKED_BYTES = 64 * 1024 * 1024;

export function s3BundlePaths(credentials: Credentials): BundlePaths {
  const client = revisionClient(credentials, { maxAttempts: ATTEMPTS });
  const ofTask = taskTime(credentials).abortSignal;
  return {
    of: ({ bundleType, bucket, key, version, eTag }) => {
      const ofLook = AbortSignal.timeout(LOOK_MILLISECONDS);
      const time = { abortSignal: AbortSignal.any([ofTask, ofLook]) };
      const object = { Bucket: bucket, Key: key, VersionId: version };
      const read = async (range?: string) => {
        const answer = await client.send(new GetObjectCommand({ ...object, Range: range }), time);
        if (answer.Body === undefined) throw new Error('the object has no content');
        const change = changeOf(eTag, answer.ETag);
        if (change === undefined) return answer.Body;
        (answer.Body as unknown as ObjectBody).destroy();
        throw new ChangedObject(change);
      };
      return seen(bundleType === 'zip' ? zipped(object) : tarPaths(unpacked(bundleType, read)), ofLook);

      async function* zipped(of: typeof object): AsyncGenerator<string> {
        const { ContentLength = 0 } = await client.send(new HeadObjectCommand(of), time);
        yield* zipPaths({
          size: ContentLength,
          read: async (from, bytes) =>
            (await read(`bytes=${from}-${from + bytes - 1}`)).transformToByteArray(),
        });
      }
    },
  };
}

/** The time of the task that is over is another matter: everything in it is tried again. */
async function* seen(paths: AsyncIterable<string>, ofLook: AbortSignal): AsyncGenerator<string> {
  try {
    yield* paths;
  } catch (error) {
    throw ofLook.aborted ? new LookTookTooLong() : error;
  }
}

async function* unpacked(bundleType: 'tar' | 'tgz', read: () => Promise<object>): AsyncGenerator<Uint8Array> {
  const body = (await read()) as ObjectBody & NodeJS.ReadableStream;
  // What goes wrong with either is thrown where the last one is read, which also ends both.
  const stream: AsyncIterable<Uint8Array> =
    bundleType === 'tgz' ? pipeline(body, createGunzip(), () => {}) : body;
  let bytes = 0;
  for await (const chunk of stream) {
    yield chunk;
    bytes += chunk.length;
    if (bytes > MOST_UNPACKED_BYTES) throw new Error(`it is larger than ${MOST_UNPACKED_BYTES} bytes`);
  }
}
