import type { EpochMilliseconds } from '../core/decider.ts';
import { CannotDo, UsageError } from './command.ts';
import { localDateTime } from './lines.ts';
import { writtenTime } from './moment.ts';

const AGO = /^(\d+(?:\.\d+)?)(s|m|h|d)$/;

const MILLISECONDS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** When a time that has passed was: so long ago, or as people write it. Throws UsageError and CannotDo. */
export function sinceOf(text: string, now: EpochMilliseconds): EpochMilliseconds {
  const [, count, unit] = AGO.exec(text) ?? [];
  if (unit !== undefined) return now - Number(count) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  const moment = writtenTime(text);
  if (moment === undefined) {
    throw new UsageError(
      `--since takes a time ago (30m, 2h, 1d), a local time of today (14:03) or a whole time (2026-11-02T14:03:10, ` +
        `with Z or +01:00 where it is not local), not ${JSON.stringify(text)}.`,
    );
  }
  const at = moment.type === 'time' ? moment.at : new Date(now).setHours(...moment.clock);
  if (at > now) throw new CannotDo(`${localDateTime(at)} is still to come. Give a time that has passed.`);
  return at;
}
