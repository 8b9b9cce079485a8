import { hasEnded } from '../deployments/deployment-status.ts';
import type { DeploymentRow } from './deployment-rows.ts';
import type { FleetSummary } from './fleet-summary.ts';
import { noTargets } from './fleet-summary.ts';

/**
 * The member `deploymentStatusMessages`: why a deployment is held, what failed first, and what became of its traffic.
 * Each is a sentence for people; what errorInformation says already is not repeated.
 */
export function deploymentStatusMessages(
  row: DeploymentRow,
  fleet: FleetSummary = noTargets,
): readonly string[] {
  return [
    ...notChecked(row),
    ...held(row),
    ...(fleet.firstFailure === undefined ? [] : [fleet.firstFailure.words]),
    ...silentHosts(fleet),
    ...onItsWayToTheEnd(row),
    ...restored(row),
    ...leftDivided(row),
  ];
}

function notChecked({ admission, fleet }: DeploymentRow): readonly string[] {
  const skipped = admission?.skippedChecks ?? fleet?.admitted.skippedChecks ?? [];
  return skipped.map((check) => `Not checked: ${check}.`);
}

function held({ status, ending, traffic, postponedAdmission }: DeploymentRow): readonly string[] {
  if (hasEnded(status) || ending !== undefined) return [];
  if (postponedAdmission !== undefined) {
    return [`The admission is held and tried again: ${postponedAdmission.message}`];
  }
  const message = traffic.inFlight?.message;
  if (message === undefined) return [];
  return [`Step ${traffic.inFlight?.step} of the traffic shift is held and tried again: ${message}`];
}

function silentHosts({ silent: { count, names } }: FleetSummary): readonly string[] {
  const more = count - names.length;
  return more === 0
    ? names
    : [...names, more === 1 ? '1 more agent is silent.' : `${more} more agents are silent.`];
}

function onItsWayToTheEnd({ status, ending }: DeploymentRow): readonly string[] {
  return ending === undefined || hasEnded(status) ? [] : [`The deployment is being ended. ${ending.message}`];
}

function restored({ restore }: DeploymentRow): readonly string[] {
  switch (restore?.status) {
    case 'done':
      return [restore.message];
    case 'failed':
      return [`The traffic could not be put back whole (${restore.code}): ${restore.message}`];
    default:
      return [];
  }
}

/** Holds the exact command that makes the alias whole. */
function leftDivided({ leftWeighted }: DeploymentRow): readonly string[] {
  return leftWeighted === undefined ? [] : [leftWeighted.message];
}
