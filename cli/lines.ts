import { stripVTControlCharacters } from 'node:util';
import type { StoredEvent } from '../core/chain.ts';
import type { TellTime } from '../core/views/event-sentence.ts';
import type { TimelineEntry } from '../core/views/timeline.ts';
import { isoTime } from '../functions/runtime/time-texts.ts';

/** Local time, as people on this machine read it; with the date where it is another day than the one it is seen from. */
export const tellLocalTime: TellTime = (at, from) =>
  localDate(at) === localDate(from) ? localTime(at) : localDateTime(at);

/** "12:03:10  +2m 05s  AllowTraffic: 10 % of the traffic on version 2, until 12:08:10" */
export function watchLine({ at, elapsedMilliseconds, sentence }: TimelineEntry): string {
  return `${localTime(at)}  ${`+${elapsed(elapsedMilliseconds)}`.padStart(ELAPSED_WIDTH)}  ${oneLine(sentence)}`;
}

/** Two lines: what kind of event, when and by whom; then what it says. */
export function logLines({ version, at, type, who, cause, sentence }: TimelineEntry): readonly string[] {
  const number = String(version).padStart(VERSION_WIDTH);
  const when = `${localDateTime(at)}.${String(at % 1000).padStart(3, '0')}`;
  return [
    `${number}  ${when}  ${type} by ${who}, cause ${cause.slice(0, CAUSE_CHARACTERS)}`,
    `${' '.repeat(VERSION_WIDTH)}  ${oneLine(sentence)}`,
  ];
}

/** One line of JSON: the event as it is stored, but with its data and actor as objects and its time as ISO 8601. */
export function jsonLine({ stream, version, type, at, actor, cause, data }: StoredEvent): string {
  return JSON.stringify({
    stream,
    version,
    type,
    at: isoTime(at),
    actor: JSON.parse(actor) as unknown,
    cause,
    data: JSON.parse(data) as unknown,
  });
}

/** "2026-11-02 12:03:10" */
export function localDateTime(at: number): string {
  return `${localDate(at)} ${localTime(at)}`;
}

/** Every column is as wide as its widest cell, the last as long as it is. */
export function columns(table: readonly (readonly string[])[]): readonly string[] {
  const widths = table.reduce<readonly number[]>(
    (widest, cells) => cells.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(column === cells.length - 1 ? 0 : (widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** "3 events", "1 event" */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Of a large fleet that many hosts are named; the others are counted: "i-0, i-1 and 4 more". */
export const MOST_NAMED = 6;

export function named(names: readonly string[], most: number = MOST_NAMED): string {
  const shown = names.slice(0, Math.min(most, MOST_NAMED));
  const more = names.length - shown.length;
  if (more === 0) return shown.join(', ');
  return shown.length === 0 ? String(more) : `${shown.join(', ')} and ${more} more`;
}

/** Wide enough for "+50h 00m". */
const ELAPSED_WIDTH = 8;
const VERSION_WIDTH = 4;
/** Enough of a UUID to tell the commands of one deployment apart. */
const CAUSE_CHARACTERS = 8;

/** "3.2s", "2m 05s", "50h 00m" */
export function elapsed(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${(Math.floor(seconds * 10) / 10).toFixed(1)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${twoDigits(Math.floor(seconds % 60))}s`;
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

/** "12s", "5m", "3h 20m", "12d 4h": the longer ago, the coarser. */
export function age(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.floor(milliseconds / 1000))}s`;
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h ${minutes % 60}m` : `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** Messages of AWS and of users may hold line breaks, and worse: what would steer the terminal is taken out. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll('\t', ' ')
    .replaceAll(CONTROL_CHARACTERS, '');
}

/** And those that turn the direction of writing round for what follows. */
const CONTROL_CHARACTERS = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

export function localTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

function localDate(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join('-');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
