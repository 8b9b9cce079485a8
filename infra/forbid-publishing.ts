import { AnyPrincipal, type Conditions, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';

/**
 * Nobody for whom the conditions hold can publish to the topic. Not granting is not enough: within an account the policy
 * of a user or role is a grant of its own.
 */
export function forbidPublishing(topic: Topic, conditions: Conditions): void {
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'NobodyElse',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions,
    }),
  );
}
