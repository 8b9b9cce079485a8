import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { failureWords, silenceOf } from '../../core/views/fleet-messages.ts';
import type { TargetRow } from '../../core/views/target-rows.ts';
import { named, tellLocalTime } from '../lines.ts';
import { folded } from './display-width.ts';
import { LOOKS, lastWords } from './lifecycle-lines.ts';
import { type Line, piece } from './line.ts';
import { secondsSince, timeWords } from './time-words.ts';

/** Of a large fleet that many hosts are shown in full; the others are named or counted. */
const MOST_FAILED = 3;
const MOST_AT_WORK = 10;
const MOST_LINES = 4;

/** One paragraph for each host that needs attention or is at work, the failed ones first; a line for the rest of each kind. */
export function hostParagraphs(
  { fleetTargets = [], status }: Pick<ExistingDeployment, 'fleetTargets' | 'status'>,
  claimed: readonly TargetRow[],
  { now, width }: { readonly now: number; readonly width: number },
): readonly (readonly Line[])[] {
  const inState = (wanted: TargetRow['status']) => claimed.filter((row) => row.status === wanted);
  const failed = inState('Failed').sort((one, other) => (one.endedAt ?? 0) - (other.endedAt ?? 0));
  // Those that keep everybody waiting come first.
  const atWork = inState('InProgress').sort((one, other) => silence(other) - silence(one));
  const known = new Set(claimed.map((row) => row.claimed.targetId));
  const untouched = fleetTargets.map(({ targetId }) => targetId).filter((id) => !known.has(id));
  const isOver = hasEnded(status);
  return [
    ...failed.slice(0, MOST_FAILED).map((row) => failedLines(row, now, width)),
    ...summary('Failed', 'failed as well', namesOf(failed.slice(MOST_FAILED))),
    ...atWork.slice(0, MOST_AT_WORK).map((row) => atWorkLines(row, now, width)),
    ...summary('InProgress', 'at work as well', namesOf(atWork.slice(MOST_AT_WORK))),
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

function summary(
  look: keyof typeof LOOKS,
  words: string,
  names: readonly string[],
): readonly (readonly Line[])[] {
  if (names.length === 0) return [];
  const { glyph, tone } = LOOKS[look];
  return [[[piece(`${glyph} `, tone), piece(named(names)), piece(`  ${words}`, 'quiet')]]];
}

function failedLines(row: TargetRow, now: number, width: number): readonly Line[] {
  const { glyph, tone } = LOOKS.Failed;
  const event = row.lifecycleEvents.findLast((one) => one.status === 'Failed');
  const when = row.endedAt === undefined ? '' : `  ${timeWords(secondsSince(row.endedAt, now))} ago`;
  return [
    [
      piece(`${glyph} `, tone),
      piece(row.claimed.targetId, 'strong'),
      piece(`  failed${event === undefined ? '' : ` at ${event.lifecycleEventName}`}`, tone),
      piece(when, 'quiet'),
    ],
    ...words(failureWords(row), width),
    ...lastWords(event?.diagnostics?.logTail ?? ''),
    ...(event?.outputKey === undefined ? [] : outputLines(row, width)),
  ];
}

/** The command may be copied: it is folded where it does not fit, and never cut. */
function outputLines({ claimed: { deploymentId, targetId } }: TargetRow, width: number): readonly Line[] {
  const text = `whole output: sluice output ${deploymentId} ${targetId}`;
  return folded(piece(text).text, width, MOST_LINES).map((line) => [piece(line, 'quiet')]);
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
  const queued = command?.acknowledgedAt === undefined && command !== undefined;
  const held = !queued
    ? ''
    : command.pickUpBy === undefined
      ? `  behind ${command.behind ?? 'another deployment'}`
      : '  not picked up yet';
  const limit =
    command?.pickUpBy === undefined ? '' : ` It is given up at ${tellLocalTime(command.pickUpBy, now)}.`;
  return [
    [
      piece(`${glyph} `, tone),
      piece(claimed.targetId, 'strong'),
      piece(`  ${place}`),
      piece(`  ${since}`, 'quiet'),
      piece(held, 'quiet'),
    ],
    ...(silent === undefined ? [] : words(`The agent is silent: ${silent}${limit}`, width)),
  ];
}

function words(text: string, width: number): readonly Line[] {
  return folded(piece(text).text, width, MOST_LINES).map((line) => [piece(line)]);
}
