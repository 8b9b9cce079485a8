import { utf8Bytes } from '../appspec/appspec.ts';
import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { AppSpecType, ArchiveType, BundleType, S3Location } from './revision.ts';
import type { RevisionInput } from './shapes.ts';

/**
 * The member `s3Location` of a revision, checked. An empty version or eTag is an absent one. Whether the object exists is
 * not asked here: the deployment finds that out with the rights of its group's role. Throws InvalidRevisionException.
 */
export function s3LocationOf(input: NonNullable<RevisionInput['s3Location']>): S3Location {
  const { bucket = '', key = '', bundleType = '', version = '', eTag = '' } = input;
  if (!isBucketName(bucket)) {
    throw invalid(`s3Location.bucket ${named(bucket)}. It is 3 to 63 characters of a-z 0-9 . -`);
  }
  if (key === '' || !isObjectKey(key)) {
    throw invalid(`s3Location.key ${named(key)}. It is 1 to ${KEY_BYTES} bytes of UTF-8`);
  }
  if (!isBundleType(bundleType)) {
    throw invalid(
      `s3Location.bundleType ${named(bundleType)}. For Server it is ${ARCHIVE_TYPES.join(', ')}, ` +
        `for Lambda ${APPSPEC_TYPES.join(' or ')}: then the object is the AppSpec itself`,
    );
  }
  for (const [member, text] of Object.entries({ version, eTag })) {
    if (text.length > MARK_CHARACTERS) {
      throw invalid(`s3Location.${member} has more than ${MARK_CHARACTERS} characters. Copy it from S3`);
    }
  }
  return {
    revisionType: 'S3',
    bucket,
    key,
    bundleType,
    ...(version !== '' && { version }),
    ...(eTag !== '' && { eTag }),
  };
}

/** Buckets of before 2018 may have capitals, underscores and up to 255 characters. */
export function isBucketName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{2,254}$/.test(text);
}

/** Of a key or its beginning. */
export function isObjectKey(text: string): boolean {
  return utf8Bytes(text) <= KEY_BYTES;
}

/** The limit of S3 itself. */
const KEY_BYTES = 1024;

/** S3 documents 1024 bytes for the id of a version; its tags are shorter. */
const MARK_CHARACTERS = 1024;

/** What servers take: an AppSpec by itself is for other platforms. */
export function isArchive(
  location: S3Location,
): location is S3Location & { readonly bundleType: ArchiveType } {
  return location.bundleType !== 'YAML' && location.bundleType !== 'JSON';
}

export const ARCHIVE_TYPES: readonly ArchiveType[] = ['tar', 'tgz', 'zip'];
export const APPSPEC_TYPES: readonly AppSpecType[] = ['YAML', 'JSON'];

function isBundleType(text: string): text is BundleType {
  return [...ARCHIVE_TYPES, ...APPSPEC_TYPES].some((type) => type === text);
}

function named(text: string): string {
  return text === '' ? 'is missing' : `${quoted(text)} is none`;
}

function invalid(detail: string): Refusal {
  return new Refusal('InvalidRevisionException', `The revision is invalid: ${detail}.`);
}
