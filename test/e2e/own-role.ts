import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { randomUUID } from 'node:crypto';
import { iam, local } from './cloud.ts';

/** A role that trusts Sluice as the stack's own does, and names the applications that may use it. */
export async function ownServiceRole(): Promise<string> {
  const stackRole = local.serviceRoles.Lambda ?? '';
  const { Role } = await iam.send(
    new GetRoleCommand({ RoleName: stackRole.slice(stackRole.lastIndexOf('/') + 1) }),
  );
  const RoleName = `shop-${randomUUID().slice(0, 8)}`;
  const created = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''),
      Tags: (Role?.Tags ?? []).filter(({ Key }) => Key === 'sluice:applications'),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'all',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['lambda:*', 'cloudwatch:DescribeAlarms', 'sns:Publish'],
            Resource: '*',
          },
        ],
      }),
    }),
  );
  return created.Role?.Arn ?? '';
}

export async function deleteRole(roleArn: string): Promise<void> {
  const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'all' }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}
