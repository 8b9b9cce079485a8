import type { EpochMilliseconds } from '../decider.ts';

/** A host that has missed three of its own polls is silent, whatever its pace; a minute is the least that says so. */
const MISSED_POLLS = 3;
const LEAST_SILENCE_MILLISECONDS = 60_000;

/** Whether a host that should ask for work does not. One that never asked is silent. */
export function isSilent(
  presence: { readonly lastPolledAt: EpochMilliseconds; readonly pollMilliseconds?: number } | undefined,
  now: EpochMilliseconds,
): boolean {
  if (presence === undefined) return true;
  const { lastPolledAt, pollMilliseconds = 0 } = presence;
  return now - lastPolledAt > Math.max(LEAST_SILENCE_MILLISECONDS, MISSED_POLLS * pollMilliseconds);
}
