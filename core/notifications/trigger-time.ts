import type { EpochMilliseconds } from '../decider.ts';

/** A time as `Tue, 04 Mar 2025 09:12:31 GMT`. */
export type WriteUtc = (at: EpochMilliseconds) => string;

/** `Tue Mar 04 09:12:31 UTC 2025`, of the form that every JavaScript writes. */
export function triggerTime(utc: string): string {
  const [weekday = '', day, month, year, time] = utc.split(' ');
  return `${weekday.replace(',', '')} ${month} ${day} ${time} UTC ${year}`;
}
