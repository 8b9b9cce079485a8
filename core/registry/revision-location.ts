import { APPSPEC_BYTES, utf8Bytes } from '../appspec/appspec.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import type { ComputePlatform } from './compute-platform.ts';
import { gitHubLocationOf } from './github-location.ts';
import { quoted } from './names.ts';
import type { InlineLocation, RevisionLocation } from './revision.ts';
import { APPSPEC_TYPES, ARCHIVE_TYPES, s3LocationOf } from './s3-location.ts';
import type { RevisionInput } from './shapes.ts';

/** `content` is absent where the revision lies elsewhere, and where the caller gave a digest alone: that names a revision registered before. */
export type CheckedRevision = {
  readonly location: RevisionLocation;
  readonly content?: string;
};

/** Step two of the order of validation. Throws RevisionRequiredException. */
export function requireRevision(revision: RevisionInput | undefined): RevisionInput {
  if (revision === undefined) {
    throw new Refusal('RevisionRequiredException', 'Say what to deploy: the member revision is missing.');
  }
  return revision;
}

/** The text to hash for `checkRevisionLocation`; undefined where the revision carries none. */
export function revisionContent(revision: RevisionInput): string | undefined {
  const content =
    revision.revisionType === 'String' ? revision.string?.content : revision.appSpecContent?.content;
  return content === '' ? undefined : content;
}

/**
 * The location that a caller means, in its own form, and its content. `contentSha256` is the SHA-256 in lower-case hex
 * of the UTF-8 of `revisionContent(revision)`, undefined where that is. Throws InvalidRevisionException. Whether the
 * platform takes it is `checkRevisionPlatform`, because the platform is known only after the application.
 */
export function checkRevisionLocation(
  revision: RevisionInput,
  contentSha256: string | undefined,
): CheckedRevision {
  const revisionType = checkMembers(revision);
  switch (revisionType) {
    case 'S3':
      return { location: s3LocationOf(revision.s3Location ?? {}) };
    case 'GitHub':
      return { location: gitHubLocationOf(revision.gitHubLocation ?? {}) };
    case 'AppSpecContent':
    case 'String':
      return inlineRevision(revision, revisionType, contentSha256);
    default:
      return unreachable(revisionType);
  }
}

/** Throws InvalidRevisionException where the platform takes no such revision. */
export function checkRevisionPlatform(location: RevisionLocation, platform: ComputePlatform): void {
  const isS3 = location.revisionType === 'S3';
  const type = isS3 ? location.bundleType : location.revisionType;
  if (TAKEN[platform].includes(type)) return;
  const permitted = PERMITTED[platform === 'Server' ? platform : 'Lambda'];
  throw invalid(
    `the type ${isS3 ? `S3 with the bundleType ${type}` : type} is not supported on the compute platform ${platform}. ` +
      permitted,
  );
}

/** Of what lies in S3 by the type of the object, else by the type of the revision. */
const TAKEN: Readonly<Record<ComputePlatform, readonly string[]>> = {
  Server: ['GitHub', ...ARCHIVE_TYPES],
  Lambda: ['AppSpecContent', 'String', ...APPSPEC_TYPES],
  ECS: ['AppSpecContent', ...APPSPEC_TYPES],
};

const PERMITTED = {
  Server: `Name an archive in S3 with the bundleType ${ARCHIVE_TYPES.join(', ')}, or a commit in GitHub`,
  Lambda:
    'Pass the AppSpec itself as AppSpecContent, or name it in S3 with the bundleType ' +
    APPSPEC_TYPES.join(' or '),
};

function inlineRevision(
  revision: RevisionInput,
  revisionType: InlineLocation['revisionType'],
  contentSha256: string | undefined,
): CheckedRevision {
  const { sha256 } = (revisionType === 'String' ? revision.string : revision.appSpecContent) ?? {};
  const member = members[revisionType];
  const content = revisionContent(revision);
  if (content !== undefined) checkContent(content, member);
  const given = sha256 === '' ? undefined : sha256;
  if (given !== undefined && !SHA256_HEX.test(given)) {
    throw invalid(`${member}.sha256 must be 64 lower-case hexadecimal digits, not ${quoted(given)}`);
  }
  if (given !== undefined && contentSha256 !== undefined && given !== contentSha256) {
    throw invalid(
      `${member}.sha256 says ${given}, but the SHA-256 of its content is ${contentSha256}. ` +
        'Hash the content as it is before JSON escapes it, or leave sha256 out',
    );
  }
  const digest = given ?? contentSha256;
  if (digest === undefined) throw invalid(`${member} holds neither content nor sha256. Give the content`);
  const location: RevisionLocation = { revisionType, sha256: digest };
  return content === undefined ? { location } : { location, content };
}

/**
 * An item of DynamoDB takes 400 KB, and a revision is one item of the log as JSON. An AppSpec within its limit doubles at
 * most, unless it is full of control characters, which neither YAML nor JSON may hold.
 */
const STORED_CONTENT_BYTES = 300_000;

function checkContent(content: string, member: string): void {
  if (utf8Bytes(content) > APPSPEC_BYTES) {
    throw invalid(`${member}.content is larger than ${APPSPEC_BYTES} bytes of UTF-8. Shorten the AppSpec`);
  }
  if (utf8Bytes(JSON.stringify(content)) > STORED_CONTENT_BYTES) {
    throw invalid(`${member}.content is full of control characters, which no YAML or JSON holds`);
  }
}

const SHA256_HEX = /^[0-9a-f]{64}$/;

/** The member that holds a revision of each type. */
const members = {
  S3: 's3Location',
  GitHub: 'gitHubLocation',
  AppSpecContent: 'appSpecContent',
  String: 'string',
} as const;

const revisionTypes = Object.keys(members) as readonly (keyof typeof members)[];

function checkMembers(revision: RevisionInput): RevisionLocation['revisionType'] {
  const revisionType = revisionTypes.find((type) => type === revision.revisionType);
  if (revisionType === undefined) {
    const found =
      revision.revisionType === undefined || revision.revisionType === ''
        ? 'revisionType is missing'
        : `the revisionType ${quoted(revision.revisionType)} is unknown`;
    throw invalid(`${found}. Valid are ${revisionTypes.join(', ')}`);
  }
  for (const type of revisionTypes) {
    const present = revision[members[type]] !== undefined;
    if (present === (type === revisionType)) continue;
    throw invalid(
      present
        ? `revisionType ${revisionType} excludes the member ${members[type]}. Remove it`
        : `revisionType ${revisionType} needs the member ${members[type]}`,
    );
  }
  return revisionType;
}

function invalid(detail: string): Refusal {
  return new Refusal('InvalidRevisionException', `The revision is invalid: ${detail}.`);
}
