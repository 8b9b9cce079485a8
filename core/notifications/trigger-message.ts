import type { FleetOverview } from '../deployments/deployment-events.ts';
import type { ExistingDeployment } from '../deployments/deployment-state.ts';
import type { ResourceHome } from '../registry/resource-arn.ts';
import { lambdaDeploymentOverview } from '../views/lambda-target-status.ts';
import { rollbackInfo } from '../views/rollback-info.ts';
import type { Notification } from './notification.ts';
import { subjectOf } from './notification.ts';
import type { TriggerStatus } from './trigger-event.ts';
import { type WriteUtc, triggerTime } from './trigger-time.ts';

export interface TriggerOccurrence {
  readonly eventId: string;
  readonly triggerName: string;
  readonly status: TriggerStatus;
  readonly home: ResourceHome;
  /** Of a fleet, at its end. */
  readonly overview?: FleetOverview | undefined;
}

/**
 * The message of a group's trigger in the form that CodeDeploy sends, which is not that of its manual: times are text,
 * nested members are strings that hold JSON, and what does not apply is absent, since receivers test for it; only
 * `completeTime` is null until there is one. The id of the event is an attribute, so that the body keeps that form.
 */
export function triggerMessage(
  state: ExistingDeployment,
  { eventId, triggerName, status, home, overview }: TriggerOccurrence,
  writeUtc: WriteUtc,
): Notification {
  const { created, createdAt, completedAt, end } = state;
  const { deploymentId, applicationName, deploymentGroupName } = created;
  const rollback = rollbackInformation(state);
  const message = {
    region: home.region,
    accountId: home.accountId,
    eventTriggerName: triggerName,
    applicationName,
    deploymentId,
    deploymentGroupName,
    createTime: triggerTime(writeUtc(createdAt)),
    completeTime: completedAt === undefined ? null : triggerTime(writeUtc(completedAt)),
    ...(completedAt !== undefined && { deploymentOverview: overviewText(state, overview) }),
    status,
    ...(end?.status === 'Early' && {
      errorInformation: JSON.stringify({ ErrorCode: end.code, ErrorMessage: end.message }),
    }),
    ...(rollback !== undefined && { rollbackInformation: rollback }),
  };
  return {
    subject: subjectOf(`${status}: AWS CodeDeploy ${deploymentId} in ${home.region} to ${applicationName}`),
    message: JSON.stringify(message),
    attributes: { eventId },
  };
}

function overviewText(state: ExistingDeployment, fleet: FleetOverview | undefined): string {
  if (state.created.computePlatform === 'Server') {
    const { succeeded = 0, failed = 0, skipped = 0 } = fleet ?? {};
    return JSON.stringify({
      Succeeded: succeeded,
      Failed: failed,
      Skipped: skipped,
      InProgress: 0,
      Pending: 0,
    });
  }
  const { Succeeded, Failed, Skipped, InProgress, Pending } = lambdaDeploymentOverview(state);
  return JSON.stringify({ Succeeded, Failed, Skipped, InProgress, Pending });
}

/** Of a rollback on each message; of others empty once they ended early, and absent before or if they did well. */
function rollbackInformation(state: ExistingDeployment): string | undefined {
  const { rollbackOf } = state.created;
  if (rollbackOf !== undefined) {
    return JSON.stringify({
      RollbackMessage: rollbackInfo(state, undefined)?.rollbackMessage,
      RollbackTriggeringDeploymentId: rollbackOf.deploymentId,
    });
  }
  return state.end?.status === 'Early' ? '{}' : undefined;
}
