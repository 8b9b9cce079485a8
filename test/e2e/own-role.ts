import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { randomUUID } from 'node:crypto';
import { roleName } from '../../core/registry/names.ts';
import { iam, local } from './cloud.ts';

/** A role that trusts Sluice as the stack's own does, and names the applications that may use it. */
export async function ownServiceRole(): Promise<string> {
  const stackRole = local.serviceRoles.Lambda ?? '';
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: roleName(stackRole) }));
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
  const RoleName = roleName(roleArn);
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'all' }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}
