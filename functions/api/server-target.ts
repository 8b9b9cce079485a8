import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import {
  serverInstanceId,
  serverInstanceSummary,
  serverTargetIdOf,
  serverTargetInfo,
  serverTargetStatus,
} from '../../core/views/server-target-info.ts';
import type { TargetRow } from '../../core/views/target-rows.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { claimedTarget, everyClaimedTarget, fleetTargets } from '../runtime/fleet-rows.ts';
import type { ListedTarget, ShownTarget } from './known-target.ts';

/** One target of a fleet, by its id or its ARN; undefined where the fleet has none of that name. */
export async function serverTarget(
  rows: RowReader,
  row: DeploymentRow,
  name: string,
): Promise<ShownTarget | undefined> {
  const targetId = serverTargetIdOf(name);
  const { deploymentId } = row.created;
  const claimed = await claimedTarget(rows, deploymentId, targetId);
  const fleet = claimed === undefined ? await fleetTargets(rows, deploymentId) : [];
  const target = claimed?.claimed ?? fleet.find((one) => one.targetId === targetId);
  if (target === undefined) return undefined;
  return {
    targetId,
    instanceId: serverInstanceId(target),
    status: serverTargetStatus(row, claimed),
    info: serverTargetInfo(row, { target, claimed }),
    summary: serverInstanceSummary(row, { target, claimed }),
  };
}

/** All of a fleet, in the order of start. */
export async function listedServerTargets(
  rows: RowReader,
  row: DeploymentRow,
): Promise<readonly ListedTarget[]> {
  const { deploymentId } = row.created;
  const statuses = new Map<string, Pick<TargetRow, 'status'>>();
  for await (const { claimed, status } of everyClaimedTarget(rows, deploymentId)) {
    statuses.set(claimed.targetId, { status });
  }
  return (await fleetTargets(rows, deploymentId)).map((target) => ({
    targetId: target.targetId,
    instanceId: serverInstanceId(target),
    status: serverTargetStatus(row, statuses.get(target.targetId)),
  }));
}
