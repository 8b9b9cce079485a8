import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';

export interface Queues {
  /** About how many messages are in it, those that somebody looks at included. */
  readonly depth: (queueUrl: string) => Promise<number>;
}

export function sqsQueues(client: Target['client']): Queues {
  const sqs = new SQSClient({ ...clientDefaults, ...client });
  return {
    depth: async (queueUrl) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
      return Number(ApproximateNumberOfMessages ?? 0) + Number(ApproximateNumberOfMessagesNotVisible ?? 0);
    },
  };
}
