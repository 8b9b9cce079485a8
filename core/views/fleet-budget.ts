import type { ExistingDeployment } from '../deployments/deployment-state.ts';
import { hasEnded } from '../deployments/deployment-status.ts';
import type { TargetRow } from './target-rows.ts';

/**
 * What the minimum of healthy hosts leaves room for, for people: "2 of 3 may be down; 1 failed: one at a time from now
 * on". Undefined where nothing more is to begin.
 */
export function budgetWords(
  { status, ending, fleet, created }: Omit<ExistingDeployment, 'fleetTargets'>,
  claimed: readonly TargetRow[],
): string | undefined {
  if (fleet === undefined || hasEnded(status) || ending !== undefined) return undefined;
  const { targets, minimumHealthy } = fleet.admitted;
  const waiting = targets - claimed.length;
  if (waiting <= 0) return undefined;
  const most = Math.max(0, targets - minimumHealthy);
  const failed = claimed.filter((target) => target.status === 'Failed' || target.status === 'Skipped').length;
  const isZonal = created.computePlatform === 'Server' && created.fleet.zonal !== undefined;
  const zone = isZonal && fleet.wave?.zone !== undefined ? `, in the zone ${fleet.wave.zone}` : '';
  const room = `${most} of ${targets} may be down`;
  if (failed === 0) return `${room}: ${atOnce(Math.min(most, fleet.wave?.slots ?? most))}${zone}`;
  const left = Math.min(most - failed, fleet.wave?.slots ?? most);
  const lost = `${room}; ${failed} failed`;
  return left > 0
    ? `${lost}: ${atOnce(left)} from now on${zone}`
    : `${lost}: no more is begun, ${waiting} stay${waiting === 1 ? 's' : ''} untouched`;
}

function atOnce(hosts: number): string {
  return hosts === 1 ? 'one at a time' : `${hosts} at a time`;
}
