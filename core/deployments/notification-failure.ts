import type { Decision } from '../decider.ts';
import type { DeploymentEvent, NotificationFailed } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';

/** Once for each event and trigger, however often it is published; also after the end, which is an event to tell. */
export function recordNotificationFailure(
  { notificationFailures = [] }: ExistingDeployment,
  failure: NotificationFailed,
): Decision<DeploymentEvent> {
  const isRecorded = notificationFailures.some(
    ({ version, triggerName }) => version === failure.version && triggerName === failure.triggerName,
  );
  return { events: isRecorded ? [] : [{ type: 'NotificationFailed', data: failure }] };
}

/** The deployment itself goes on as if nothing were. */
export function withNotificationFailure(
  state: ExistingDeployment,
  { version, triggerName }: NotificationFailed,
): ExistingDeployment {
  const before = state.notificationFailures ?? [];
  return { ...state, notificationFailures: [...before, { version, triggerName }] };
}
