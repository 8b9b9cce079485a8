import { type Usage, dollars, together } from '../core/cost/prices.ts';
import type { DeploymentCost } from './deployment-cost.ts';

/** A table: a line for each deployment, and one for all of them where there are several. */
export function costLines(costs: readonly DeploymentCost[]): readonly string[] {
  const lines = costs.map(({ deploymentId, rollbackOf, usage, isWhole }) => [
    rollbackOf === undefined ? deploymentId : `${deploymentId}, rollback of ${rollbackOf}`,
    ...figures(usage, isWhole),
  ]);
  const sum = together(costs.map(({ usage }) => usage));
  const total =
    costs.length === 1
      ? []
      : [
          [
            'together',
            ...figures(
              sum,
              costs.every(({ isWhole }) => isWhole),
            ),
          ],
        ];
  const table = [HEADINGS, ...lines, ...total];
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

const HEADINGS = ['deployment', 'transitions', 'writes', 'calls', 'dollars'];

function figures(usage: Usage, isWhole: boolean): readonly string[] {
  const { stateTransitions, writeRequestUnits, lambdaRequests } = usage;
  return [
    isWhole ? String(stateTransitions) : '?',
    String(writeRequestUnits),
    isWhole ? String(lambdaRequests) : '?',
    isWhole ? inDollars(dollars(usage)) : '?',
  ];
}

/** To the millionth: the third digit of what a small deployment costs. */
export function inDollars(amount: number): string {
  return `$${amount.toFixed(6)}`;
}

/** What the figures are, and what they leave out. */
export const COST_NOTES: readonly string[] = [
  'Transitions of Step Functions as it counts them, retries and children included; write request units of DynamoDB for',
  'the log and the rows; calls of Lambda functions, at most. At the list prices of us-east-1 of November 2026: $0.025 per',
  '1,000 transitions, $0.625 per million write units, $0.20 per million calls.',
  'Left out: the time that the functions run, reads, what topics and the bus carry, the tokens of waits, tries that came to',
  'nothing, storage and logs.',
];
