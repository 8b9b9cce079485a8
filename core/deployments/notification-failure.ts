import type { Decision } from '../decider.ts';
import type { DeploymentEvent, NotificationFailed } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';

/**
 * Once for each event and trigger, however often it is published; also after the end, which is an event to tell. Of the
 * targets of a fleet once for all: a thousand hosts would say the same thing twice each.
 */
export function recordNotificationFailure(
  { notificationFailures = [] }: ExistingDeployment,
  failure: NotificationFailed,
): Decision<DeploymentEvent> {
  const isRecorded = notificationFailures.some(({ version, triggerName, triggerEvent }) => {
    if (triggerName !== failure.triggerName) return false;
    return failure.targetId === undefined
      ? triggerEvent === undefined && version === failure.version
      : triggerEvent === failure.triggerEvent;
  });
  return { events: isRecorded ? [] : [{ type: 'NotificationFailed', data: failure }] };
}

/** The deployment itself goes on as if nothing were. */
export function withNotificationFailure(
  state: ExistingDeployment,
  { version, triggerName, triggerEvent, targetId }: NotificationFailed,
): ExistingDeployment {
  const before = state.notificationFailures ?? [];
  const failure = { version, triggerName, ...(targetId === undefined ? {} : { triggerEvent }) };
  return { ...state, notificationFailures: [...before, failure] };
}
