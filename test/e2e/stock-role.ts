import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { randomUUID } from 'node:crypto';
import { iam } from './cloud.ts';

/**
 * The statements of AWS's managed policy AWSCodeDeployRoleForLambda, and nothing that is ours. The emulator checks
 * GetAlias and UpdateAlias as ListAliases, so that this one action is there as well. It checks
 * GetProvisionedConcurrencyConfig as GetFunction, which is not there: the look at it is denied.
 */
const STOCK_STATEMENTS = [
  {
    Effect: 'Allow',
    Action: [
      'cloudwatch:DescribeAlarms',
      'lambda:UpdateAlias',
      'lambda:GetAlias',
      'lambda:GetProvisionedConcurrencyConfig',
      'sns:Publish',
      'lambda:ListAliases',
    ],
    Resource: '*',
  },
  {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:GetObjectVersion'],
    Resource: 'arn:aws:s3:::*/CodeDeploy/*',
  },
  {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:GetObjectVersion'],
    Resource: '*',
    Condition: { StringEquals: { 's3:ExistingObjectTag/UseWithCodeDeploy': 'true' } },
  },
  {
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: 'arn:aws:lambda:*:*:function:CodeDeployHook_*',
  },
];

/** A role as CodeDeploy's documentation has it made, which trusts CodeDeploy alone and has no tag. Gives its ARN. */
export async function stockRole(): Promise<string> {
  const RoleName = `CodeDeployLambda-${randomUUID().slice(0, 8)}`;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'AWSCodeDeployRoleForLambda',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: STOCK_STATEMENTS }),
    }),
  );
  return Role?.Arn ?? '';
}
