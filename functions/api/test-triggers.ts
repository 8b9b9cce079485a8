import { testMessage } from '../../core/notifications/test-message.ts';
import { Refusal } from '../../core/refusal.ts';
import type { ResourceHome } from '../../core/registry/resource-arn.ts';
import { invalidTrigger, triggerConfigurationsOf } from '../../core/registry/trigger-configuration.ts';
import type { TriggerConfigurationsInput } from '../../core/registry/shapes.ts';
import type { Published, Topics } from '../adapters/topics.ts';

export interface GroupNames {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
}

/**
 * Sends each trigger's topic a test message, with the rights of the group's service role: what cannot be told now could
 * not be told of a deployment either. Throws InvalidTriggerConfigException with what to mend; ThrottlingException.
 */
export async function testTriggers(
  topics: Topics,
  input: TriggerConfigurationsInput,
  group: GroupNames,
  { home, roleArn }: { readonly home: ResourceHome; readonly roleArn: string },
): Promise<void> {
  for (const trigger of triggerConfigurationsOf(input)) {
    const { triggerName, triggerTargetArn } = trigger;
    const published = await sent(topics, triggerTargetArn, testMessage(trigger, group, home));
    switch (published.status) {
      case 'published':
        continue;
      case 'missing':
        // Clients look for these two words, and try again while the topic may still be being made.
        throw invalidTrigger(
          `the Topic ARN ${triggerTargetArn} of ${triggerName} names no topic. Create it first`,
        );
      case 'denied':
        throw invalidTrigger(
          `${roleArn} may not publish to the topic of ${triggerName} (${published.message}). Add this statement to ` +
            `the role's policy: ${publishStatement(triggerTargetArn)}. If it is there, the policy of the topic or of ` +
            'the key that encrypts it refuses the role',
        );
      case 'refused':
        throw invalidTrigger(
          `the topic ${triggerTargetArn} of ${triggerName} takes no message: ${published.message}`,
        );
      default:
        return published satisfies never;
    }
  }
}

/** Whatever it is that keeps SNS from answering, the caller can only try again. */
async function sent(
  topics: Topics,
  topicArn: string,
  message: Parameters<Topics['publish']>[1],
): Promise<Published> {
  try {
    return await topics.publish(topicArn, message);
  } catch (error) {
    throw new Refusal(
      'ThrottlingException',
      `The topic ${topicArn} could not be sent a test message: ${(error as Error).message}. Try again.`,
    );
  }
}

function publishStatement(topicArn: string): string {
  return JSON.stringify({ Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn });
}
