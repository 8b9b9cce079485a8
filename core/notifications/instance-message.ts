import type { TargetEvent } from '../deployments/target-events.ts';
import type { ClaimedTarget } from '../deployments/target-state.ts';
import type { ResourceHome } from '../registry/resource-arn.ts';
import type { Notification } from './notification.ts';
import { subjectOf } from './notification.ts';
import type { TriggerOccasion } from './trigger-event.ts';
import { type WriteUtc, triggerTime } from './trigger-time.ts';

/** What triggers are told of one event of a target. */
export function instanceOccasion(type: TargetEvent['type']): TriggerOccasion | undefined {
  return OCCASIONS[type];
}

const OCCASIONS: Partial<Readonly<Record<TargetEvent['type'], TriggerOccasion>>> = {
  TargetClaimed: { triggerEvent: 'InstanceStart', status: 'IN_PROGRESS' },
  TargetSucceeded: { triggerEvent: 'InstanceSuccess', status: 'SUCCEEDED' },
  TargetFailed: { triggerEvent: 'InstanceFailure', status: 'FAILED' },
};

/** The message of a group's trigger about one instance, in the form that CodeDeploy sends. */
export function instanceMessage(
  { claimed, lastUpdatedAt, lifecycleEvents }: ClaimedTarget,
  told: {
    readonly eventId: string;
    readonly triggerName: string;
    readonly status: TriggerOccasion['status'];
    readonly home: ResourceHome;
  },
  writeUtc: WriteUtc,
): Notification {
  const { deploymentId, applicationName, targetArn } = claimed;
  const { region, accountId } = told.home;
  const begun = lifecycleEvents.filter(({ startedAt }) => startedAt !== undefined);
  const message = {
    region,
    accountId,
    eventTriggerName: told.triggerName,
    deploymentId,
    instanceId: targetArn,
    lastUpdatedAt: triggerTime(writeUtc(lastUpdatedAt)),
    instanceStatus: told.status,
    lifecycleEvents: JSON.stringify(
      begun.map(({ lifecycleEventName, status, startedAt, endedAt }) => ({
        LifecycleEvent: lifecycleEventName,
        LifecycleEventStatus: status,
        ...(startedAt !== undefined && { StartTime: seconds(startedAt) }),
        ...(endedAt !== undefined && { EndTime: seconds(endedAt) }),
      })),
    ),
  };
  return {
    subject: subjectOf(`${told.status}: AWS CodeDeploy ${deploymentId} in ${region} to ${applicationName}`),
    message: JSON.stringify(message),
    attributes: { eventId: told.eventId },
  };
}

/** As text, with a decimal point always. */
function seconds(at: number): string {
  const text = String(at / 1000);
  return text.includes('.') ? text : `${text}.0`;
}
