import type { Actor } from '../core/decider.ts';
import { actorWords } from '../core/views/event-sentence.ts';
import type { DeploymentRow } from '../core/views/deployment-rows.ts';
import { oneLine } from './lines.ts';

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

/** The share of the version that has most to do with it: "10 % on version 2". */
export function trafficWords({ admission, leftWeighted, traffic: { weight } }: DeploymentRow): string {
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
