import { firstFewOf, namesOf } from '../first-few.ts';
import type { RevisionLocation } from '../registry/revision.ts';

/** Why an archive cannot go to these instances, undefined where it can: what runs Windows unpacks nothing but zip. */
export function archiveFault(
  location: RevisionLocation,
  instances: readonly { readonly targetId: string; readonly isWindows?: boolean }[],
): string | undefined {
  if (location.revisionType !== 'S3' || location.bundleType === 'zip') return undefined;
  const names = instances.filter(({ isWindows }) => isWindows === true).map(({ targetId }) => targetId);
  if (names.length === 0) return undefined;
  return (
    `The revision is a ${location.bundleType}, which instances that run Windows do not unpack: ` +
    `${namesOf(firstFewOf(names))}. Make a zip of it.`
  );
}
