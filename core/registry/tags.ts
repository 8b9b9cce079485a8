import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { TagsInput } from './shapes.ts';

/** As the API spells it. */
export type Tag = { readonly Key: string; readonly Value: string };

/** The data of the row of a resource's tags, which is there while there are any. In order of their keys. */
export type TagsRow = { readonly tags: readonly Tag[] };

/** The service's own limits. */
const TAGS_PER_RESOURCE = 50;
export const TAG_KEY_CHARACTERS = 128;
export const TAG_VALUE_CHARACTERS = 256;

/** Tags as a caller gives them; an absent value is an empty one. Throws InvalidTagsToAddException. */
export function tagsOf(input: TagsInput): readonly Tag[] {
  checkCount(input);
  const tags = input.map(({ Key = '', Value = '' }) => ({ Key, Value }));
  for (const { Key, Value } of tags) {
    if (Key === '') throw invalid('a tag has no Key');
    if (lengthOf(Key) > TAG_KEY_CHARACTERS) {
      throw invalid(`the key ${quoted(Key)} has more than ${TAG_KEY_CHARACTERS} characters`);
    }
    if (/^aws:/i.test(Key))
      throw invalid(`the key ${quoted(Key)} begins with aws:, which AWS keeps for itself`);
    if (lengthOf(Value) > TAG_VALUE_CHARACTERS) {
      throw invalid(`the value of ${quoted(Key)} has more than ${TAG_VALUE_CHARACTERS} characters`);
    }
  }
  const twice = tags.find(({ Key }, index) => tags.findIndex((other) => other.Key === Key) !== index);
  if (twice !== undefined) throw invalid(`the key ${quoted(twice.Key)} occurs twice`);
  return inOrder(tags);
}

/** Of `given` those that change something, once they are all added. Throws InvalidTagsToAddException over the limit. */
export function tagsToAdd(before: readonly Tag[], given: readonly Tag[]): readonly Tag[] {
  const changes = given.filter(
    (tag) => !before.some((one) => one.Key === tag.Key && one.Value === tag.Value),
  );
  checkCount(withTags(before, changes));
  return changes;
}

/** What is there already is overwritten. */
export function withTags(before: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const kept = before.filter(({ Key }) => !added.some((tag) => tag.Key === Key));
  return inOrder([...kept, ...added]);
}

/** Of the keys that a caller names those that are there, each once. */
export function keysToRemove(before: readonly Tag[], keys: readonly string[]): readonly string[] {
  return before.map(({ Key }) => Key).filter((key) => keys.includes(key));
}

export function withoutTags(before: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  return before.filter(({ Key }) => !keys.includes(Key));
}

function checkCount(tags: readonly unknown[]): void {
  if (tags.length <= TAGS_PER_RESOURCE) return;
  throw invalid(`they would be ${tags.length}, and at most ${TAGS_PER_RESOURCE} may be. Remove some first`);
}

/** By code unit, so that the order is the same everywhere. */
function inOrder(tags: readonly Tag[]): readonly Tag[] {
  return [...tags].sort((one, other) => (one.Key < other.Key ? -1 : 1));
}

/** Of what people count as characters; a pair of surrogates is one. */
export function lengthOf(text: string): number {
  return [...text].length;
}

function invalid(detail: string): Refusal {
  return new Refusal('InvalidTagsToAddException', `The tags are invalid: ${detail}.`);
}
