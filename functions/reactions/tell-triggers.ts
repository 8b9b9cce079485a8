import type { NotificationFailed } from '../../core/deployments/deployment-events.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { type Notification, eventId } from '../../core/notifications/notification.ts';
import type { TriggerEvent } from '../../core/notifications/trigger-event.ts';
import type { TriggerConfiguration } from '../../core/registry/trigger-configuration.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { Credentials, ServiceRoles } from '../adapters/service-roles.ts';
import type { Published, Topics } from '../adapters/topics.ts';
import { type ExecutePorts, commandTo, execute } from '../runtime/execute.ts';
import { assumeGroupRole } from '../runtime/group-access.ts';
import { deploymentGroupOf } from '../runtime/registered.ts';

export interface TriggerPorts extends ExecutePorts {
  readonly rows: RowReader;
  readonly roles: ServiceRoles;
  readonly topicsWith: (credentials: Credentials) => Topics;
}

/** What triggers are told of: an event of a deployment, or of one of its targets. */
export interface ToldEvent {
  readonly deploymentId: string;
  readonly deploymentGroupId: string;
  readonly targetId?: string;
  readonly event: { readonly stream: string; readonly version: number };
  readonly triggerEvent: TriggerEvent;
}

/**
 * By the triggers and with the service role that the group has now, which may have been mended since. A trigger that
 * cannot be told is recorded on its deployment and fails nothing; all else throws.
 */
export async function tellTriggers(
  ports: TriggerPorts,
  told: ToldEvent,
  messageTo: (triggerName: string) => Notification,
): Promise<void> {
  const { deploymentId, deploymentGroupId } = told;
  const group = await deploymentGroupOf(ports.rows, deploymentGroupId);
  const triggers = (group?.settings.triggerConfigurations ?? []).filter(({ triggerEvents }) =>
    triggerEvents.includes(told.triggerEvent),
  );
  if (group === undefined || triggers.length === 0) return;
  const { serviceRoleArn } = group.settings;
  const role = await assumeGroupRole(ports.roles, { serviceRoleArn, deploymentId });
  if (role.status === 'refused') {
    const { code, message } = role;
    if (code === 'THROTTLED') throw new Error(message);
    for (const trigger of triggers) {
      await recordFailure(ports, deploymentId, { ...failureOf(trigger, told), code, message });
    }
    return;
  }
  const topics = ports.topicsWith(role.credentials);
  const outcomes = await Promise.allSettled(
    triggers.map(async (trigger) => ({
      trigger,
      ...(await topics.publish(trigger.triggerTargetArn, messageTo(trigger.triggerName))),
    })),
  );
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' || outcome.value.status === 'published') continue;
    const { trigger, status, message } = outcome.value;
    await recordFailure(ports, deploymentId, { ...failureOf(trigger, told), code: CODES[status], message });
  }
  const away = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (away.length > 0) throw new AggregateError(away, `${eventId(told.event)} was not told to all triggers`);
}

const CODES: Readonly<Record<Exclude<Published['status'], 'published'>, NotificationFailed['code']>> = {
  missing: 'TOPIC_MISSING',
  denied: 'TOPIC_DENIED',
  refused: 'TOPIC_REFUSED',
};

function failureOf(
  { triggerName, triggerTargetArn }: TriggerConfiguration,
  { event: { version }, targetId, triggerEvent }: ToldEvent,
): Omit<NotificationFailed, 'code' | 'message'> {
  return {
    version,
    ...(targetId === undefined ? {} : { targetId }),
    triggerName,
    topicArn: triggerTargetArn,
    triggerEvent,
  };
}

async function recordFailure(
  ports: TriggerPorts,
  deploymentId: string,
  failure: NotificationFailed,
): Promise<void> {
  const actor = { type: 'deployment', id: deploymentId } as const;
  const issued = { id: ports.system.uuid(), at: ports.system.now(), actor };
  await execute(ports, issued, [
    commandTo(deployment, deploymentStream(deploymentId), {
      type: 'RecordNotificationFailure',
      data: failure,
    }),
  ]);
}
