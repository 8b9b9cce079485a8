import { SUCCESS } from '../../core/deployments/lifecycle.ts';
import type { DeploymentPicture } from '../../core/views/v1.ts';
import { elapsed } from '../lines.ts';
import { folded } from './display-width.ts';
import { type Line, type Tone, piece } from './line.ts';

export type LifecycleEventView = DeploymentPicture['lifecycleEvents'][number];

/** One event: how it stands and for how long, whose function it is, what that said, and its last words if it failed. */
export function lifecycleLines(
  event: LifecycleEventView,
  isKnown: (event: LifecycleEventView) => boolean,
  width: number,
): readonly Line[] {
  const { lifecycleEventName, status, functionName, diagnostics } = event;
  const { glyph, tone } = LOOKS[status];
  const message = diagnostics === undefined || isKnown(event) ? SUCCESS.message : diagnostics.message;
  const said = message === SUCCESS.message ? [] : folded(piece(message).text, width, MOST_LINES);
  return [
    [
      piece(`${glyph} `, tone),
      piece(lifecycleEventName.padEnd(NAME_WIDTH)),
      piece(status.padEnd(STATUS_WIDTH), tone),
      piece(duration(event).padStart(DURATION_WIDTH)),
      ...(functionName === undefined ? [] : [piece(`  ${functionName}`, 'quiet')]),
    ],
    ...said.map((line) => [piece(line)]),
    ...(status === 'Failed' ? lastWords(diagnostics?.logTail ?? '') : []),
  ];
}

export const LOOKS: Readonly<
  Record<LifecycleEventView['status'], { readonly glyph: string; readonly tone: Tone }>
> = {
  Pending: { glyph: '○', tone: 'quiet' },
  InProgress: { glyph: '●', tone: 'busy' },
  Succeeded: { glyph: '✓', tone: 'good' },
  Failed: { glyph: '✗', tone: 'bad' },
  Skipped: { glyph: '–', tone: 'quiet' },
  Unknown: { glyph: '?', tone: 'warning' },
};

/** Those of BeforeAllowTraffic, of InProgress and of a duration, and a gap. */
const NAME_WIDTH = 20;
const STATUS_WIDTH = 10;
const DURATION_WIDTH = 9;
const MOST_LINES = 4;

/** Tenths of what is over, whole seconds of what goes on: they are drawn once a second. */
function duration({ durationSeconds, endedAt }: LifecycleEventView): string {
  if (durationSeconds === undefined) return '';
  return endedAt === undefined
    ? elapsed(Math.max(0, Math.floor(durationSeconds)) * 1000).replace('.0s', 's')
    : elapsed(durationSeconds * 1000);
}

/** Enough of a stack trace to see where it comes from. */
const MOST_LAST_WORDS = 5;

/** The end of what was logged, without what its platform wrote around it. */
export function lastWords(logTail: string): readonly Line[] {
  return logTail
    .split('\n')
    .filter((line) => line.trim() !== '' && !FRAMES.some((frame) => frame.test(line)))
    .slice(-MOST_LAST_WORDS)
    .map((line) => [piece(`> ${line.replace(STAMP_OF_LAMBDA, '')}`, 'quiet')]);
}

const FRAMES: readonly RegExp[] = [
  // Lambda's own lines around those of the function.
  /^(?:INIT_START|START|END|REPORT)\b.*(?:RequestId:|Runtime Version:)/,
  // The lower end of a stack trace.
  /^\s+at .*\(?node:/,
  // Those of an agent on a host: what scripts write is led by its stream.
  /^(?:LifecycleEvent|Script) - /,
];

/** Time and request id, which would leave no room for what was logged. */
const STAMP_OF_LAMBDA = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[\da-f-]+\t/;
