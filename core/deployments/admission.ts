import type { Decision, Issued } from '../decider.ts';
import { bakeSeconds, deadlines, throttlingSeconds } from './deadlines.ts';
import type { AdmitDeployment, FailDeployment, PostponeAdmission } from './deployment-commands.ts';
import type { DeploymentEvent, ShiftStep } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';
import { hasEnded } from './deployment-status.ts';
import { fence } from './fencing.ts';
import { lambdaOrder } from './platform-order.ts';

/** The target is known and may be moved: from here on a rollback has something to go back to. */
export function admit(
  state: ExistingDeployment,
  command: AdmitDeployment & Issued,
): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  if (hasEnded(state.status) || state.ending !== undefined || state.admission !== undefined)
    return { events: [] };
  const { executionArn, target, versionBefore, alreadyInPlace, writtenRevision } = command;
  const steps = lambdaOrder(state.created).trafficSteps.map((step): ShiftStep =>
    step.bakeMinutes === undefined
      ? { weight: step.weight }
      : { weight: step.weight, bakeSeconds: bakeSeconds(step.bakeMinutes, command.policy) },
  );
  return {
    events: [
      {
        type: 'DeploymentAdmitted',
        data: {
          executionArn,
          target,
          versionBefore,
          alreadyInPlace,
          // An alias that is in place already has nothing to be shifted: one step, found and not moved.
          steps: alreadyInPlace ? [{ weight: 100 }] : steps,
          ...(command.previousRevision === undefined ? {} : { previousRevision: command.previousRevision }),
          writtenRevision,
          ...(command.hooks === undefined ? {} : { hooks: command.hooks }),
          ...(command.skippedChecks === undefined ? {} : { skippedChecks: command.skippedChecks }),
          deadline: deadlines.task(command.at),
        },
      },
    ],
  };
}

/** AWS takes no more requests: it is asked again as long as the deployment may live, and a stop ends that. */
export function postponeAdmission(
  state: ExistingDeployment,
  { executionArn, message, random, at }: PostponeAdmission & Issued,
): Decision<DeploymentEvent> {
  fence(state, executionArn);
  const isAdmitted = state.admission !== undefined || state.fleet !== undefined;
  if (hasEnded(state.status) || state.ending !== undefined || isAdmitted) return { events: [] };
  const waitSeconds = throttlingSeconds(state.postponedAdmission?.times ?? 0, random);
  const deadline = deadlines.task(at + waitSeconds * 1000);
  return {
    events: [{ type: 'AdmissionPostponed', data: { reason: 'throttled', message, waitSeconds, deadline } }],
  };
}

/** A task found out that it cannot go on. The first reason to end stays. */
export function fail(state: ExistingDeployment, command: FailDeployment & Issued): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  return { events: failureFound(state, command) };
}

export function failureFound(
  state: ExistingDeployment,
  { code, message, at }: Pick<FailDeployment, 'code' | 'message'> & Pick<Issued, 'at'>,
): readonly DeploymentEvent[] {
  if (hasEnded(state.status) || state.ending !== undefined) return [];
  return [{ type: 'FailureFound', data: { code, message, deadline: deadlines.task(at) } }];
}
