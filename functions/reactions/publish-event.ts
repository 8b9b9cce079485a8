import type { Recorded } from '../../core/decider.ts';
import type { DeploymentEvent, NotificationFailed } from '../../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { eventMessage } from '../../core/notifications/event-message.ts';
import { eventId } from '../../core/notifications/notification.ts';
import { stateChange } from '../../core/notifications/state-change.ts';
import { type TriggerOccasion, triggerOccasion } from '../../core/notifications/trigger-event.ts';
import { triggerMessage } from '../../core/notifications/trigger-message.ts';
import type { ResourceHome } from '../../core/registry/resource-arn.ts';
import type { TriggerConfiguration } from '../../core/registry/trigger-configuration.ts';
import type { EventBus } from '../adapters/event-bus.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { Credentials, ServiceRoles } from '../adapters/service-roles.ts';
import type { Published, Topics } from '../adapters/topics.ts';
import { type ExecutePorts, commandTo, execute } from '../runtime/execute.ts';
import { assumeGroupRole } from '../runtime/group-access.ts';
import { deploymentGroupOf } from '../runtime/registered.ts';

export interface PublishPorts extends ExecutePorts {
  readonly rows: RowReader;
  readonly roles: ServiceRoles;
  /** Our own, with the rights of the function. */
  readonly topics: Topics;
  readonly topicsWith: (credentials: Credentials) => Topics;
  readonly bus: EventBus;
  /** The stack's own topic. */
  readonly topicArn: string;
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
  const told = await ports.topics.publish(ports.topicArn, eventMessage(event, after, iso));
  if (told.status !== 'published') {
    throw new Error(`the stack's own topic was not told: ${told.status}: ${told.message}`);
  }
  const change = stateChange(event, after, home);
  if (change !== undefined) await ports.bus.put(change);
  const occasion = triggerOccasion(event, after);
  if (occasion !== undefined) await tellTriggers(ports, event, after, occasion, home);
}

/** By the triggers and with the service role that the group has now, which may have been mended since. */
async function tellTriggers(
  ports: PublishPorts,
  event: DeploymentOccurrence,
  after: ExistingDeployment,
  occasion: TriggerOccasion,
  home: ResourceHome,
): Promise<void> {
  const { deploymentId, deploymentGroupId } = after.created;
  const group = await deploymentGroupOf(ports.rows, deploymentGroupId);
  const triggers = (group?.settings.triggerConfigurations ?? []).filter(({ triggerEvents }) =>
    triggerEvents.includes(occasion.triggerEvent),
  );
  if (group === undefined || triggers.length === 0) return;
  const { serviceRoleArn } = group.settings;
  const role = await assumeGroupRole(ports.roles, { serviceRoleArn, deploymentId });
  if (role.status === 'refused') {
    const { code, message } = role;
    if (code === 'THROTTLED') throw new Error(message);
    for (const trigger of triggers) {
      await recordFailure(ports, deploymentId, { ...failureOf(trigger, event, occasion), code, message });
    }
    return;
  }
  const topics = ports.topicsWith(role.credentials);
  const outcomes = await Promise.allSettled(
    triggers.map(async (trigger) => {
      const told = { eventId: eventId(event), triggerName: trigger.triggerName, home, ...occasion };
      return {
        trigger,
        ...(await topics.publish(trigger.triggerTargetArn, triggerMessage(after, told, utc))),
      };
    }),
  );
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected' || outcome.value.status === 'published') continue;
    const { trigger, status, message } = outcome.value;
    await recordFailure(ports, deploymentId, {
      ...failureOf(trigger, event, occasion),
      code: CODES[status],
      message,
    });
  }
  const away = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (away.length > 0) throw new AggregateError(away, `${eventId(event)} was not told to all triggers`);
}

const CODES: Readonly<Record<Exclude<Published['status'], 'published'>, NotificationFailed['code']>> = {
  missing: 'TOPIC_MISSING',
  denied: 'TOPIC_DENIED',
  refused: 'TOPIC_REFUSED',
};

function failureOf(
  { triggerName, triggerTargetArn }: TriggerConfiguration,
  { version }: DeploymentOccurrence,
  { triggerEvent }: TriggerOccasion,
): Omit<NotificationFailed, 'code' | 'message'> {
  return { version, triggerName, topicArn: triggerTargetArn, triggerEvent };
}

async function recordFailure(
  ports: PublishPorts,
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

function iso(at: number): string {
  return new Date(at).toISOString();
}

function utc(at: number): string {
  return new Date(at).toUTCString();
}
