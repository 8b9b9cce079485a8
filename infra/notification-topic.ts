import { Aws } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { forbidPublishing } from './forbid-publishing.ts';
import type { Place } from './local-differences.ts';

/** The topic that is told every event of every deployment. Anybody of the account may subscribe, as far as IAM lets them. */
export class NotificationTopic extends Topic {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id, {
      displayName: `Deployments of ${place.stackName}`,
      enforceSSL: place.requireTls,
    });
  }

  /** Whose word the topic is. */
  admitOnly(publisher: IRole): void {
    forbidPublishing(this, {
      ArnNotLike: {
        // The role, and its sessions, for whoever takes those for the principal.
        'aws:PrincipalArn': [
          publisher.roleArn,
          `arn:${Aws.PARTITION}:sts::${Aws.ACCOUNT_ID}:assumed-role/${publisher.roleName}/*`,
        ],
      },
    });
  }
}
