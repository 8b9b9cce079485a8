import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';
import { unlessMissing } from '../unless-missing.ts';

export interface Topics {
  /** The policy of the topic, a JSON object; undefined where there is no such topic. */
  readonly policy: (topicArn: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

export function snsTopics(client: Target['client']): Topics {
  const sns = new SNSClient({ ...clientDefaults, ...client });
  return {
    policy: async (topicArn) => {
      const topic = await unlessMissing(() =>
        sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn })),
      );
      if (topic === undefined) return undefined;
      return JSON.parse(topic.Attributes?.['Policy'] ?? '{}') as Record<string, unknown>;
    },
  };
}
