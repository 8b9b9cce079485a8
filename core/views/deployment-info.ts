import { hasEnded } from '../deployments/deployment-status.ts';
import type { DeploymentRow } from './deployment-rows.ts';
import { deploymentStatusMessages } from './deployment-status-messages.ts';
import { epochSeconds } from './epoch-seconds.ts';
import type { FleetSummary } from './fleet-summary.ts';
import { noTargets } from './fleet-summary.ts';
import { lambdaDeploymentOverview } from './lambda-target-status.ts';
import { revisionLocationInfo } from './revision-location-info.ts';
import { rollbackInfo } from './rollback-info.ts';
import { serverDeploymentOverview } from './server-target-info.ts';

/** What a deployment's own row does not hold: names are read by their ids, so that a rename shows everywhere at once. */
export interface AroundDeployment {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  /** The deployment that rolls this one back. */
  readonly rollback?: DeploymentRow | undefined;
  /** Of a fleet whose targets are known. */
  readonly fleet?: FleetSummary;
}

/**
 * The member `deploymentInfo` of GetDeployment. Absent members are left out, never null; the content of a revision is
 * never answered here, GetApplicationRevision has it.
 */
export function deploymentInfo(row: DeploymentRow, around: AroundDeployment) {
  const { created, admission, end } = row;
  const rollback = rollbackInfo(row, around.rollback);
  const previousRevision =
    created.computePlatform === 'Lambda' ? admission?.previousRevision : created.fleet.previous?.revision;
  const { autoRollback, overrideAlarmConfiguration, description } = created;
  return {
    applicationName: around.applicationName,
    deploymentGroupName: around.deploymentGroupName,
    deploymentConfigName: created.deploymentConfigName,
    deploymentId: created.deploymentId,
    computePlatform: created.computePlatform,
    status: row.status,
    createTime: epochSeconds(row.createdAt),
    ...(row.startedAt !== undefined && { startTime: epochSeconds(row.startedAt) }),
    ...(row.completedAt !== undefined && { completeTime: epochSeconds(row.completedAt) }),
    creator: created.creator,
    ...(description !== undefined && { description }),
    revision: revisionLocationInfo(created.revision.location),
    ...(previousRevision && { previousRevision: revisionLocationInfo(previousRevision.location) }),
    ...(end?.status === 'Early' && { errorInformation: { code: end.code, message: end.message } }),
    ...(rollback && { rollbackInfo: rollback }),
    autoRollbackConfiguration:
      !autoRollback.enabled && autoRollback.events.length === 0 ? { enabled: false } : autoRollback,
    ...(overrideAlarmConfiguration && { overrideAlarmConfiguration }),
    instanceTerminationWaitTimeStarted: false,
    deploymentStatusMessages: deploymentStatusMessages(row, around.fleet),
    ...ofPlatform(row, around),
  };
}

/** What each platform says in its own way. */
function ofPlatform(row: DeploymentRow, { fleet = noTargets }: AroundDeployment) {
  const { created } = row;
  if (created.computePlatform === 'Lambda') {
    return {
      // While it runs there is none: so the service answers for Lambda.
      ...(hasEnded(row.status) && { deploymentOverview: lambdaDeploymentOverview(row) }),
      // The one style that a Lambda deployment can have.
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
    };
  }
  const { ignoreApplicationStopFailures, updateOutdatedInstancesOnly, fileExistsBehavior } = created.fleet;
  return {
    deploymentOverview: serverDeploymentOverview(row, row.fleet?.admitted.targets ?? 0, fleet.counts),
    deploymentStyle: { deploymentType: 'IN_PLACE', deploymentOption: 'WITHOUT_TRAFFIC_CONTROL' },
    ignoreApplicationStopFailures,
    updateOutdatedInstancesOnly,
    fileExistsBehavior,
  };
}
