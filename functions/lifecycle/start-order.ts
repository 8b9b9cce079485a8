import type { AdmitFleet } from '../../core/deployments/deployment-commands.ts';
import type { ServerDeploymentCreated } from '../../core/deployments/deployment-events.ts';
import type { FleetTarget } from '../../core/deployments/fleet-events.ts';
import { hostHealth, startOrder as orderOf } from '../../core/deployments/instance-health.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { inBatches } from '../runtime/in-batches.ts';
import { hostHistories } from './host-histories.ts';

/** As many reads as one function sends at a time without being throttled by its own connections. */
const HOSTS_AT_ONCE = 25;

/**
 * The targets in the order in which they are started, by what earlier deployments of the group did to them; without those that
 * have the revision already where that is asked.
 */
export async function startOrder(
  rows: RowReader,
  { fleet, deploymentGroupId }: ServerDeploymentCreated,
  members: readonly FleetTarget[],
): Promise<Pick<AdmitFleet, 'targets' | 'upToDate'>> {
  const histories = await hostHistories(rows, deploymentGroupId);
  const judged = await inBatches(members, HOSTS_AT_ONCE, async (target) => ({
    ...target,
    health: hostHealth(await histories.of(target.targetArn), histories.groupRevisionId),
  }));
  const outdated = judged.filter(({ health }) => health.revision !== 'Current');
  const ordered: readonly FleetTarget[] = orderOf<FleetTarget>(
    fleet.updateOutdatedInstancesOnly ? outdated : judged,
    fleet.zonal !== undefined,
  );
  const targets = ordered.map(({ targetId, targetArn, hostIdentifier, zone }) => ({
    targetId,
    targetArn,
    hostIdentifier,
    ...(zone === undefined ? {} : { zone }),
  }));
  return fleet.updateOutdatedInstancesOnly
    ? { targets, upToDate: judged.length - outdated.length }
    : { targets };
}
