import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { clientDefaults } from './aws-clients.ts';

/** Where a stream record goes that can never be handled, so that it blocks no other. */
export interface DeadLetters {
  readonly send: (record: object, reason: string) => Promise<void>;
}

export function sqsDeadLetters(queueUrl: string): DeadLetters {
  const client = new SQSClient(clientDefaults);
  return {
    send: async (record, reason) => {
      const MessageBody = JSON.stringify({ reason, record });
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    },
  };
}
