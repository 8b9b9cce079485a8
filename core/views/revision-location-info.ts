import type { RevisionLocation } from '../registry/revision.ts';
import { unreachable } from '../unreachable.ts';

/**
 * A revision as the API names it, in the member its caller used. `content` is passed only by GetApplicationRevision:
 * everywhere else a revision is answered without.
 */
export function revisionLocationInfo(location: RevisionLocation, content?: string) {
  const { revisionType, ...member } = location;
  const text = content !== undefined && { content };
  switch (revisionType) {
    case 'AppSpecContent':
      return { revisionType, appSpecContent: { ...text, ...member } };
    case 'String':
      return { revisionType, string: { ...text, ...member } };
    case 'S3':
      return { revisionType, s3Location: member };
    case 'GitHub':
      return { revisionType, gitHubLocation: member };
    default:
      return unreachable(revisionType);
  }
}
