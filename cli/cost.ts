import { dollars, together } from '../core/cost/prices.ts';
import { hasEnded } from '../core/deployments/deployment-status.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { COST_NOTES, costLines } from './cost-lines.ts';
import { type DeploymentCost, deploymentCosts } from './deployment-cost.ts';

export const cost: Command = {
  name: 'cost',
  argument: '<deployment-id>',
  summary: 'counts what a deployment and its rollback cost: transitions, writes, dollars',
  options: { json: { type: 'boolean' } },
  help: `${COST_NOTES.join('\n')}
Of a deployment that is under way it is the cost so far. The writes are told by the log, the transitions and calls by the
histories of its executions, which Step Functions keeps for 90 days: it takes the rights states:GetExecutionHistory,
states:ListExecutions, states:ListMapRuns and states:DescribeExecution. Of a fleet there is a history for each slot and
each host, and Step Functions lets 20 a second be read. With --json it is one line: deployments, each with its usage and
dollars, and the dollars of all.

Example: sluice cost d-A1B2C3D4E

Exit code: 0; 1 where there is no such deployment.`,
  run: printCost,
};

async function printCost({ argument, values, terminal, connect, now }: Invocation): Promise<ExitCode> {
  const connection = await connect();
  const costs = await deploymentCosts(connection, argument, now());
  if (values['json'] === true) {
    terminal.print(jsonLine(costs));
    return 0;
  }
  for (const line of costLines(costs)) terminal.print(line);
  for (const { deploymentId, status, isWhole } of costs) {
    if (!hasEnded(status)) terminal.note(`${deploymentId} is under way (${status}): so far.`);
    if (!isWhole) terminal.note(`Step Functions keeps the executions of ${deploymentId} no longer.`);
  }
  if (connection.target.isEmulated && costs.some(({ computePlatform }) => computePlatform === 'Server'))
    terminal.note(EMULATED_SLOTS);
  return 0;
}

const EMULATED_SLOTS =
  'The local cloud does not write down how a slot ends: on AWS there is a transition more for each host that may be down at once.';

/** What is not known is null. */
function jsonLine(costs: readonly DeploymentCost[]): string {
  const isWhole = costs.every((each) => each.isWhole);
  return JSON.stringify({
    deployments: costs.map(({ usage, isWhole: isKnown, ...rest }) => ({
      ...rest,
      stateTransitions: isKnown ? usage.stateTransitions : null,
      writeRequestUnits: usage.writeRequestUnits,
      lambdaRequests: isKnown ? usage.lambdaRequests : null,
      topicPublishes: usage.topicPublishes,
      busEvents: usage.busEvents,
      dollars: isKnown ? dollars(usage) : null,
    })),
    dollars: isWhole ? dollars(together(costs.map(({ usage }) => usage))) : null,
  });
}
