import type { LambdaTarget } from '../deployments/deployment-events.ts';
import type { LifecycleEvent } from '../deployments/deployment-state.ts';
import type { HostEvent } from '../deployments/target-state.ts';
import type { DeploymentRow } from './deployment-rows.ts';
import { epochSeconds } from './epoch-seconds.ts';
import { lambdaTargetStatus } from './lambda-target-status.ts';

/** Where the functions are, for their ARNs. */
export interface FunctionHome {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** `FUNCTION:TARGETVERSION`: which function, and which of its versions the deployment brings. */
export function lambdaTargetId({ functionName, targetVersion }: LambdaTarget): string {
  return `${functionName}:${targetVersion}`;
}

/** Published statements differ on the form of the id, so either names the target. */
export function isLambdaTarget(target: LambdaTarget, targetId: string): boolean {
  return targetId === lambdaTargetId(target) || targetId === target.functionName;
}

/** The member `deploymentTarget` of GetDeploymentTarget. The weight is the percentage of traffic on the new version. */
export function lambdaTargetInfo(row: DeploymentRow, target: LambdaTarget, home: FunctionHome) {
  const { partition, region, accountId } = home;
  return {
    deploymentTargetType: 'LambdaTarget',
    lambdaTarget: {
      deploymentId: row.created.deploymentId,
      targetId: lambdaTargetId(target),
      targetArn: `arn:${partition}:lambda:${region}:${accountId}:function:${lambdaTargetId(target)}`,
      status: lambdaTargetStatus(row),
      lastUpdatedAt: epochSeconds(row.lastUpdatedAt),
      lifecycleEvents: row.lifecycleEvents.map(lifecycleEventInfo),
      lambdaFunctionInfo: { ...target, targetVersionWeight: row.traffic.weight },
    },
  };
}

/** The member `instanceSummary` of the operations that came before targets: the one target as if it were an instance. */
export function lambdaInstanceSummary(row: DeploymentRow, target: LambdaTarget) {
  return {
    deploymentId: row.created.deploymentId,
    instanceId: lambdaTargetId(target),
    status: lambdaTargetStatus(row),
    lastUpdatedAt: epochSeconds(row.lastUpdatedAt),
    lifecycleEvents: row.lifecycleEvents.map(lifecycleEventInfo),
  };
}

export function lifecycleEventInfo(event: LifecycleEvent | HostEvent) {
  const { lifecycleEventName, status, startedAt, endedAt, diagnostics } = event;
  return {
    lifecycleEventName,
    status,
    ...(startedAt !== undefined && { startTime: epochSeconds(startedAt) }),
    ...(endedAt !== undefined && { endTime: epochSeconds(endedAt) }),
    ...(diagnostics && { diagnostics }),
  };
}
