import type { Recorded } from '../../core/decider.ts';
import type { TargetEvent } from '../../core/deployments/target-events.ts';
import type { ClaimedTarget } from '../../core/deployments/target-state.ts';
import { instanceMessage, instanceOccasion } from '../../core/notifications/instance-message.ts';
import { instanceStateChange } from '../../core/notifications/instance-state-change.ts';
import { eventId } from '../../core/notifications/notification.ts';
import { targetEventMessage } from '../../core/notifications/target-event-message.ts';
import type { ResourceHome } from '../../core/registry/resource-arn.ts';
import { isoTime, utcTime } from '../runtime/time-texts.ts';
import type { PublishPorts } from './publish-event.ts';
import { publishOwn } from './publish-own.ts';
import { tellTriggers } from './tell-triggers.ts';

/** The same of one event of a target of a fleet: all that is told of its deployment is in the target's own stream. */
export async function publishTargetEvent(
  ports: PublishPorts,
  event: Recorded<TargetEvent>,
  after: ClaimedTarget,
  home: ResourceHome,
): Promise<void> {
  await publishOwn(ports, targetEventMessage(event, after, isoTime));
  const change = instanceStateChange(event, after, home);
  if (change !== undefined) await ports.bus.put(change);
  const occasion = instanceOccasion(event.type);
  if (occasion === undefined) return;
  const { triggerEvent, status } = occasion;
  const { deploymentId, deploymentGroupId, targetId } = after.claimed;
  await tellTriggers(
    ports,
    { deploymentId, deploymentGroupId, targetId, event, triggerEvent },
    (triggerName) => instanceMessage(after, { eventId: eventId(event), triggerName, status, home }, utcTime),
  );
}
