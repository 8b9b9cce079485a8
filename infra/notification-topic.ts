import { Aws } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Place } from './local-differences.ts';

/** The topic that is told every event of every deployment. Anybody of the account may subscribe, as far as IAM lets them. */
export class NotificationTopic extends Topic {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id, {
      displayName: `Deployments of ${place.stackName}`,
      enforceSSL: place.requireTls,
    });
  }

  /** Whose word the topic is: within an account the policy of a user or role is a grant of its own, hence the denial. */
  admitOnly(publisher: IRole): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NobodyElse',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          ArnNotLike: {
            // The role, and its sessions, for whoever takes those for the principal.
            'aws:PrincipalArn': [
              publisher.roleArn,
              `arn:${Aws.PARTITION}:sts::${Aws.ACCOUNT_ID}:assumed-role/${publisher.roleName}/*`,
            ],
          },
        },
      }),
    );
  }
}
