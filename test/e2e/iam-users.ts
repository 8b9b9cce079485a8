import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { randomUUID } from 'node:crypto';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { iam, local } from './cloud.ts';

const sts = new STSClient(clientSettings(local));

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a role. */
  readonly sessionToken?: string;
}

export interface User {
  readonly arn: string;
  readonly key: Credentials;
}

/** A new user with this policy, whose ARN tells the name. Without a policy it may do nothing. */
export async function userUnder(policy?: object, name = 'user'): Promise<User> {
  const UserName = `${name}-${randomUUID().slice(0, 8)}`;
  const { User } = await iam.send(new CreateUserCommand({ UserName }));
  if (policy !== undefined) {
    const PolicyDocument = JSON.stringify(policy);
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    arn: User?.Arn ?? '',
    key: { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' },
  };
}

/** The keys of a session of a new role with this policy, taken on by the administrator as a pipeline would by its provider. */
export async function sessionUnder(policy: object, name: string): Promise<Credentials> {
  const RoleName = `${name}-${randomUUID().slice(0, 8)}`;
  const trust = policyOf({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${local.accountId}:root` },
    Action: 'sts:AssumeRole',
  });
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const PolicyDocument = JSON.stringify(policy);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
  return sessionOf(Role?.Arn ?? '', 'build-7');
}

/** The keys of a session of this name, of a role that the administrator may take on. */
export async function sessionOf(RoleArn: string, RoleSessionName: string): Promise<Credentials> {
  const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
  return {
    accessKeyId: keys?.AccessKeyId ?? '',
    secretAccessKey: keys?.SecretAccessKey ?? '',
    sessionToken: keys?.SessionToken ?? '',
  };
}

export function policyOf(...Statement: readonly object[]): object {
  return { Version: '2012-10-17', Statement };
}
