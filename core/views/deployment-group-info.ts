import type { EpochMilliseconds } from '../decider.ts';
import type { FleetMembership } from '../deployments/fleet-events.ts';
import type { DeploymentGroupRow } from '../registry/deployment-group.ts';
import type { RevisionLocation } from '../registry/revision.ts';
import { epochSeconds } from './epoch-seconds.ts';
import { revisionLocationInfo } from './revision-location-info.ts';

/** A deployment as its group remembers it. */
export interface LastDeployment {
  readonly deploymentId: string;
  readonly status: string;
  readonly createdAt: EpochMilliseconds;
  /** Absent until it ended. */
  readonly endedAt?: EpochMilliseconds;
}

/** What a group's own row does not hold: each is the newest entry of a list, read with it. */
export interface AroundDeploymentGroup {
  readonly applicationName: string;
  readonly lastSuccessfulDeployment?: LastDeployment | undefined;
  readonly lastAttemptedDeployment?: LastDeployment | undefined;
  readonly targetRevision?: RevisionLocation | undefined;
}

/** The member `deploymentGroupInfo` of GetDeploymentGroup. Absent members are left out, never null. */
export function deploymentGroupInfo(row: DeploymentGroupRow, around: AroundDeploymentGroup) {
  const { settings } = row;
  const { enabled, events } = settings.autoRollbackConfiguration;
  const { lastSuccessfulDeployment, lastAttemptedDeployment, targetRevision } = around;
  return {
    applicationName: around.applicationName,
    deploymentGroupId: row.deploymentGroupId,
    deploymentGroupName: row.deploymentGroupName,
    deploymentConfigName: settings.deploymentConfigName,
    serviceRoleArn: settings.serviceRoleArn,
    computePlatform: row.computePlatform,
    deploymentStyle: settings.deploymentStyle,
    outdatedInstancesStrategy: settings.outdatedInstancesStrategy,
    // Never set and cleared look alike.
    autoRollbackConfiguration: !enabled && events.length === 0 ? { enabled } : { enabled, events },
    alarmConfiguration: settings.alarmConfiguration,
    terminationHookEnabled: settings.terminationHookEnabled,
    triggerConfigurations: settings.triggerConfigurations ?? [],
    ...membershipInfo(settings.membership),
    ...(settings.ec2DeploymentOptions && { ec2DeploymentOptions: settings.ec2DeploymentOptions }),
    ...(lastSuccessfulDeployment && {
      lastSuccessfulDeployment: lastDeploymentInfo(lastSuccessfulDeployment),
    }),
    ...(lastAttemptedDeployment && {
      lastAttemptedDeployment: lastDeploymentInfo(lastAttemptedDeployment),
    }),
    ...(targetRevision && { targetRevision: revisionLocationInfo(targetRevision) }),
  };
}

/** Filters are answered in the form that their caller used. No hooks are put on Auto Scaling groups yet. */
function membershipInfo({
  ec2TagSet = [],
  onPremisesTagSet = [],
  autoScalingGroups = [],
  ...filters
}: FleetMembership = {}) {
  return {
    ...filters,
    ec2TagSet: { ec2TagSetList: ec2TagSet },
    onPremisesTagSet: { onPremisesTagSetList: onPremisesTagSet },
    autoScalingGroups: autoScalingGroups.map((name) => ({ name })),
  };
}

function lastDeploymentInfo({ deploymentId, status, createdAt, endedAt }: LastDeployment) {
  return {
    deploymentId,
    status,
    createTime: epochSeconds(createdAt),
    ...(endedAt !== undefined && { endTime: epochSeconds(endedAt) }),
  };
}
