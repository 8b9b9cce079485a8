import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { budgetWords } from '../../core/views/fleet-budget.ts';
import { summaryOf } from '../../core/views/fleet-summary.ts';
import { serverDeploymentOverview } from '../../core/views/server-target-info.ts';
import type { TargetRow } from '../../core/views/target-rows.ts';
import { displayWidth, folded } from './display-width.ts';
import { type Line, type Piece, type Tone, piece } from './line.ts';

export type FleetCounts = ReturnType<typeof serverDeploymentOverview>;

export function fleetCounts(state: ExistingDeployment, claimed: readonly TargetRow[]): FleetCounts {
  return serverDeploymentOverview(state, state.fleet?.admitted.targets ?? 0, summaryOf(claimed).counts);
}

/** How many hosts are how far, as a bar and in words, and how many may be worked on at once. */
export function fleetLines(
  state: ExistingDeployment,
  claimed: readonly TargetRow[],
  width: number,
): readonly Line[] {
  const { fleet } = state;
  if (fleet === undefined) return [];
  const { targets, minimumHealthy } = fleet.admitted;
  const counts = fleetCounts(state, claimed);
  const budget = budgetWords(state, claimed);
  const said = countWords(counts, hasEnded(state.status));
  const cells = Math.max(FEWEST_CELLS, Math.min(MOST_CELLS, width - displayWidth(said) - GAP.length));
  return [
    [
      piece('Hosts', 'strong'),
      piece(`  ${counts.Succeeded} of ${targets} done, ${healthyWords(minimumHealthy)}`),
    ],
    [...bar(counts, cells), piece(said)],
    ...(budget === undefined ? [] : budgetLines(budget, width)),
  ];
}

const BUDGET = 'budget  ';
const MOST_LINES = 2;

function budgetLines(words: string, width: number): readonly Line[] {
  return folded(words, width - BUDGET.length, MOST_LINES).map((line, index) => [
    piece(index === 0 ? BUDGET : ' '.repeat(BUDGET.length), 'quiet'),
    piece(line),
  ]);
}

export function healthyWords(minimumHealthy: number): string {
  return `at least ${minimumHealthy} ${minimumHealthy === 1 ? 'stays' : 'stay'} healthy`;
}

/** "3 succeeded, 1 failed, 2 at work, 4 waiting": what there is of each. */
export function countWords(
  { Succeeded, Failed, InProgress, Pending, Skipped }: FleetCounts,
  isOver: boolean,
): string {
  const words = [
    [Succeeded, 'succeeded'],
    [Failed, 'failed'],
    [InProgress, 'at work'],
    [Pending, 'waiting'],
    [Skipped, isOver ? 'not touched' : 'skipped'],
  ] as const;
  const told = words.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  return told.length === 0 ? 'no hosts' : told.join(', ');
}

/** Words stand beside it, which are worth more. */
const MOST_CELLS = 30;
const FEWEST_CELLS = 8;
const GAP = '  ';

/** A kind of which there is one host is seen, however large the fleet. */
function bar(counts: FleetCounts, cells: number): readonly Piece[] {
  const kinds: readonly (readonly [number, string, Tone])[] = [
    [counts.Succeeded, '█', 'good'],
    [counts.Failed, '█', 'bad'],
    [counts.InProgress, '▒', 'busy'],
    [counts.Pending + counts.Skipped, '░', 'quiet'],
  ];
  const total = kinds.reduce((sum, [count]) => sum + count, 0);
  if (total === 0) return [];
  const widths = kinds.map(([count]) => (count === 0 ? 0 : Math.max(1, Math.round((count * cells) / total))));
  const widest = widths.indexOf(Math.max(...widths));
  const over = widths.reduce((sum, width) => sum + width, 0) - cells;
  return [
    ...kinds.map(([, glyph, tone], index) =>
      piece(glyph.repeat((widths[index] ?? 0) - (index === widest ? over : 0)), tone),
    ),
    piece(GAP),
  ];
}
