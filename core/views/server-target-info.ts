import { hasEnded } from '../deployments/deployment-status.ts';
import type { FleetTarget } from '../deployments/fleet-events.ts';
import { IN_PLACE_LIFECYCLE } from '../deployments/lifecycle.ts';
import type { HostEvent } from '../deployments/target-state.ts';
import type { DeploymentRow } from './deployment-rows.ts';
import { epochSeconds } from './epoch-seconds.ts';
import type { FleetSummary } from './fleet-summary.ts';
import { lifecycleEventInfo } from './lambda-target-info.ts';
import type { TargetStatus } from './lambda-target-status.ts';
import type { TargetRow } from './target-rows.ts';

/** One instance that a deployment goes to, and what was done to it; nothing where no slot has claimed it. */
export interface ServerTarget {
  readonly target: Pick<FleetTarget, 'targetId' | 'targetArn'>;
  readonly claimed?: TargetRow | undefined;
}

/** What nobody claimed is waiting, until the deployment has ended without it. */
export function serverTargetStatus(
  row: Pick<DeploymentRow, 'status'>,
  claimed?: Pick<TargetRow, 'status'>,
): TargetStatus {
  return claimed?.status ?? (hasEnded(row.status) ? 'Skipped' : 'Pending');
}

/** The member `deploymentTarget` of GetDeploymentTarget. In place there is no label: nothing is blue or green. */
export function serverTargetInfo(row: DeploymentRow, { target, claimed }: ServerTarget) {
  return {
    deploymentTargetType: 'InstanceTarget',
    instanceTarget: {
      deploymentId: row.created.deploymentId,
      targetId: target.targetId,
      targetArn: target.targetArn,
      ...progress(row, claimed),
    },
  };
}

/** The member `instanceSummary` of the operations that came before targets. */
export function serverInstanceSummary(row: DeploymentRow, { target, claimed }: ServerTarget) {
  return {
    deploymentId: row.created.deploymentId,
    instanceId: serverInstanceId(target),
    ...progress(row, claimed),
  };
}

/** Those operations name an instance of EC2 by its ARN. */
export function serverInstanceId({ targetId, targetArn }: ServerTarget['target']): string {
  return targetArn.includes(':ec2:') ? targetArn : targetId;
}

/** An ARN of an EC2 instance names it as well as its id does. */
export function serverTargetIdOf(name: string): string {
  return /^arn:[^:]+:ec2:[^:]*:[^:]*:instance\/(?<id>i-.+)$/.exec(name)?.groups?.['id'] ?? name;
}

/** The member `deploymentOverview`: `targets` is how many there are, those included that nobody claimed. */
export function serverDeploymentOverview(
  row: Pick<DeploymentRow, 'status'>,
  targets: number,
  counts: FleetSummary['counts'],
) {
  const overview = { Pending: 0, Ready: 0, ...counts };
  const claimed = Object.values(counts).reduce((sum, count) => sum + count, 0);
  overview[hasEnded(row.status) ? 'Skipped' : 'Pending'] += Math.max(0, targets - claimed);
  return overview;
}

function progress(row: DeploymentRow, claimed: TargetRow | undefined) {
  return {
    status: serverTargetStatus(row, claimed),
    lastUpdatedAt: epochSeconds(claimed?.lastUpdatedAt ?? row.completedAt ?? row.startedAt ?? row.createdAt),
    lifecycleEvents: (claimed?.lifecycleEvents ?? untouched(row)).map(lifecycleEventInfo),
  };
}

/** The lifecycle events of a target that nobody claimed. */
export function untouched(row: Pick<DeploymentRow, 'status' | 'completedAt'>): readonly HostEvent[] {
  const { status, completedAt } = row;
  return IN_PLACE_LIFECYCLE.map((lifecycleEventName) => ({
    lifecycleEventName,
    status: hasEnded(status) ? 'Skipped' : 'Pending',
    ...(completedAt === undefined ? {} : { endedAt: completedAt }),
  }));
}
