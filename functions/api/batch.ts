import { Refusal } from '../../core/refusal.ts';

/** How many of a thing one call may name; the service's own limits. Throws BatchLimitExceededException. */
export function checkBatch(items: readonly unknown[], most: number, member: string): void {
  if (items.length <= most) return;
  throw new Refusal(
    'BatchLimitExceededException',
    `${member} names ${items.length}, and at most ${most} may be asked for at once. Split the call.`,
  );
}
