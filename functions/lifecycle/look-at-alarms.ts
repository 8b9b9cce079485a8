import { alarmMessage, unreadableAlarmMessage } from '../../core/alarms/alarm-message.ts';
import type { DeploymentCreated } from '../../core/deployments/deployment-events.ts';
import type { RaiseAlarm } from '../../core/deployments/deployment-commands.ts';
import type { Alarms } from '../adapters/alarms.ts';

export type AlarmLook =
  | { readonly status: 'quiet' }
  | { readonly status: 'ringing'; readonly alarm: RaiseAlarm }
  | { readonly status: 'throttled'; readonly message: string };

/** The second line behind the subscription: before each shift and before the end, never in between. */
export async function lookAtAlarms(
  alarms: Alarms,
  { names, ignorePollAlarmFailure }: DeploymentCreated['alarms'],
): Promise<AlarmLook> {
  if (names.length === 0) return { status: 'quiet' };
  const look = await alarms.look(names);
  if (look.status === 'throttled') return { status: 'throttled', message: look.message };
  if (look.status !== 'seen') return unseen({ names, ignorePollAlarmFailure }, look.message);
  const loud = look.states.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  if (loud.length > 0) return loudly('ringing', loud, alarmMessage(loud));
  const missing = look.states.filter(({ state }) => state === 'MISSING').map(({ name }) => name);
  if (missing.length > 0 && !ignorePollAlarmFailure) {
    return loudly('unreadable', missing, unreadableAlarmMessage(missing, 'there is no such alarm'));
  }
  return { status: 'quiet' };
}

/** What cannot be read may ring, unless the group says that it does not mind. */
export function unseen(
  { names, ignorePollAlarmFailure }: DeploymentCreated['alarms'],
  why: string,
): Extract<AlarmLook, { readonly status: 'quiet' | 'ringing' }> {
  if (ignorePollAlarmFailure) return { status: 'quiet' };
  return loudly('unreadable', names, unreadableAlarmMessage(names, why));
}

function loudly(
  reason: RaiseAlarm['reason'],
  alarmNames: readonly string[],
  message: string,
): Extract<AlarmLook, { readonly status: 'ringing' }> {
  return { status: 'ringing', alarm: { reason, alarmNames, message } };
}
