import type { Issued } from '../decider.ts';
import { deadlines } from './deadlines.ts';
import type { RaiseAlarm } from './deployment-commands.ts';
import type { DeploymentEvent } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';
import { hasEnded } from './deployment-status.ts';

/** From the subscription or from a look: both say the same, and the first reason to end stays. */
export function alarmRaised(
  state: ExistingDeployment,
  { reason, alarmNames, message, at }: RaiseAlarm & Pick<Issued, 'at'>,
): readonly DeploymentEvent[] {
  if (hasEnded(state.status) || state.ending !== undefined) return [];
  const isWatched = alarmNames.some((name) => state.created.alarms.names.includes(name));
  if (!isWatched) return [];
  return [{ type: 'AlarmRaised', data: { reason, alarmNames, message, deadline: deadlines.task(at) } }];
}
