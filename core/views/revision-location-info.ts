import type { RevisionLocation } from '../registry/revision.ts';
import { unreachable } from '../unreachable.ts';

/**
 * A revision as the API names it, in the member its caller used. `content` is passed only by GetApplicationRevision:
 * everywhere else a revision is answered without.
 */
export function revisionLocationInfo({ revisionType, sha256 }: RevisionLocation, content?: string) {
  const member = { ...(content !== undefined && { content }), sha256 };
  switch (revisionType) {
    case 'AppSpecContent':
      return { revisionType, appSpecContent: member };
    case 'String':
      return { revisionType, string: member };
    default:
      return unreachable(revisionType);
  }
}
