import type { AdmitFleet } from '../../core/deployments/deployment-commands.ts';
import type { ServerDeploymentCreated } from '../../core/deployments/deployment-events.ts';
import type { FleetTarget } from '../../core/deployments/fleet-events.ts';
import type { RowReader } from '../adapters/row-reader.ts';

/** The targets in the order in which they are started, without those that have the revision already where that is asked. */
export async function startOrder(
  _rows: RowReader,
  { fleet, rollbackOf }: ServerDeploymentCreated,
  members: readonly FleetTarget[],
): Promise<Pick<AdmitFleet, 'targets' | 'upToDate'>> {
  const zones = fleet.zonal !== undefined && rollbackOf === undefined;
  const key = ({ zone = '', targetId }: FleetTarget) => (zones ? `${zone}\n${targetId}` : targetId);
  const targets = [...members].sort((one, other) => (key(one) < key(other) ? -1 : 1));
  return { targets };
}
