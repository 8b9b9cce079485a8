import type { AdmitFleet } from '../../core/deployments/deployment-commands.ts';
import type { ServerDeploymentCreated } from '../../core/deployments/deployment-events.ts';
import type { FleetTarget } from '../../core/deployments/fleet-events.ts';
import type { Attempt, GoodDeployments, HostHealth } from '../../core/deployments/instance-health.ts';
import { hostHealth, startOrder as orderOf } from '../../core/deployments/instance-health.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { deploymentOf } from '../runtime/registered.ts';

/** A host is judged by its last deployments; what lies further back has been overtaken. */
const MOST_ATTEMPTS = 10;
const MOST_GOOD_DEPLOYMENTS = 100;
const HOSTS_AT_ONCE = 25;

/**
 * The targets in the order in which they are started, by what earlier deployments of the group did to them; without those that
 * have the revision already where that is asked.
 */
export async function startOrder(
  rows: RowReader,
  { fleet, rollbackOf, deploymentGroupId }: ServerDeploymentCreated,
  members: readonly FleetTarget[],
): Promise<Pick<AdmitFleet, 'targets' | 'upToDate'>> {
  const good = await goodDeployments(rows, deploymentGroupId);
  const judged: (FleetTarget & { readonly health: HostHealth })[] = [];
  for (let from = 0; from < members.length; from += HOSTS_AT_ONCE) {
    const some = members.slice(from, from + HOSTS_AT_ONCE).map(async (target) => ({
      ...target,
      health: hostHealth(await attemptsOn(rows, deploymentGroupId, target.targetId), good),
    }));
    judged.push(...(await Promise.all(some)));
  }
  const isByZone = fleet.zonal !== undefined && rollbackOf === undefined;
  const outdated = judged.filter(({ health }) => health.revision !== 'Current');
  const ordered: readonly FleetTarget[] = orderOf<FleetTarget>(
    fleet.updateOutdatedInstancesOnly ? outdated : judged,
    isByZone,
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

async function goodDeployments(rows: RowReader, groupId: string): Promise<GoodDeployments> {
  const { pk } = rowKeys.deploymentOfGroupByStatus(groupId, 'Succeeded', 0, '');
  const page = await rows.query({ pk, limit: MOST_GOOD_DEPLOYMENTS });
  const deploymentIds = page.rows.map(
    ({ data }) => (JSON.parse(data) as { readonly deploymentId: string }).deploymentId,
  );
  const [newest] = deploymentIds;
  const row = newest === undefined ? undefined : await deploymentOf(rows, newest);
  return { deploymentIds, revisionId: row?.created.revision.revisionId };
}

async function attemptsOn(rows: RowReader, groupId: string, targetId: string): Promise<readonly Attempt[]> {
  const { pk } = rowKeys.attemptOnHost(groupId, targetId, 0, '');
  const page = await rows.query({ pk, limit: MOST_ATTEMPTS });
  return page.rows.map(({ data }) => JSON.parse(data) as Attempt);
}
