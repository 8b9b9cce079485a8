import type { EpochMilliseconds } from '../../core/decider.ts';

/** 2026-11-25T12:00:00.000Z, for programs. */
export function isoTime(at: EpochMilliseconds): string {
  return new Date(at).toISOString();
}

/** Wed, 25 Nov 2026 12:00:00 GMT, as CodeDeploy writes times in messages. */
export function utcTime(at: EpochMilliseconds): string {
  return new Date(at).toUTCString();
}
