import type { Actor } from '../core/decider.ts';
import { actorWords } from '../core/views/event-sentence.ts';
import type { DeploymentRow } from '../core/views/deployment-rows.ts';
import { counted, oneLine } from './lines.ts';

/** Who asked for it: "by user/ada", "rollback of d-A1B2C3D4E", "execution release-7". */
export function creatorWords({ created }: DeploymentRow, actor: Actor | undefined): string {
  if (created.rollbackOf !== undefined) return `rollback of ${created.rollbackOf.deploymentId}`;
  if (actor === undefined) return 'by somebody';
  return actor.type === 'user' ? `by ${actorName(actor)}` : actorWords(actor);
}

/** Of a person what follows the account, which is the same for all of them: "user/ada". */
export function actorName(actor: Actor): string {
  return actor.type === 'user' ? actor.id.slice(actor.id.lastIndexOf(':') + 1) : actorWords(actor);
}

/**
 * How far it goes: "10 % on version 2", the share of the version that has most to do with it; of a fleet "3 hosts", and
 * once it has ended "2 of 3 hosts". Empty while that is not known.
 */
export function reachWords(row: DeploymentRow): string {
  return row.created.computePlatform === 'Server' ? hostWords(row) : trafficWords(row);
}

/** What the row holds: how many are done by now is in the rows of the targets, each of which costs a read. */
function hostWords({ fleet, end }: DeploymentRow): string {
  if (fleet === undefined) return '';
  const hosts = counted(fleet.admitted.targets, 'host');
  return end?.overview === undefined ? hosts : `${end.overview.succeeded} of ${hosts}`;
}

function trafficWords({ admission, leftWeighted, traffic: { weight } }: DeploymentRow): string {
  if (admission === undefined) return 'not moved';
  if (leftWeighted !== undefined) return 'perhaps divided';
  const { currentVersion, targetVersion } = admission.target;
  return weight === 0 ? `100 % on version ${currentVersion}` : `${weight} % on version ${targetVersion}`;
}

/** Why it ended early, or is about to; empty where all is well. One line, whatever a function said of itself. */
export function reasonWords({ end, ending }: DeploymentRow): string {
  const reason = end?.status === 'Early' ? end : ending;
  return reason === undefined ? '' : oneLine(`${reason.code}: ${reason.message}`);
}
