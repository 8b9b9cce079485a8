import {
  APPLICATIONS_TAG,
  EVERY_APPLICATION,
  TAG_CHARACTERS,
  lendsTo,
  namedIn,
  tagThatLends,
} from '../../core/registry/service-role-tag.ts';
import {
  type TrustPolicy,
  forbidsSomebody,
  missingTrust,
  withTrust,
} from '../../core/registry/service-role-trust.ts';
import type { ServiceRole } from '../account/roles.ts';
import { CannotDo } from '../command.ts';
import { jsonDiff } from '../json-diff.ts';

/** What a role must become for Sluice to use it; a member is absent where nothing is missing. */
export interface Missing {
  readonly trust?: TrustPolicy;
  /** The value of the tag. */
  readonly applications?: string;
}

/** Throws CannotDo where the tag cannot hold all names. */
export function whatIsMissing(
  { trust, applications }: ServiceRole,
  trustedPrincipals: readonly string[],
  wanted: readonly string[],
): Missing {
  const untrusted = missingTrust(trust, trustedPrincipals);
  const lent = tagThatLends(applications, wanted);
  if (lent.length > TAG_CHARACTERS) {
    throw new CannotDo(
      `the tag ${APPLICATIONS_TAG} would have ${lent.length} characters, and IAM takes ${TAG_CHARACTERS}. ` +
        'Lend the role to every application with --all-applications, or give these applications a role of their own.',
    );
  }
  return {
    ...(untrusted.length > 0 && { trust: withTrust(trust, untrusted) }),
    ...(wanted.some((name) => !lendsTo(applications, name)) && { applications: lent }),
  };
}

/** The exact change as lines; none where nothing is missing. */
export function changeInWords(roleArn: string, role: ServiceRole, missing: Missing): readonly string[] {
  const { trust, applications } = missing;
  const tag = (Value: string | undefined) =>
    Value === undefined ? undefined : { Key: APPLICATIONS_TAG, Value };
  return [
    ...(trust === undefined
      ? []
      : [`The trust policy of ${roleArn}:`, '', ...jsonDiff(role.trust, trust), '']),
    ...(trust !== undefined && forbidsSomebody(role.trust)
      ? ['It forbids somebody to assume the role: see that Sluice is not among them.', '']
      : []),
    ...(applications === undefined
      ? []
      : [`Its tag ${APPLICATIONS_TAG}:`, '', ...jsonDiff(tag(role.applications), tag(applications)), '']),
  ];
}

export function lentWords(tag: string): string {
  const named = namedIn(tag);
  if (named.includes(EVERY_APPLICATION)) return 'the groups of every application may name it';
  return `groups of ${named.join(', ')} may name it`;
}
