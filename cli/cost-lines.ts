import { LIST_PRICES, type Usage, dollars, together } from '../core/cost/prices.ts';
import type { DeploymentCost } from './deployment-cost.ts';

/** A table: a line for each deployment, and one for all of them where there are several. */
export function costLines(costs: readonly DeploymentCost[]): readonly string[] {
  const lines = costs.map(({ deploymentId, rollbackOf, usage, isWhole }) => [
    rollbackOf === undefined ? deploymentId : `${deploymentId} (rollback)`,
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

const HEADINGS = ['deployment', 'transitions', 'writes', 'calls', 'messages', 'dollars'];

function figures(usage: Usage, isWhole: boolean): readonly string[] {
  const { stateTransitions, writeRequestUnits, lambdaRequests, topicPublishes, busEvents } = usage;
  return [
    isWhole ? String(stateTransitions) : '?',
    String(writeRequestUnits),
    isWhole ? String(lambdaRequests) : '?',
    String(topicPublishes + busEvents),
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
  'the log and the rows, those of the hosts of a fleet included; calls of Lambda functions, at most; messages to the topic',
  `and to the bus of the stack. At the list prices of us-east-1 known in November 2026, per million: ${perMillion('stateTransitions')} for`,
  `transitions, ${perMillion('writeRequestUnits')} for writes, ${perMillion('lambdaRequests')} for calls, ${perMillion('topicPublishes')} for messages to the topic and ${perMillion('busEvents')} for those to the bus.`,
  'Left out: the time that functions run, API Gateway, reads, looks at alarms, the tokens of waits, polls that found',
  'nothing, tries that came to nothing, triggers of groups, subscribers, storage and logs.',
];

function perMillion(kind: keyof Usage): string {
  return `$${Number((LIST_PRICES[kind] * 1_000_000).toFixed(3))}`;
}
