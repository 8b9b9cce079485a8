import type { StoredEvent } from '../core/chain.ts';
import type { EpochMilliseconds } from '../core/decider.ts';
import { CannotDo, UsageError } from './command.ts';
import { counted, localDateTime } from './lines.ts';

/**
 * A moment in the life of a deployment, as people write it. A time means all of the second, or of the fraction of it,
 * that is given, so that what `watch` and `events` print can be pasted and holds the event it was printed for.
 */
export type Moment =
  | { readonly type: 'version'; readonly version: number }
  /** Since the creation. */
  | { readonly type: 'elapsed'; readonly milliseconds: number; readonly lasting: number }
  /** Local time, of the day of the creation. */
  | { readonly type: 'clock'; readonly clock: Clock; readonly lasting: number }
  | { readonly type: 'time'; readonly at: EpochMilliseconds; readonly lasting: number };

export type WrittenTime = Extract<Moment, { readonly type: 'clock' | 'time' }>;

type Clock = readonly [hours: number, minutes: number, seconds: number, milliseconds: number];

/** Throws UsageError where it is none. */
export function momentOf(text: string): Moment {
  const moment = VERSION.test(text)
    ? ({ type: 'version', version: Number(text) } as const)
    : (elapsedMoment(text) ?? writtenTime(text));
  if (moment !== undefined) return moment;
  throw new UsageError(
    `--at takes a version (7), a time since the creation (+12.5s, +3m, "+2m 05s"), a local time of its day (14:03:10) ` +
      `or a whole time (2026-11-02T14:03:10, with Z or +01:00 where it is not local), not ${JSON.stringify(text)}.`,
  );
}

export interface Then {
  /** The events that there were. */
  readonly events: readonly StoredEvent[];
  readonly at: EpochMilliseconds;
}

/** What there was of a deployment's whole `log` at the moment. Throws CannotDo where there was nothing yet. */
export function logAt(moment: Moment, log: readonly StoredEvent[], now: EpochMilliseconds): Then {
  const createdAt = log[0]?.at ?? 0;
  if (moment.type === 'version') return logAtVersion(moment.version, log);
  const from = startOf(moment, createdAt);
  const until = from + moment.lasting - 1;
  if (from > now) throw new CannotDo(`${localDateTime(from)} is still to come. Give a time that has passed.`);
  if (until < createdAt) {
    throw new CannotDo(
      `it was created at ${localDateTime(createdAt)}, after ${localDateTime(from)}. Give a later time; ` +
        'one of a later day than that of the creation needs its date.',
    );
  }
  return { events: log.filter(({ at }) => at <= until), at: until };
}

function logAtVersion(version: number, log: readonly StoredEvent[]): Then {
  const event = log.find((each) => each.version === version);
  if (event === undefined) {
    throw new CannotDo(
      `there is no version ${version}: it has ${counted(log.length, 'event')} so far. ` +
        `Give a version from 1, its creation, to ${log.length}.`,
    );
  }
  return { events: log.filter((each) => each.version <= version), at: event.at };
}

/** More digits than any stream has events. */
const VERSION = /^\d{1,9}$/;

const ELAPSED = /^\+(?=\d)(?:(\d+(?:\.\d+)?)h)? ?(?:(\d+(?:\.\d+)?)m)? ?(?:(\d+)(?:\.(\d{1,9}))?s)?$/;

function elapsedMoment(text: string): Moment | undefined {
  const match = ELAPSED.exec(text);
  if (match === null) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  const wholeSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const milliseconds = Math.round(wholeSeconds * 1000) + millisecondsOf(fraction);
  return { type: 'elapsed', milliseconds, lasting: lastingOf(fraction) };
}

const TIME =
  /^(?:(?<date>\d{4}-\d\d-\d\d)[T ])?(?<clock>\d\d:\d\d(?::\d\d)?)(?:\.(?<fraction>\d{1,9}))?(?<zone>Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** A time of day, or a whole time; undefined where it is neither. */
export function writtenTime(text: string): WrittenTime | undefined {
  const { date, clock: written, fraction = '', zone } = TIME.exec(text)?.groups ?? {};
  if (written === undefined) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = written.split(':').map(Number);
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const clock: Clock = [hours, minutes, seconds, millisecondsOf(fraction)];
  const lasting = lastingOf(fraction);
  // A zone without a date would leave open whose day it is.
  if (date === undefined) return zone === undefined ? { type: 'clock', clock, lasting } : undefined;
  const at = zone === undefined ? localTime(date, clock) : zonedTime(date, clock, zone);
  return at === undefined ? undefined : { type: 'time', at, lasting };
}

function startOf(moment: Exclude<Moment, { type: 'version' }>, createdAt: number): EpochMilliseconds {
  switch (moment.type) {
    case 'elapsed':
      return createdAt + moment.milliseconds;
    case 'clock':
      return new Date(createdAt).setHours(...moment.clock);
    default:
      return moment.at;
  }
}

/** Undefined where the calendar has no such day, or the clock was put forward over that hour. */
function localTime(date: string, clock: Clock): EpochMilliseconds | undefined {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const time = new Date(year, month - 1, day, ...clock);
  const isSame = time.getMonth() === month - 1 && time.getDate() === day && time.getHours() === clock[0];
  return isSame ? time.getTime() : undefined;
}

function zonedTime(date: string, clock: Clock, zone: string): EpochMilliseconds | undefined {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const time = new Date(Date.UTC(year, month - 1, day, ...clock));
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) return undefined;
  const [, sign = '', hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const offsetMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return time.getTime() - offsetMinutes * 60_000;
}

/** The log knows no finer time than milliseconds: what is given beyond is left out. */
const FINEST_DIGITS = 3;

function millisecondsOf(fraction: string): number {
  return Number(fraction.slice(0, FINEST_DIGITS).padEnd(FINEST_DIGITS, '0'));
}

/** Milliseconds that the last digit given stands for. */
function lastingOf(fraction: string): number {
  return 1000 / 10 ** Math.min(fraction.length, FINEST_DIGITS);
}
