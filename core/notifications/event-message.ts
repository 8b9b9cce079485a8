import type { Recorded } from '../decider.ts';
import type { DeploymentEvent } from '../deployments/deployment-events.ts';
import type { ExistingDeployment } from '../deployments/deployment-state.ts';
import type { WriteTime } from '../views/deployment-picture.ts';
import { eventSentence } from '../views/event-sentence.ts';
import { SENTENCE_CHARACTERS, fittedJson } from './message-size.ts';
import type { Notification } from './notification.ts';
import { eventId, subjectOf } from './notification.ts';

/** What the stack's own topic says of an event, as JSON. Members may be added. */
export interface EventMessage {
  /** `deployment#d-…@VERSION`. */
  readonly eventId: string;
  readonly type: DeploymentEvent['type'];
  /** ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** For people: its words may change. */
  readonly sentence: string;
  readonly deploymentId: string;
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  /** After the event. */
  readonly status: string;
  readonly creator: string;
  /** Why it ended early, or is about to. */
  readonly errorInformation?: { readonly code: string; readonly message: string };
  /** By type, as core/deployments/deployment-events.ts says; left out where a message cannot hold it. */
  readonly data?: DeploymentEvent['data'];
}

/** `after` is the deployment with the event in it, and no later one. */
export function eventMessage(
  event: Recorded<DeploymentEvent>,
  after: ExistingDeployment,
  write: WriteTime,
): Notification {
  const { type, data } = event;
  const { deploymentId, applicationName, deploymentGroupName, creator } = after.created;
  const { status } = after;
  const reason = after.end?.status === 'Early' ? after.end : after.ending;
  const sentence = eventSentence(event, after, write).slice(0, SENTENCE_CHARACTERS);
  const message: EventMessage = {
    eventId: eventId(event),
    type,
    at: write(event.at),
    sentence,
    deploymentId,
    applicationName,
    deploymentGroupName,
    status,
    creator,
    ...(reason && { errorInformation: { code: reason.code, message: reason.message } }),
  };
  return {
    subject: subjectOf(`${type}: ${deploymentId} of ${applicationName} / ${deploymentGroupName}`),
    message: fittedJson(message, data),
    mail: mailOf(message),
    attributes: { application: applicationName, group: deploymentGroupName, event: type, status, creator },
  };
}

function mailOf(message: EventMessage): string {
  const { sentence, deploymentId, applicationName, deploymentGroupName, status, at } = message;
  return [
    sentence,
    '',
    `Deployment   ${deploymentId}, ${status}`,
    `Application  ${applicationName}`,
    `Group        ${deploymentGroupName}`,
    `At           ${at}`,
    `Event        ${message.eventId}`,
    '',
    `All of it: sluice events ${deploymentId}`,
    '',
  ].join('\n');
}
