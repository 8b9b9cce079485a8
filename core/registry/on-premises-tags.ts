import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { TagsInput } from './shapes.ts';
import { type Tag, TAG_KEY_CHARACTERS, TAG_VALUE_CHARACTERS, lengthOf, withTags } from './tags.ts';

/** The service's own quota. */
const TAGS_PER_INSTANCE = 10;

/** Tags to add; each needs a key and a value. Throws TagRequiredException and InvalidTagException. */
export function onPremisesTagsOf(input: TagsInput): readonly Tag[] {
  const tags = tagsToRemoveOf(input);
  const empty = tags.find(({ Value }) => Value === '');
  if (empty !== undefined) throw invalid(`the tag ${quoted(empty.Key)} has no Value`);
  const twice = tags.find(({ Key }, index) => tags.findIndex((other) => other.Key === Key) !== index);
  if (twice !== undefined) throw invalid(`the key ${quoted(twice.Key)} occurs twice`);
  return tags;
}

/** Tags to take away; an empty value is any. Throws the same. */
export function tagsToRemoveOf(input: TagsInput): readonly Tag[] {
  if (input.length === 0) throw new Refusal('TagRequiredException', 'Give at least one tag: tags is empty.');
  const tags = input.map(({ Key = '', Value = '' }) => ({ Key, Value }));
  for (const { Key, Value } of tags) {
    if (Key === '') throw invalid('a tag has no Key');
    if (lengthOf(Key) > TAG_KEY_CHARACTERS) {
      throw invalid(`the key ${quoted(Key)} has more than ${TAG_KEY_CHARACTERS} characters`);
    }
    if (lengthOf(Value) > TAG_VALUE_CHARACTERS) {
      throw invalid(`the value of ${quoted(Key)} has more than ${TAG_VALUE_CHARACTERS} characters`);
    }
  }
  return tags;
}

/** Of `given` those that change something. Throws TagLimitExceededException. */
export function onPremisesTagsToAdd(before: readonly Tag[], given: readonly Tag[]): readonly Tag[] {
  const { length } = withTags(before, given);
  if (length > TAGS_PER_INSTANCE) {
    throw new Refusal(
      'TagLimitExceededException',
      `An instance would have ${length} tags, and at most ${TAGS_PER_INSTANCE} may be. Remove some first.`,
    );
  }
  return given.filter(({ Key, Value }) => !before.some((tag) => tag.Key === Key && tag.Value === Value));
}

/** The keys of those that are there, with the value that is given. */
export function onPremisesKeysToRemove(before: readonly Tag[], given: readonly Tag[]): readonly string[] {
  return before
    .filter((tag) => given.some(({ Key, Value }) => tag.Key === Key && (Value === '' || tag.Value === Value)))
    .map(({ Key }) => Key);
}

function invalid(detail: string): Refusal {
  return new Refusal('InvalidTagException', `The tags are invalid: ${detail}.`);
}
