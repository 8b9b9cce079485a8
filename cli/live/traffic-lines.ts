import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import type { DeploymentPicture } from '../../core/views/v1.ts';
import type { Seen, Shares } from '../sight.ts';
import { displayWidth } from './display-width.ts';
import { type Line, type Piece, type Tone, piece } from './line.ts';
import { secondsUntil, timeWords } from './time-words.ts';

export type TrafficView = NonNullable<DeploymentPicture['traffic']>;

/** What the alias was seen to do; `unseen`: not yet. Absent where it is shown elsewhere. */
export type AliasView = Seen<Shares> | { readonly status: 'unseen' };

/**
 * Where the traffic is: as the log wants it, as the alias has it, and what comes next. A bar takes the width that is
 * left, a column for each percent at most: a finer one would say nothing more.
 */
export function trafficLines(
  state: ExistingDeployment,
  traffic: TrafficView,
  alias: AliasView | undefined,
  { width, now }: { readonly width: number; readonly now: number },
): readonly Line[] {
  const { functionName, functionAlias, currentVersion, targetVersion, weight, wantedWeight } = traffic;
  const share = wantedWeight === weight ? `${weight}` : `${weight} → ${wantedWeight}`;
  const wanted = `${share} % on version ${targetVersion}`;
  const seen = alias && aliasWords(alias, traffic);
  // The longest that may come, so that the bars keep their length.
  const room = displayWidth(`100 → 100 % on version ${targetVersion}`);
  const cells = Math.min(MOST_CELLS, width - LABEL_WIDTH - GAP.length - room);
  return [
    [
      piece('Traffic', 'strong'),
      piece(`  alias ${functionAlias} of ${functionName}, version ${currentVersion} → ${targetVersion}`),
    ],
    [label('wanted'), ...bar(weight, wantedWeight, cells, 'busy'), piece(wanted)],
    ...(seen === undefined
      ? []
      : [
          [
            label('alias'),
            ...(seen.weight === undefined ? [] : bar(seen.weight, seen.weight, cells, seen.tone)),
            piece(seen.text, seen.weight === undefined ? seen.tone : undefined),
          ],
        ]),
    ...nextLines(state, now),
    ...backLines(state),
  ];
}

const MOST_CELLS = 100;
/** Below it there would be nothing to see. */
const FEWEST_CELLS = 8;
const LABEL_WIDTH = 8;
const GAP = '  ';

function label(text: string): Piece {
  return piece(text.padEnd(LABEL_WIDTH), 'quiet');
}

/** What is on its way is between full and empty, whichever way it goes. */
function bar(weight: number, wantedWeight: number, cells: number, tone: Tone): Line {
  if (cells < FEWEST_CELLS) return [];
  const full = cellsOf(Math.min(weight, wantedWeight), cells);
  const reached = Math.max(full, cellsOf(Math.max(weight, wantedWeight), cells));
  return [
    piece('█'.repeat(full), tone),
    piece('▒'.repeat(reached - full), tone),
    piece('░'.repeat(cells - reached), 'quiet'),
    piece(GAP),
  ];
}

/** A share that is there is seen, however small, and so is the rest. */
function cellsOf(weight: number, cells: number): number {
  if (weight <= 0) return 0;
  return weight >= 100 ? cells : Math.min(cells - 1, Math.max(1, Math.round((weight * cells) / 100)));
}

interface AliasWords {
  readonly text: string;
  readonly tone: Tone;
  /** Percent on the target version; absent where that would not tell all. */
  readonly weight?: number;
}

function aliasWords(
  alias: AliasView,
  { currentVersion, targetVersion, weight, wantedWeight }: TrafficView,
): AliasWords {
  switch (alias.status) {
    case 'unseen':
      return { text: 'being read', tone: 'quiet' };
    case 'denied':
      return { text: 'not permitted to read the alias', tone: 'quiet' };
    case 'missing':
      return { text: 'does not exist', tone: 'warning' };
    case 'failed':
      return { text: `cannot be read now: ${alias.message}`, tone: 'quiet' };
    default: {
      const shares = [...alias.thing].filter(([, share]) => share > 0);
      if (shares.some(([version]) => version !== currentVersion && version !== targetVersion)) {
        const text = shares.map(([version, share]) => `${share} % on version ${version}`).join(', ');
        return { text, tone: 'warning' };
      }
      const share = alias.thing.get(targetVersion) ?? 0;
      const tone = share === weight || share === wantedWeight ? 'good' : 'warning';
      return { text: `${share} % on version ${targetVersion}`, tone, weight: share };
    }
  }
}

function nextLines(state: ExistingDeployment, now: number): readonly Line[] {
  const { traffic, admission, ending, status } = state;
  if (admission === undefined || ending !== undefined || hasEnded(status)) return [];
  const step = traffic.step + 1;
  const next = admission.steps[step - 1];
  if (next === undefined) return [];
  const { bakeEndsAt } = traffic;
  const seconds = bakeEndsAt === undefined ? undefined : secondsUntil(bakeEndsAt, now);
  const inTime = seconds === undefined ? '' : seconds === 0 ? ' now' : ` in ${timeWords(seconds)}`;
  return [[label('next'), piece(`${next.weight} %${inTime}, step ${step} of ${admission.steps.length}`)]];
}

/** What became of the traffic at an early end. */
function backLines({ restore }: ExistingDeployment): readonly Line[] {
  return restore?.status === 'done' ? [[label('back'), piece(restore.message)]] : [];
}
