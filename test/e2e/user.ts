import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { randomUUID } from 'node:crypto';
import { iam } from './cloud.ts';

export interface User {
  readonly arn: string;
  readonly key: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A user of the account with a policy of these statements, and no other rights. */
export async function userWith(...Statement: readonly object[]): Promise<User> {
  const UserName = `user-${randomUUID().slice(0, 8)}`;
  const { User } = await iam.send(new CreateUserCommand({ UserName }));
  if (Statement.length > 0) {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    arn: User?.Arn ?? '',
    key: { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' },
  };
}
