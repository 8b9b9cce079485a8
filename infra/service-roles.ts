import { Aws, Stack, Tags } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IGrantable, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Place } from './local-differences.ts';

/** The tag by which a role says which applications may name it: our stand-in for iam:PassRole. */
const APPLICATIONS_TAG = 'sluice:applications';

/** Stands for every application: IAM refuses an asterisk in the value of a tag. */
const EVERY_APPLICATION = ':all';

/** The roles, one per platform, that the groups of a fresh installation can name at once. */
export class ServiceRoles extends Construct {
  readonly lambda: Role;
  readonly server: Role;
  /** What other roles must trust: patterns of `aws:PrincipalArn`, with spaces between. */
  readonly trustedPrincipals: string;
  /** What a function needs to judge a role: which are ours, and what others must trust. */
  readonly environment: { readonly STACK_SERVICE_ROLE_ARNS: string; readonly TRUSTED_PRINCIPALS: string };

  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    this.lambda = this.role(
      'Lambda',
      'Lambda functions',
      place,
      lambdaDeployment(place.furtherLambdaActions),
    );
    this.server = this.role('Server', 'to instances', place, serverDeployment());
    this.trustedPrincipals = place.trustedPrincipals.join(' ');
    this.environment = {
      STACK_SERVICE_ROLE_ARNS: Stack.of(this).toJsonString([this.lambda.roleArn, this.server.roleArn]),
      TRUSTED_PRINCIPALS: this.trustedPrincipals,
    };
  }

  private role(id: string, what: string, place: Place, statements: readonly PolicyStatement[]): Role {
    const role = new Role(this, id, {
      description: `Sluice deploys ${what} with these rights; name it as serviceRoleArn of a deployment group`,
      assumedBy: new AccountRootPrincipal().withConditions({
        ArnLike: { 'aws:PrincipalArn': [...place.trustedPrincipals] },
      }),
    });
    for (const statement of statements) {
      role.addToPolicy(statement);
    }
    Tags.of(role).add(APPLICATIONS_TAG, EVERY_APPLICATION);
    return role;
  }
}

/**
 * To act with the role of a group: any role of this account that carries our tag and trusts us, those of the stack
 * included. A role without the tag could be named by nobody, so it need not be assumed by anybody either.
 */
export function grantAssumeServiceRoles(grantee: IGrantable, place: Place): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['sts:AssumeRole'],
      resources: [rolesOfAccount],
      conditions: { Null: { [`${place.roleTagKey}/${APPLICATIONS_TAG}`]: 'false' } },
    }),
  );
}

/** To read which applications a role is for, and whether it exists at all. */
export function grantReadServiceRoles(grantee: IGrantable): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['iam:GetRole'], resources: [rolesOfAccount] }),
  );
}

const rolesOfAccount = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/*`;

/**
 * What the managed policy AWSCodeDeployRoleForLambda carries, held to this account, and GetFunctionConfiguration: a
 * version that does not exist or is not Active is refused before traffic moves and not after.
 */
function lambdaDeployment(furtherActions: readonly string[]): readonly PolicyStatement[] {
  const functions = `arn:${Aws.PARTITION}:lambda:*:${Aws.ACCOUNT_ID}:function:*`;
  return [
    new PolicyStatement({
      actions: [
        'lambda:GetAlias',
        'lambda:GetFunctionConfiguration',
        'lambda:GetProvisionedConcurrencyConfig',
        'lambda:UpdateAlias',
        ...furtherActions,
      ],
      resources: [functions],
    }),
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [`arn:${Aws.PARTITION}:lambda:*:${Aws.ACCOUNT_ID}:function:CodeDeployHook_*`],
    }),
    // DescribeAlarms takes no resource.
    new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
    new PolicyStatement({
      actions: ['sns:Publish'],
      resources: [`arn:${Aws.PARTITION}:sns:*:${Aws.ACCOUNT_ID}:*`],
    }),
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [`arn:${Aws.PARTITION}:s3:::*/CodeDeploy/*`],
    }),
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [`arn:${Aws.PARTITION}:s3:::*/*`],
      conditions: { StringEquals: { 's3:ExistingObjectTag/UseWithCodeDeploy': 'true' } },
    }),
  ];
}

/**
 * What the managed policy AWSCodeDeployRole carries of what is built, and the right to read bundles: hosts with our own agent get
 * a presigned address, which is good for what this role may read.
 */
function serverDeployment(): readonly PolicyStatement[] {
  return [
    // None of these takes a resource.
    new PolicyStatement({
      actions: [
        'autoscaling:DescribeAutoScalingGroups',
        'cloudwatch:DescribeAlarms',
        'ec2:DescribeInstances',
      ],
      resources: ['*'],
    }),
    new PolicyStatement({
      actions: ['sns:Publish'],
      resources: [`arn:${Aws.PARTITION}:sns:*:${Aws.ACCOUNT_ID}:*`],
    }),
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [`arn:${Aws.PARTITION}:s3:::*/*`],
    }),
    // Only to whoever may list the bucket does S3 say of an object that it is not there, before any host is touched.
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [`arn:${Aws.PARTITION}:s3:::*`] }),
  ];
}
