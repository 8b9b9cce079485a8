import type { RevisionLocation } from '../registry/revision.ts';

/** As many are named; a fleet has up to 1,000. */
const MOST_NAMED = 3;

/** Why an archive cannot go to these instances, undefined where it can: what runs Windows unpacks nothing but zip. */
export function archiveFault(
  location: RevisionLocation,
  instances: readonly { readonly targetId: string; readonly isWindows?: boolean }[],
): string | undefined {
  if (location.revisionType !== 'S3' || location.bundleType === 'zip') return undefined;
  const names = instances.filter(({ isWindows }) => isWindows === true).map(({ targetId }) => targetId);
  if (names.length === 0) return undefined;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return (
    `The revision is a ${location.bundleType}, which instances that run Windows do not unpack: ` +
    `${names.slice(0, MOST_NAMED).join(', ')}${more}. Make a zip of it.`
  );
}
