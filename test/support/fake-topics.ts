import type { Notification } from '../../core/notifications/notification.ts';
import type { Credentials } from '../../functions/adapters/service-roles.ts';
import type { Published, Topics } from '../../functions/adapters/topics.ts';

export interface SentNotification extends Notification {
  readonly topicArn: string;
  /** With whose rights; our own where nobody's. */
  readonly by: Credentials | undefined;
}

/** SNS in memory: every topic is there, but those that a test gives another answer, or an error to throw. */
export function fakeTopics() {
  const answers = new Map<string, Exclude<Published, { status: 'published' }> | Error>();
  const sent: SentNotification[] = [];
  return {
    answers,
    sent,
    with: (by?: Credentials): Topics => ({
      publish: async (topicArn, notification) => {
        const answer = answers.get(topicArn);
        if (answer instanceof Error) throw answer;
        if (answer !== undefined) return answer;
        sent.push({ topicArn, by, ...notification });
        return { status: 'published' };
      },
    }),
  };
}
