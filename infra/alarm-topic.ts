import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { forbidPublishing } from './forbid-publishing.ts';
import type { Place } from './local-differences.ts';

/** The topic that alarms may notify to stop a deployment. Only CloudWatch, for alarms of this account, can publish. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id, {
      displayName: `Alarms that stop deployments of ${place.stackName}`,
      enforceSSL: place.requireTls,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'CloudWatchOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    forbidPublishing(this, { Bool: { 'aws:PrincipalIsAWSService': 'false' } });
  }
}
