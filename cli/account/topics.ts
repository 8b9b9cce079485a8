import { GetTopicAttributesCommand, NotFoundException, SNSClient } from '@aws-sdk/client-sns';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';

export interface Topics {
  /** The policy of the topic, a JSON object; undefined where there is no such topic. */
  readonly policy: (topicArn: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

export function snsTopics(client: Target['client']): Topics {
  const sns = new SNSClient({ ...clientDefaults, ...client });
  return {
    policy: async (topicArn) => {
      try {
        const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
        return JSON.parse(Attributes['Policy'] ?? '{}') as Record<string, unknown>;
      } catch (error) {
        if (error instanceof NotFoundException) return undefined;
        throw error;
      }
    },
  };
}
