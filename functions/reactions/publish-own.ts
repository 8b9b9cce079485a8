import type { Notification } from '../../core/notifications/notification.ts';
import type { Topics } from '../adapters/topics.ts';

export interface OwnTopic {
  /** Our own, with the rights of the function. */
  readonly topics: Topics;
  /** The stack's own topic. */
  readonly topicArn: string;
}

/** Throws where the stack's own topic did not take it: nobody else would know. */
export async function publishOwn({ topics, topicArn }: OwnTopic, notification: Notification): Promise<void> {
  const told = await topics.publish(topicArn, notification);
  if (told.status !== 'published') {
    throw new Error(`the stack's own topic was not told: ${told.status}: ${told.message}`);
  }
}
