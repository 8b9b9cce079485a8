import type { Decision, Issued } from '../decider.ts';
import { failureFound } from './admission.ts';
import { deadlines } from './deadlines.ts';
import type { RepairDeployment } from './deployment-commands.ts';
import type { DeploymentEvent } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';
import { hasEnded } from './deployment-status.ts';
import { endEarly } from './ending.ts';

/** The first execution and three replacements; after that the deployment is ended where it stands. */
const MOST_EXECUTIONS = 4;

/**
 * The workflow died, or has written nothing past its deadline. A fresh execution restores the traffic and finishes;
 * it never resumes, because what the dead one was about to do is not known.
 */
export function repair(
  state: ExistingDeployment,
  command: RepairDeployment & Issued,
): Decision<DeploymentEvent> {
  if (hasEnded(state.status)) return { events: [] };
  const { deadExecutionArn, reason } = command;
  const stale =
    deadExecutionArn !== undefined &&
    state.executionArn !== undefined &&
    state.executionArn !== deadExecutionArn;
  const early = deadExecutionArn === undefined && command.at < state.deadline;
  if (stale || early) return { events: [] };

  const code = deadExecutionArn === undefined ? 'TIMEOUT' : 'INTERNAL_ERROR';
  const found = failureFound(state, { code, message: reason, at: command.at });
  const attempt = state.executions + 1;
  const executionArn = command.replacementArns[attempt - 2];
  if (attempt > MOST_EXECUTIONS || executionArn === undefined) return endEarly(state, found, command);
  const replaced = state.executionArn ?? deadExecutionArn;
  return {
    events: [
      ...found,
      {
        type: 'ExecutionReplaced',
        data: {
          executionArn,
          ...(replaced === undefined ? {} : { replacedExecutionArn: replaced }),
          attempt,
          reason,
          deadline: deadlines.task(command.at),
        },
      },
    ],
  };
}
