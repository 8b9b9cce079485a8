import type { Recorded } from '../../core/decider.ts';
import type { DeploymentEvent, FleetOverview } from '../../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { eventMessage } from '../../core/notifications/event-message.ts';
import { eventId } from '../../core/notifications/notification.ts';
import { stateChange } from '../../core/notifications/state-change.ts';
import { triggerOccasion } from '../../core/notifications/trigger-event.ts';
import { triggerMessage } from '../../core/notifications/trigger-message.ts';
import type { ResourceHome } from '../../core/registry/resource-arn.ts';
import type { EventBus } from '../adapters/event-bus.ts';
import { isoTime, utcTime } from '../runtime/time-texts.ts';
import { type OwnTopic, publishOwn } from './publish-own.ts';
import { type TriggerPorts, tellTriggers } from './tell-triggers.ts';

export interface PublishPorts extends TriggerPorts, OwnTopic {
  readonly bus: EventBus;
}

export type DeploymentOccurrence = Recorded<DeploymentEvent>;

/**
 * Tells one event of a deployment's log to the stack's topic, to the bus and to the triggers of its group; `after` is
 * the deployment with the event in it and no later one. A trigger that cannot be told is recorded and fails nothing;
 * all else throws and is done whole once more. What is ours comes first, so that its failure repeats no trigger.
 */
export async function publishEvent(
  ports: PublishPorts,
  event: DeploymentOccurrence,
  after: ExistingDeployment,
  home: ResourceHome,
): Promise<void> {
  await publishOwn(ports, eventMessage(event, after, isoTime));
  const change = stateChange(event, after, home);
  if (change !== undefined) await ports.bus.put(change);
  const occasion = triggerOccasion(event, after);
  if (occasion === undefined) return;
  const { triggerEvent, status } = occasion;
  const { deploymentId, deploymentGroupId } = after.created;
  const overview = overviewOf(event);
  await tellTriggers(ports, { deploymentId, deploymentGroupId, event, triggerEvent }, (triggerName) =>
    triggerMessage(after, { eventId: eventId(event), triggerName, status, home, overview }, utcTime),
  );
}

/** What the end of a fleet says of its targets. */
function overviewOf(event: DeploymentOccurrence): FleetOverview | undefined {
  return 'overview' in event.data ? event.data.overview : undefined;
}
