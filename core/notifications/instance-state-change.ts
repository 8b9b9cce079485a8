import type { Recorded } from '../decider.ts';
import type { TargetEvent } from '../deployments/target-events.ts';
import type { ClaimedTarget } from '../deployments/target-state.ts';
import type { ResourceHome } from '../registry/resource-arn.ts';
import { eventId } from './notification.ts';
import type { StateChange } from './state-change.ts';

/** Undefined where the event changes nothing that the bus tells. */
export function instanceStateChange(
  event: Recorded<TargetEvent>,
  { claimed }: ClaimedTarget,
  { partition, region, accountId }: ResourceHome,
): StateChange | undefined {
  const state = STATES[event.type];
  if (state === undefined) return undefined;
  const { applicationName, deploymentGroupName, deploymentGroupId, deploymentId, targetId, targetArn } =
    claimed;
  const arn = `arn:${partition}:codedeploy:${region}:${accountId}`;
  return {
    detailType: 'CodeDeploy Instance State-change Notification',
    detail: {
      region,
      application: applicationName,
      deploymentGroup: deploymentGroupName,
      instanceGroupId: deploymentGroupId,
      deploymentId,
      instanceId: targetId,
      state,
      eventId: eventId(event),
    },
    resources: [
      targetArn,
      `${arn}:deploymentgroup:${applicationName}/${deploymentGroupName}`,
      `${arn}:application:${applicationName}`,
    ],
    at: event.at,
  };
}

const STATES: Partial<Readonly<Record<TargetEvent['type'], 'START' | 'SUCCESS' | 'FAILURE'>>> = {
  TargetClaimed: 'START',
  TargetSucceeded: 'SUCCESS',
  TargetFailed: 'FAILURE',
};
