import { Refusal } from '../refusal.ts';
import type { TagsInput } from './shapes.ts';

/** Tags of applications and groups are not kept yet; dropping them silently would break rules that rest on them. */
export function refuseTags(tags: TagsInput | undefined): void {
  if (tags !== undefined && tags.length > 0) {
    throw new Refusal(
      'InvalidTagsToAddException',
      'Tags are not built yet. Leave the member tags out, or pass an empty list.',
    );
  }
}
