import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { queuePolicy } from '../../cli/drill/queue-policy.ts';
import { localTime } from '../../cli/lines.ts';
import type { EventMessage } from '../../core/notifications/event-message.ts';
import { clientSettings } from '../local-cloud/client-settings.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';

/** Whoever is told by the stack's topic: here a queue, elsewhere a mailbox or a chat. */
export interface Subscriber {
  /** What it was told of these deployments up to their ends, a line for each event. */
  readonly toldOf: (...deploymentIds: readonly string[]) => Promise<readonly string[]>;
}

/** What a team's channel wants to hear. */
const EVENTS = [
  'DeploymentCreated',
  'AlarmRaised',
  'TrafficRestored',
  'DeploymentSucceeded',
  'DeploymentFailed',
  'DeploymentStopped',
];

/** Subscribes a queue to the events of one application that matter. */
export async function subscribe(local: LocalJson, application: string): Promise<Subscriber> {
  const { notificationTopicArn: TopicArn } = local;
  const client = clientSettings(local);
  const sqs = new SQSClient(client);
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'deployments-of-the-shop' }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const QueueArn = Attributes?.QueueArn ?? '';
  const Policy = queuePolicy(QueueArn, 'sns.amazonaws.com', TopicArn);
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const FilterPolicy = JSON.stringify({ application: [application], event: EVENTS });
  await new SNSClient(client).send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: QueueArn,
      Attributes: { FilterPolicy, RawMessageDelivery: 'true' },
    }),
  );
  const received = new Map<string, EventMessage>();
  return {
    toldOf: async (...deploymentIds) => {
      for (let look = 1; !haveEnded(deploymentIds, [...received.values()]); look += 1) {
        if (look > MOST_LOOKS) throw new Error('The demonstration failed: the subscriber was not told.');
        for (const message of await receive(sqs, QueueUrl)) received.set(message.eventId, message);
      }
      return [...received.values()]
        .filter(({ deploymentId }) => deploymentIds.includes(deploymentId))
        .sort(inOrder)
        .map(line);
    },
  };
}

const LOOK_SECONDS = 1;
const MOST_LOOKS = 20;

async function receive(sqs: SQSClient, QueueUrl: string): Promise<readonly EventMessage[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: LOOK_SECONDS }),
  );
  for (const { ReceiptHandle } of Messages) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  return Messages.map(({ Body = '{}' }) => JSON.parse(Body) as EventMessage);
}

const ENDS: ReadonlySet<string> = new Set(['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentStopped']);

function haveEnded(deploymentIds: readonly string[], received: readonly EventMessage[]): boolean {
  const ended = received.filter(({ type }) => ENDS.has(type)).map(({ deploymentId }) => deploymentId);
  return deploymentIds.every((id) => ended.includes(id));
}

/** A topic may tell twice and in any order: the ids of the events tell their places. */
function inOrder(one: EventMessage, other: EventMessage): number {
  if (one.deploymentId !== other.deploymentId) return one.at < other.at ? -1 : 1;
  return versionOf(one) - versionOf(other);
}

function versionOf({ eventId }: EventMessage): number {
  return Number(eventId.slice(eventId.lastIndexOf('@') + 1));
}

function line({ at, type, sentence }: EventMessage): string {
  return `${localTime(Date.parse(at))}  ${type.padEnd(TYPE_WIDTH)}  ${sentence}`;
}

const TYPE_WIDTH = Math.max(...EVENTS.map((type) => type.length));
