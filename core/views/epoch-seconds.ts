import type { EpochMilliseconds } from '../decider.ts';

/** The API's form of time: seconds since 1970 with fractional milliseconds. Never text: SDKs reject it. */
export function epochSeconds(at: EpochMilliseconds): number {
  return at / 1000;
}
