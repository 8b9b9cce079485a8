import type { Recorded } from '../decider.ts';
import type { TargetEvent } from '../deployments/target-events.ts';
import type { ClaimedTarget } from '../deployments/target-state.ts';
import type { WriteTime } from '../views/deployment-picture.ts';
import { targetSentence } from '../views/target-sentence.ts';
import { SENTENCE_CHARACTERS, fittedJson } from './message-size.ts';
import type { Notification } from './notification.ts';
import { eventId, subjectOf } from './notification.ts';

/**
 * What the stack's own topic says of an event of one target of a fleet: as of a deployment's, but with `targetId` and
 * `targetArn`, and `status` is that of the target. `after` is the target with the event in it, and no later one.
 */
export function targetEventMessage(
  event: Recorded<TargetEvent>,
  after: ClaimedTarget,
  write: WriteTime,
): Notification {
  const { type, data } = event;
  const { deploymentId, applicationName, deploymentGroupName, targetId, targetArn } = after.claimed;
  const { status } = after;
  const said = targetSentence(event, write).slice(0, SENTENCE_CHARACTERS);
  const message = {
    eventId: eventId(event),
    type,
    at: write(event.at),
    sentence: type === 'TargetClaimed' ? said : `${targetId}: ${said}`,
    deploymentId,
    applicationName,
    deploymentGroupName,
    targetId,
    targetArn,
    status,
  };
  return {
    subject: subjectOf(
      `${type}: ${targetId} in ${deploymentId} of ${applicationName} / ${deploymentGroupName}`,
    ),
    message: fittedJson(message, data),
    mail: [
      message.sentence,
      '',
      `Instance     ${targetId}, ${status}`,
      `Deployment   ${deploymentId}`,
      `Application  ${applicationName}`,
      `Group        ${deploymentGroupName}`,
      `At           ${message.at}`,
      `Event        ${message.eventId}`,
      '',
      `All of it: sluice events ${deploymentId}`,
      '',
    ].join('\n'),
    attributes: { application: applicationName, group: deploymentGroupName, event: type, target: targetId },
  };
}
