/**
 * The tag by which a role says which applications may name it, our stand-in for iam:PassRole: names separated by
 * spaces, or the word for all of them.
 */
export const APPLICATIONS_TAG = 'sluice:applications';

/** IAM takes no asterisk in the value of a tag, hence the word: no application can have it, for its colon. */
export const EVERY_APPLICATION = ':all';

/** IAM's limit for the value of a tag. */
export const TAG_CHARACTERS = 256;

/** What the value of the tag names; commas are taken for spaces, since somebody may have meant them so. */
export function namedIn(tag: string | undefined): readonly string[] {
  return (tag ?? '').split(/[\s,]+/).filter((name) => name !== '');
}

export function lendsTo(tag: string | undefined, applicationName: string): boolean {
  const named = namedIn(tag);
  return [applicationName, EVERY_APPLICATION, '*'].some((name) => named.includes(name));
}

/** A comma cannot be in a tag's value, though it can be in the name of an application; a space ends a name. */
export function canBeNamed(applicationName: string): boolean {
  return /^[^\s,]+$/.test(applicationName);
}

/** The value that lends the role to these as well: what it names already stays, and the same value is kept as it is. */
export function tagThatLends(tag: string | undefined, to: readonly string[]): string {
  if (tag !== undefined && to.every((name) => lendsTo(tag, name))) return tag;
  if (to.includes(EVERY_APPLICATION) || !to.every(canBeNamed)) return EVERY_APPLICATION;
  return [...new Set([...namedIn(tag), ...to])].join(' ');
}
