import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { failureOf, failureWords, silenceOf } from '../../core/views/fleet-messages.ts';
import type { HostCommand, HostEvent } from '../../core/deployments/target-state.ts';
import type { TargetRow } from '../../core/views/target-rows.ts';
import { MOST_NAMED, named, tellLocalTime } from '../lines.ts';
import { displayWidth, folded } from './display-width.ts';
import { LOOKS, lastWords } from './lifecycle-lines.ts';
import { type Line, type Tone, piece } from './line.ts';
import { secondsSince, timeWords } from './time-words.ts';

/** How many hosts have a paragraph of their own; the others are named or counted. */
export interface HostDetail {
  readonly failed: number;
  /** Of those that failed: with why. */
  readonly explained: number;
  /** Of those: with the last lines that were written, and how to see all of them. */
  readonly quoted: number;
  readonly atWork: number;
}

/** From what is worth telling of a large fleet down to what has room in a small terminal. */
export const HOST_DETAILS: readonly [HostDetail, ...HostDetail[]] = [
  { failed: 3, explained: 3, quoted: 3, atWork: 10 },
  { failed: 3, explained: 3, quoted: 1, atWork: 10 },
  { failed: 3, explained: 1, quoted: 1, atWork: 5 },
  { failed: 3, explained: 1, quoted: 0, atWork: 3 },
  { failed: 1, explained: 0, quoted: 0, atWork: 2 },
];

const MOST_LINES = 4;

/** When, and in how many columns: of the first line without its glyph, which stands in the indent of the others. */
export interface HostsLook {
  readonly now: number;
  readonly width: number;
  readonly detail: HostDetail;
}

/** One paragraph for each host that needs attention or is at work, the failed ones first; a line for the rest of each kind. */
export function hostParagraphs(
  { fleetTargets = [], status }: Pick<ExistingDeployment, 'fleetTargets' | 'status'>,
  claimed: readonly TargetRow[],
  { now, width, detail }: HostsLook,
): readonly (readonly Line[])[] {
  const inState = (wanted: TargetRow['status']) => claimed.filter((row) => row.status === wanted);
  const failed = inState('Failed').sort((one, other) => (one.endedAt ?? 0) - (other.endedAt ?? 0));
  // Those that keep everybody waiting come first.
  const atWork = inState('InProgress').sort((one, other) => silence(other) - silence(one));
  const known = new Set(claimed.map((row) => row.claimed.targetId));
  const untouched = fleetTargets.map(({ targetId }) => targetId).filter((id) => !known.has(id));
  const isOver = hasEnded(status);
  const summary = (look: keyof typeof LOOKS, words: string, names: readonly string[]) =>
    names.length === 0 ? [] : [summaryLines(look, words, names, width)];
  return [
    ...failed
      .slice(0, detail.failed)
      .map((row, index) => [
        failedLine(row, now),
        ...(index < detail.explained ? reasonLines(row, width) : []),
        ...(index < detail.quoted ? quotedLines(row, width) : []),
      ]),
    ...summary('Failed', 'failed as well', namesOf(failed.slice(detail.failed))),
    ...atWork.slice(0, detail.atWork).map((row) => atWorkLines(row, now, width)),
    ...summary('InProgress', 'at work as well', namesOf(atWork.slice(detail.atWork))),
    ...summary('Succeeded', 'succeeded', namesOf(inState('Succeeded'))),
    ...summary('Skipped', 'skipped', namesOf(inState('Skipped'))),
    ...summary(isOver ? 'Skipped' : 'Pending', isOver ? 'not touched' : 'waiting', untouched),
  ];
}

function silence(row: TargetRow): number {
  return silenceOf(row) === undefined ? 0 : 1;
}

function namesOf(rows: readonly TargetRow[]): readonly string[] {
  return rows.map((row) => row.claimed.targetId);
}

/** As many names as there is room for: what became of the hosts is never cut. */
function summaryLines(
  look: keyof typeof LOOKS,
  words: string,
  names: readonly string[],
  width: number,
): readonly Line[] {
  const { glyph, tone } = LOOKS[look];
  const tail = `  ${words}`;
  let most = MOST_NAMED;
  while (most > 0 && displayWidth(named(names, most) + tail) > width) most -= 1;
  return [[piece(`${glyph} `, tone), piece(named(names, most)), piece(tail, 'quiet')]];
}

/** One that failed before was to be ignored. */
function failedEvent({ lifecycleEvents }: TargetRow): HostEvent | undefined {
  return lifecycleEvents.findLast((one) => one.status === 'Failed');
}

function failedLine(row: TargetRow, now: number): Line {
  const { glyph, tone } = LOOKS.Failed;
  const event = failedEvent(row);
  const when = row.endedAt === undefined ? '' : `  ${timeWords(secondsSince(row.endedAt, now))} ago`;
  return [
    piece(`${glyph} `, tone),
    piece(row.claimed.targetId, 'strong'),
    piece(`  failed${event === undefined ? '' : ` at ${event.lifecycleEventName}`}`, tone),
    piece(when, 'quiet'),
  ];
}

/** The line above it names the event. */
function reasonLines(row: TargetRow, width: number): readonly Line[] {
  const { lifecycleEventName, why } = failureOf(row);
  return words(lifecycleEventName === failedEvent(row)?.lifecycleEventName ? why : failureWords(row), width);
}

/** The command may be copied: it is folded where it does not fit, and never cut. */
function quotedLines(row: TargetRow, width: number): readonly Line[] {
  const { deploymentId, targetId } = row.claimed;
  const event = failedEvent(row);
  const command = `whole output: sluice output ${deploymentId} ${targetId}`;
  return [
    ...lastWords(event?.diagnostics?.logTail ?? ''),
    ...(event?.outputKey === undefined ? [] : words(command, width, 'quiet')),
  ];
}

function atWorkLines(row: TargetRow, now: number, width: number): readonly Line[] {
  const { lifecycleEvents, command, claimed } = row;
  const silent = silenceOf(row);
  const { glyph, tone } =
    silent === undefined ? LOOKS.InProgress : ({ glyph: '!', tone: 'warning' } as const);
  const index = lifecycleEvents.findIndex(({ status }) => status === 'InProgress' || status === 'Pending');
  const event = lifecycleEvents[index];
  const place =
    event === undefined ? 'ending' : `${event.lifecycleEventName}  ${index + 1} of ${lifecycleEvents.length}`;
  const since =
    event?.startedAt === undefined ? 'next' : `for ${timeWords(secondsSince(event.startedAt, now))}`;
  const held = silent !== undefined && command?.pickUpBy !== undefined ? '' : heldWords(command);
  const limit =
    command?.pickUpBy === undefined ? '' : ` It is given up at ${tellLocalTime(command.pickUpBy, now)}.`;
  const line: Line = [
    piece(`${glyph} `, tone),
    piece(claimed.targetId, 'strong'),
    piece(`  ${place}`),
    piece(`  ${since}`, 'quiet'),
  ];
  const told = line.slice(1).reduce((sum, { text }) => sum + displayWidth(text), displayWidth(held));
  return [
    ...(told <= width ? [[...line, piece(held, 'quiet')]] : [line, ...words(held, width, 'quiet')]),
    ...(silent === undefined ? [] : words(`The agent is silent: ${silent}${limit}`, width)),
  ];
}

/** What a command waits for on the host. */
function heldWords(command: HostCommand | undefined): string {
  if (command === undefined || command.acknowledgedAt !== undefined) return '';
  const { pickUpBy, behind = 'another deployment' } = command;
  return pickUpBy === undefined ? `  behind ${behind}` : '  not picked up yet';
}

function words(text: string, width: number, tone?: Tone): readonly Line[] {
  return folded(piece(text).text, width, MOST_LINES).map((line) => [piece(line, tone)]);
}
