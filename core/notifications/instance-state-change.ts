import type { Recorded } from '../decider.ts';
import type { TargetEvent } from '../deployments/target-events.ts';
import type { ClaimedTarget } from '../deployments/target-state.ts';
import type { ResourceHome } from '../registry/resource-arn.ts';
import { eventId } from './notification.ts';
import type { StateChange } from './state-change.ts';
import { groupDetail, groupResources } from './state-change.ts';

/** Whether the bus is told of events of this type. */
export function isInstanceStateChange(type: TargetEvent['type']): boolean {
  return STATES[type] !== undefined;
}

/** Undefined where the event changes nothing that the bus tells. */
export function instanceStateChange(
  event: Recorded<TargetEvent>,
  { claimed }: ClaimedTarget,
  home: ResourceHome,
): StateChange | undefined {
  const state = STATES[event.type];
  if (state === undefined) return undefined;
  const { targetId, targetArn } = claimed;
  return {
    detailType: 'CodeDeploy Instance State-change Notification',
    detail: { ...groupDetail(claimed, home), instanceId: targetId, state, eventId: eventId(event) },
    resources: [targetArn, ...groupResources(claimed, home)],
    at: event.at,
  };
}

const STATES: Partial<Readonly<Record<TargetEvent['type'], 'START' | 'SUCCESS' | 'FAILURE'>>> = {
  TargetClaimed: 'START',
  TargetSucceeded: 'SUCCESS',
  TargetFailed: 'FAILURE',
};
