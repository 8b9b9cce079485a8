import type { TagFilter } from '../deployments/fleet-events.ts';
import type { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { TagFiltersInput } from './shapes.ts';
import { type Tag, TAG_KEY_CHARACTERS, TAG_VALUE_CHARACTERS, lengthOf } from './tags.ts';

const FILTER_TYPES: readonly string[] = ['KEY_ONLY', 'VALUE_ONLY', 'KEY_AND_VALUE'];

/** Throws what `invalid` makes of a fault. An empty text is an absent one, never a fault: Terraform always sends all three. */
export function tagFilterOf(
  { Key = '', Value = '', Type = '' }: TagFiltersInput[number],
  invalid: (detail: string) => Refusal,
): TagFilter {
  if (Type !== '' && !FILTER_TYPES.includes(Type)) {
    throw invalid(`the Type ${quoted(Type)} is unknown. Valid are ${FILTER_TYPES.join(', ')}`);
  }
  if (Type === 'KEY_ONLY' && Value !== '') {
    throw invalid(`a filter of the Type KEY_ONLY takes no Value, and has ${quoted(Value)}`);
  }
  if (Type === 'VALUE_ONLY' && Key !== '') {
    throw invalid(`a filter of the Type VALUE_ONLY takes no Key, and has ${quoted(Key)}`);
  }
  if (lengthOf(Key) > TAG_KEY_CHARACTERS) {
    throw invalid(`the Key ${quoted(Key)} has more than ${TAG_KEY_CHARACTERS} characters`);
  }
  if (lengthOf(Value) > TAG_VALUE_CHARACTERS) {
    throw invalid(`the Value ${quoted(Value)} has more than ${TAG_VALUE_CHARACTERS} characters`);
  }
  return {
    ...(Key !== '' && { Key }),
    ...(Value !== '' && { Value }),
    ...(Type !== '' && { Type }),
  };
}

/** Whether one of the tags is meant, letter by letter. What a filter lacks is empty, and the Type is KEY_AND_VALUE. */
export function isTaggedAs(
  { Key = '', Value = '', Type = 'KEY_AND_VALUE' }: TagFilter,
  tags: readonly Tag[],
): boolean {
  return tags.some(
    (tag) => (Type === 'VALUE_ONLY' || tag.Key === Key) && (Type === 'KEY_ONLY' || tag.Value === Value),
  );
}
