import {
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
  paginateListSubscriptionsByTopic,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';
import { unlessMissing } from '../unless-missing.ts';
import type { Letter, Mailbox } from './drill-ground.ts';
import { queuePolicy } from './queue-policy.ts';

/** `topicArn`: the stack's topic for notifications, where it has one. */
export function topicMailbox(client: Target['client'], topicArn: string | undefined): Mailbox {
  const sns = new SNSClient({ ...clientDefaults, ...client });
  const sqs = new SQSClient({ ...clientDefaults, ...client });
  const arnOf = (name: string): string => queueArn(topicArn ?? '', name);
  const urlOf = async (QueueName: string): Promise<string | undefined> =>
    (await unlessMissing(() => sqs.send(new GetQueueUrlCommand({ QueueName }))))?.QueueUrl;
  return {
    isThere: topicArn !== undefined,
    open: async (name, group) => {
      const Attributes = {
        MessageRetentionPeriod: RETENTION_SECONDS,
        // What was read need not be deleted: it does not come again while the queue is there.
        VisibilityTimeout: RETENTION_SECONDS,
        Policy: queuePolicy(arnOf(name), 'sns.amazonaws.com', topicArn ?? ''),
      };
      await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
      await sns.send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: 'sqs',
          Endpoint: arnOf(name),
          Attributes: { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ group: [group] }) },
        }),
      );
    },
    read: async (name) => {
      const QueueUrl = await urlOf(name);
      return QueueUrl === undefined ? [] : letters(sqs, QueueUrl);
    },
    close: async (name) => {
      if (topicArn !== undefined) await unsubscribe(sns, topicArn, arnOf(name));
      const QueueUrl = await urlOf(name);
      if (QueueUrl !== undefined) {
        await unlessMissing(() => sqs.send(new DeleteQueueCommand({ QueueUrl })));
      }
    },
  };
}

/** An hour: nobody reads it once its drill has ended. */
const RETENTION_SECONDS = '3600';

/** Long enough to be no busy loop, and far below the timeout of a request. */
const WAIT_SECONDS = 2;
/** The most that SQS gives. */
const BATCH = 10;

async function letters(sqs: SQSClient, QueueUrl: string): Promise<readonly Letter[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: WAIT_SECONDS,
      MaxNumberOfMessages: BATCH,
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  return Messages.map(({ Body = '', Attributes }) => ({
    message: Body,
    arrivedAt: Number(Attributes?.SentTimestamp),
  }));
}

async function unsubscribe(sns: SNSClient, TopicArn: string, endpoint: string): Promise<void> {
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: sns },
    { TopicArn },
  )) {
    for (const { Endpoint, SubscriptionArn } of Subscriptions) {
      if (Endpoint !== endpoint) continue;
      await unlessMissing(() => sns.send(new UnsubscribeCommand({ SubscriptionArn })));
    }
  }
}

/** A queue beside the topic: of the same account and region. */
function queueArn(topicArn: string, name: string): string {
  const [arn, partition, , region, account] = topicArn.split(':');
  return [arn, partition, 'sqs', region, account, name].join(':');
}
